package dmswitch.host;

import dmswitch.dmansible.WorkerToml;

/**
 * The dm-worker.toml on the worker's host, against the one that the inventory would make now.
 *
 * @param toml its values; the password is {@link dmswitch.secret.Secret#MASK}
 * @param sameFile whether it is, byte for byte, what the template would make
 * @param samePassword whether it holds the same stored password
 * @param backupFolder whether there is the folder to which DM-Ansible moves the former one, for the
 *     login user to write to
 */
public record DeployedToml(
    WorkerToml toml, boolean sameFile, boolean samePassword, boolean backupFolder) {}
