package dmswitch.sandbox.cluster;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.net.Network;
import dmswitch.sandbox.process.Commands;
import dmswitch.sandbox.process.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Ends what runs in a sandbox's folder, by its files alone: it may have come up half. */
final class Removal {
  private final Path folder;

  /**
   * Of the sandbox in {@code folder}.
   *
   * @throws SandboxException when there is none: the folder is left alone
   */
  Removal(Path folder) {
    if (!Files.exists(Layout.file(folder))) {
      throw new SandboxException("no sandbox in " + folder);
    }
    this.folder = folder;
  }

  /** Ends all processes; files stay. */
  void kill() {
    new Services(folder.resolve(Layout.SYSTEMD)).killAll();
    servers().forEach(MySqlInstance::kill);
  }

  /** Ends all processes; removes hosts of their own and the folder. */
  void remove() {
    kill();
    servers().forEach(MySqlInstance::remove);
    Path network = folder.resolve(Layout.NETWORK);
    if (Files.exists(network)) {
      Network.read(network).delete();
    }
    Commands.must("rm", "-rf", folder.toString());
  }

  private List<Path> servers() {
    Path mysql = folder.resolve(Layout.MYSQL);
    if (!Files.isDirectory(mysql)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(mysql)) {
      return list.toList();
    } catch (IOException e) {
      throw new SandboxException("cannot read " + mysql + ": " + e.getMessage(), e);
    }
  }
}
