package dmswitch.host;

import dmswitch.dmansible.WorkerToml;

/**
 * The dm-worker.toml on the worker's host, compared with the one that the current inventory would
 * give.
 *
 * @param toml its values; the password is {@link dmswitch.secret.Secret#MASK}
 * @param sameFile whether it is, byte for byte, what the template would render
 * @param samePassword whether it holds the same stored password
 * @param backupFolder whether the folder to which DM-Ansible moves the former file exists and the
 *     login user may write to it
 */
public record DeployedToml(
    WorkerToml toml, boolean sameFile, boolean samePassword, boolean backupFolder) {}
