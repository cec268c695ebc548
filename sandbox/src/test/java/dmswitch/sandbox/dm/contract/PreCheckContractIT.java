package dmswitch.sandbox.dm.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.MySqlVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the pre-check of a task says about a source on MySQL 8.0; holds for real DM too. */
class PreCheckContractIT {
  private static final Servers SERVERS = Servers.get();

  @Test
  void mysql80() throws Exception {
    try (MySqlInstance modern =
            MySqlInstance.start(
                SERVERS.directory.resolve("modern"),
                MySqlOptions.serverId(42).version(MySqlVersion.V8_0));
        Rig rig = new Rig(modern.port())) {
      DmUsers.upstream(modern, Servers.USER, Servers.PASSWORD);
      modern
          .sql()
          .execute(
              "CREATE DATABASE modern",
              "CREATE TABLE modern.t (id INT PRIMARY KEY, a INT)",
              "CREATE TABLE modern.named (id INT PRIMARY KEY, v VARCHAR(40)"
                  + " DEFAULT 'x /*!80023 INVISIBLE */ DEFAULT (1)')");
      rig.start();
      Path task = rig.taskFile("modern", "modern", modern);

      String version = check(rig, task);
      assertTrue(version.contains("version required less than 5.8.0 but got 8.0.15"), version);
      assertFalse(version.contains("table structure"), version);
      assertFalse(version.contains("privilege chcker"), version);

      ignore(task, "version");
      assertEquals("", failure(check(rig, task)));

      modern.sql().execute("CREATE TABLE modern.e (id INT PRIMARY KEY, a INT DEFAULT (1 + 2))");
      String tables = check(rig, task);
      assertTrue(tables.contains("table structure compatibility check"), tables);
      assertFalse(tables.contains("mysql_version"), tables);
      ignore(task, "version", "table_schema");
      assertEquals("", failure(check(rig, task)));

      modern.sql().execute("GRANT ALL ON *.* TO '" + Servers.USER + "'@'%'");
      String grants = check(rig, task);
      assertTrue(grants.contains("source db replication privilege chcker"), grants);
      assertFalse(grants.contains("dump privilege"), "the task is incremental: " + grants);
      ignore(task, "version", "table_schema", "replication_privilege");
      assertEquals("", failure(check(rig, task)));

      ignore(task, "all");
      assertEquals("", failure(check(rig, task)));
      ignore(task, "Version");
      assertTrue(check(rig, task).contains("Version"), "no item's name");
    }
  }

  private static String check(Rig rig, Path task) {
    return rig.dmctl("check-task", task.toString()).stdout();
  }

  private static String failure(String answer) {
    return answer.contains("\"result\": true") ? "" : answer;
  }

  private static void ignore(Path task, String... items) throws Exception {
    String text =
        Files.readString(task)
            .lines()
            .filter(line -> !line.startsWith("ignore-checking-items"))
            .reduce("", (all, line) -> all + line + "\n");
    Files.writeString(
        task, text + "ignore-checking-items: [\"" + String.join("\", \"", items) + "\"]\n");
  }
}
