package dmswitch.sandbox.mysql;

import dmswitch.sandbox.SandboxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** Chooses between the embedded MySQL and an official image, for each server that is started. */
final class Images {
  /** Names the image, such as {@code mysql:8.4}; without it the server is embedded. */
  static final String PROPERTY = "dmswitch.mysql.image";

  private Images() {}

  /** The image of this run; empty for the embedded server. */
  static Optional<String> chosen() {
    return Optional.ofNullable(System.getProperty(PROPERTY)).filter(image -> !image.isBlank());
  }

  /**
   * What runs images.
   *
   * @throws SandboxException when nothing on the class path does
   */
  static ImageRunner runner() {
    return ServiceLoader.load(ImageRunner.class)
        .findFirst()
        .orElseThrow(
            () ->
                new SandboxException(
                    PROPERTY
                        + " is "
                        + chosen().orElse("")
                        + ", but nothing here runs images; wanted: the backend's tests, which have"
                        + " Testcontainers; next: ./dev test containers"));
  }

  /** The server's options; one that an image's version does not know is passed over. */
  static List<String> command(int port, MySqlOptions options) {
    Map<String, String> all = new LinkedHashMap<>(options.optionFile());
    // The network is the machine's own: no second port that two servers would share.
    all.put("mysqlx", "OFF");
    all.put("mysql_native_password", "ON");
    List<String> command =
        new ArrayList<>(List.of("--port=" + port, "--bind-address=" + Place.LOOPBACK.address()));
    all.forEach((name, value) -> command.add("--loose-" + name.replace('_', '-') + "=" + value));
    return command;
  }

  /** For the entry points of the images of MySQL, Percona and MariaDB. */
  static Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String vendor : List.of("MYSQL", "MARIADB")) {
      environment.put(vendor + "_ROOT_PASSWORD", MySqlInstance.ROOT_PASSWORD);
      environment.put(vendor + "_ROOT_HOST", "%");
      environment.put(vendor + "_INITDB_SKIP_TZINFO", "1");
    }
    return environment;
  }

  /** An empty history, as the embedded server begins with. */
  static void forgetHistory(Sql sql) {
    try {
      sql.execute("RESET MASTER");
    } catch (SandboxException gone) {
      sql.execute("RESET BINARY LOGS AND GTIDS");
    }
  }
}
