package dmswitch.sandbox.mysql;

import dmswitch.sandbox.Cache;
import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Commands;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The program files of one MySQL version and a data directory to copy, made once in {@link Cache}.
 *
 * @param version which one
 * @param base its base directory, {@code bin/mysqld} in it
 * @param template a data directory after a clean shutdown, without {@code auto.cnf}: each copy gets
 *     a server uuid of its own
 */
record Installation(MySqlVersion version, Path base, Path template) {
  private static final String ARCHIVE = "mysql-Linux-amd64.tar.gz";
  // A new number here makes a new template beside the old one.
  private static final String TEMPLATE = "template-1";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Options that the template and every server made from it must agree on. */
  static final Map<String, String> LAYOUT = Map.of("innodb_log_file_size", "32M");

  /** The installation of that version, made if need be. */
  static Installation of(MySqlVersion version) {
    Path home = Cache.folder().resolve(version.artefact());
    Path base = home.resolve("server");
    Path template = home.resolve(TEMPLATE);
    Installation installation = new Installation(version, base, template);
    if (!Files.isDirectory(template)) {
      Cache.locked(
          version.artefact(),
          () -> {
            Files.createDirectories(home);
            if (!Files.isDirectory(base)) {
              installation.extract();
            }
            if (!Files.isDirectory(template)) {
              installation.initialise();
            }
            return null;
          });
    }
    return installation;
  }

  Path mysqld() {
    return base.resolve("bin/mysqld");
  }

  /** Copies the template; holes in its files stay holes. */
  void copyTemplate(Path dataDirectory) {
    Commands.must(
        "cp", "-R", "--sparse=always", template.toString() + "/.", dataDirectory.toString());
  }

  /** A call of mysqld; root has to be told that it may run it. */
  ProcessBuilder command(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(mysqld().toString());
    command.addAll(options);
    if (System.getProperty("user.name").equals("root")) {
      command.add("--user=root");
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    String inherited = builder.environment().get("LD_LIBRARY_PATH");
    builder
        .environment()
        .put(
            "LD_LIBRARY_PATH",
            Cache.libraries() + (inherited == null || inherited.isEmpty() ? "" : ":" + inherited));
    return builder;
  }

  /** What to tell a user when mysqld's own words show that the system lacks a library. */
  static String advice(String output) {
    return output.contains("error while loading shared libraries")
        ? " (run ./dev setup, which fetches libaio1 and libnuma1 into "
            + Cache.libraries()
            + ", or install these packages)"
        : "";
  }

  private void extract() throws IOException {
    Path unpacked = Files.createTempDirectory(base.getParent(), "unpacking");
    Path archive = unpacked.resolve(ARCHIVE);
    try (InputStream in = archive().openStream();
        OutputStream out = Files.newOutputStream(archive)) {
      in.transferTo(out);
    }
    Path server = Files.createDirectory(unpacked.resolve("server"));
    Commands.must("tar", "-xzf", archive.toString(), "-C", server.toString(), "--no-same-owner");
    Files.move(server, base, StandardCopyOption.ATOMIC_MOVE);
    Commands.must("rm", "-rf", unpacked.toString());
  }

  private URL archive() throws IOException {
    // Every version's artefact has it under the same name.
    for (URL url : Collections.list(ClassLoader.getSystemResources(ARCHIVE))) {
      if (url.toString().contains(version.artefact())) {
        return url;
      }
    }
    throw new SandboxException(
        "the artefact com.facebook.presto:" + version.artefact() + " is not on the class path");
  }

  private void initialise() throws IOException {
    Path made = Files.createTempDirectory(base.getParent(), "initialising");
    Path data = made.resolve("data");
    Path users =
        Files.writeString(
            made.resolve("users.sql"),
            "CREATE USER 'root'@'%' IDENTIFIED BY '"
                + MySqlInstance.ROOT_PASSWORD
                + "';\nGRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;\n");
    List<String> options =
        new ArrayList<>(
            List.of(
                "--no-defaults",
                "--initialize-insecure",
                "--basedir=" + base,
                "--datadir=" + data,
                "--init-file=" + users));
    LAYOUT.forEach((name, value) -> options.add("--" + name + "=" + value));
    version.options().forEach((name, value) -> options.add("--" + name + "=" + value));
    Commands.Result result = Commands.run(command(options), LIMIT);
    if (result.status() != 0) {
      throw new SandboxException(
          "mysqld --initialize-insecure failed with exit status "
              + result.status()
              + ": "
              + result.output().strip()
              + advice(result.output()));
    }
    Files.deleteIfExists(data.resolve("auto.cnf"));
    Files.move(data, template, StandardCopyOption.ATOMIC_MOVE);
    Commands.must("rm", "-rf", made.toString());
  }
}
