package dmswitch.sandbox.dm.master;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Flags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of a dm-master.
 *
 * @param workers each source's worker, {@code HOST:PORT} by source id
 * @param rpcTimeout how long dm-master waits for a worker
 */
record MasterConfig(
    String address, String logFile, Map<String, String> workers, Duration rpcTimeout) {
  private static final Set<String> FLAGS = Set.of("config", "master-addr", "L", "log-file");

  private static final Set<String> KEYS =
      Set.of(
          "log-level",
          "log-file",
          "log-rotate",
          "rpc-timeout",
          "rpc-rate-limit",
          "rpc-rate-burst",
          "master-addr",
          "deploy");

  private static final Duration RPC_TIMEOUT = Duration.ofSeconds(30);

  /**
   * Reads command line and file.
   *
   * @throws DmError when dm-master cannot start with them
   */
  static MasterConfig read(String[] arguments) {
    try {
      Flags flags = Flags.parse(arguments, FLAGS);
      String file = flags.get("config", "");
      JsonNode toml =
          new TomlMapper()
              .readTree(
                  file.isEmpty() ? "" : Files.readString(Path.of(file), StandardCharsets.UTF_8));
      for (Iterator<String> keys = toml.fieldNames(); keys.hasNext(); ) {
        String key = keys.next();
        if (!KEYS.contains(key)) {
          throw new IllegalArgumentException(
              "master config contained unknown configuration options: " + key);
        }
      }
      Map<String, String> workers = new LinkedHashMap<>();
      toml.path("deploy")
          .forEach(
              entry ->
                  workers.put(
                      entry.path("source-id").asText(entry.path("mysql-instance").asText()),
                      entry.path("dm-worker").asText()));
      String timeout = toml.path("rpc-timeout").asText("");
      return new MasterConfig(
          flags.get("master-addr", toml.path("master-addr").asText("")),
          flags.get("log-file", toml.path("log-file").asText("")),
          workers,
          timeout.isEmpty() ? RPC_TIMEOUT : Duration.parse("PT" + timeout));
    } catch (IOException | RuntimeException e) {
      throw DmError.internal(
              38011, DmError.Kind.DM_MASTER, "config toml transform: " + e.getMessage())
          .withLevel(DmError.Level.MEDIUM);
    }
  }
}
