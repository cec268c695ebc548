package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.secret.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is read of a server of any kind: of a MySQL or Percona its facts, of a MariaDB that it is
 * one.
 */
class ServerKindIT {
  @TempDir private Path folder;

  @Test
  void mySqlIsReadAndMariaDbRefused() {
    try (MySqlInstance instance =
            MySqlInstance.start(folder.resolve("a"), MySqlOptions.serverId(79));
        MySqlServer server =
            MySqlServer.connect(
                new Endpoint(
                    instance.host(),
                    instance.port(),
                    MySqlInstance.ROOT,
                    Secret.of(MySqlInstance.ROOT_PASSWORD)),
                new TlsSettings(SslMode.PREFERRED, Optional.empty()),
                Duration.ofSeconds(20))) {
      String version = instance.sql().value("SELECT VERSION()");
      if (version.contains("MariaDB")) {
        Problem problem = assertThrows(Problem.class, server::facts);
        assertEquals(ExitCode.REFUSED, problem.exitCode());
        assertTrue(problem.found().endsWith("is not MySQL but " + version), problem.found());
        return;
      }
      instance.sql().execute("CREATE DATABASE of_its_own");
      assertEquals(version, server.facts().version());
      assertEquals(instance.uuid(), server.facts().serverUuid());
      assertEquals(79, server.facts().serverId());
      assertEquals(instance.uuid() + ":1", server.gtidExecuted().toString());
      assertTrue(server.gtidPurged().isEmpty());
    }
  }
}
