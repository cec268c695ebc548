package dmswitch.sandbox.cluster;

import dmswitch.sandbox.net.Sshd;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of a cluster's deployment.
 *
 * @param programs what plays DM
 * @param python interpreter of the hosts, for Ansible
 * @param restartSec RestartSec of the services; 15 s on real hosts
 * @param rpcTimeout rpc-timeout of dm-master.toml; empty for none there, which means 30 s
 * @param waitTimeout how long a play of DM-Ansible waits for a port; 300 s on real hosts
 * @param ssh by which DM-Ansible reaches the workers; empty where they are local to it
 */
record BuildOptions(
    DmPrograms programs,
    String python,
    Duration restartSec,
    Optional<Duration> rpcTimeout,
    Duration waitTimeout,
    Optional<Sshd> ssh) {}
