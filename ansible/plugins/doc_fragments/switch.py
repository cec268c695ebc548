"""The options that every module of the procedure takes: the switch that is to be made."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment:
    """Shared documentation."""

    DOCUMENTATION = r"""
options:
  scenario:
    description:
      - V(address) gives the worker a new upstream address, V(vip) leaves it on the address that it
        has, a virtual IP that moves to the new server.
    type: str
    choices: [address, vip]
    default: address
  dm_ansible_dir:
    description:
      - The operator's DM-Ansible directory, with its C(inventory.ini), on the host on which the
        module runs.
    type: path
    required: true
  dm_worker:
    description:
      - The dm-worker to be switched, by its alias in C(inventory.ini).
    type: str
    required: true
  new_mysql_host:
    description:
      - Host name or address of the new upstream server, as the worker will use it; with
        O(scenario=vip) its own address, by which it is asked for its GTID sets.
    type: str
    required: true
  new_mysql_port:
    description:
      - Port of the new upstream server, 1 to 65535.
    type: raw
    required: true
  new_mysql_user:
    description:
      - The user the worker shall use on the new server.
      - The one in C(inventory.ini) stays when this is not given.
    type: str
  new_mysql_password:
    description:
      - The plain password of the user on the new server. It is written in DM's form.
      - The one in C(inventory.ini) stays when this is not given.
    type: str
  new_mysql_ssl_mode:
    description:
      - Whether our own connections to the servers use TLS, in MySQL's words.
      - V(preferred) goes on without TLS, with a warning, where the server offers none that Java
        still speaks.
    type: str
    choices: [disabled, preferred, required, verify_ca, verify_identity]
    default: preferred
  new_mysql_ssl_ca:
    description:
      - The PEM file with the certificates that V(verify_ca) and V(verify_identity) trust.
    type: path
  task_files:
    description:
      - Files and folders (not recursive) in which the YAML files of the tasks are looked for;
        relative ones start in O(dm_ansible_dir).
      - V(conf), V(tasks) and O(dm_ansible_dir) itself when not given.
    type: list
    elements: path
  dm_ansible_playbook:
    description:
      - The C(ansible-playbook) that runs DM-Ansible; C(ansible) and C(ansible-inventory) stand
        beside it. A bare name is looked for in PATH, outside the environment of this Ansible.
    type: path
    default: ansible-playbook
  dm_ansible_args:
    description:
      - What DM-Ansible's ansible needs besides, such as C(--vault-password-file) or C(--become).
      - C(--diff), C(--check), C(-l) and C(--tags) are refused.
    type: list
    elements: str
    default: []
  dmctl:
    description:
      - The C(dmctl) program; a relative path starts in O(dm_ansible_dir).
    type: path
    default: dmctl/dmctl
  dm_master_addr:
    description:
      - C(host:port) of dm-master; from C(inventory.ini) when not given.
    type: str
  task_mode:
    description:
      - V(stop) stops the tasks and starts them again from their files, as documented for DM.
      - V(pause) pauses and resumes them; it needs no files and has a way back at every step.
      - V(stop) when not given; with O(scenario=vip) always V(pause).
    type: str
    choices: [stop, pause]
  flush_binary_logs:
    description:
      - V(auto) lets FLUSH BINARY LOGS run on a server where relay would otherwise meet a hole.
      - V(never) forbids it.
    type: str
    choices: [auto, never]
    default: auto
  catch_up_timeout:
    description:
      - Seconds to wait until the new server has executed all that relay holds.
    type: int
    default: 300
  drain_timeout:
    description:
      - Seconds to let the tasks replay what relay holds. Not reaching the end is a refusal only
        where a replicated table has no key; its rows could double.
    type: int
    default: 60
  upgrade_timeout:
    description:
      - Seconds that DM-Ansible's rolling upgrade of the worker may take.
    type: int
    default: 900
  relay_timeout:
    description:
      - Seconds to wait for a state of relay, paused, running or on the new server.
    type: int
    default: 120
  start_timeout:
    description:
      - Seconds to try to start the tasks while dm-master reconnects to the worker.
    type: int
    default: 120
  verify_timeout:
    description:
      - Seconds to wait for the proof that each task replays what comes from the new server.
    type: int
    default: 120
  journal_dir:
    description:
      - The folder of plan, journal, inventory backup and logs.
      - C(.dm-switch/ALIAS) in O(dm_ansible_dir) when not given.
    type: path
  run_id:
    description:
      - Names this run of the playbook, as M(dmswitch.upstream.plan) answered it; a concurrent run
        is refused by it.
    type: str
  backend_jar:
    description:
      - The backend C(dm-switch.jar) on the host on which the module runs.
      - The collection's own when not given; on another host it is copied to
        C(~/.cache/dm-switch) first.
    type: path
requirements:
  - Java 17 or later on the host on which the module runs
notes:
  - The module runs on the DM control machine, where the DM-Ansible directory lives.
attributes:
  check_mode:
    support: partial
    description: Changes nothing.
    details:
      - A step rests on what the ones before it did, so it is not run at all; what can be looked at
        beforehand M(dmswitch.upstream.plan) shows.
  diff_mode:
    support: none
    description: Shows the difference that it makes, passwords masked.
"""
