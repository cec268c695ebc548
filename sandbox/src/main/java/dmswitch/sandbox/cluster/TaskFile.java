package dmswitch.sandbox.cluster;

import dmswitch.sandbox.mysql.MySqlInstance;
import java.util.Map;

/** Task files as DM 1.0 reads them. */
final class TaskFile {
  private TaskFile() {}

  /**
   * The text of a task's file.
   *
   * @param starts by alias of the worker: where its upstream's binlog stands now
   */
  static String text(Task task, Layout layout, MySqlInstance target, Map<String, Start> starts) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        ---
        name: %s
        task-mode: incremental
        is-sharding: %s
        meta-schema: "dm_meta"
        remove-meta: false
        enable-heartbeat: false

        target-database:
          host: "%s"
          port: %d
          user: "%s"
          password: "%s"

        mysql-instances:
        """
            .formatted(
                task.name(),
                task.isSharded(),
                target.hostForDm(),
                target.port(),
                Logins.TARGET_USER,
                Logins.TARGET_PASSWORD));
    for (String alias : task.workers()) {
      Start start = starts.get(alias);
      text.append(
          """
            - source-id: "%s"
              meta:
                binlog-name: %s
                binlog-pos: %d
              black-white-list: "of-task"
              syncer-config-name: "global"
          """
              .formatted(layout.worker(alias).sourceId(), start.file(), start.position()));
      if (task.isSharded()) {
        text.append("    route-rules: [\"schema\", \"table\"]\n");
      }
    }
    if (task.isSharded()) {
      text.append(
          """

          routes:
            schema:
              schema-pattern: "%1$s_*"
              target-schema: "%1$s"
            table:
              schema-pattern: "%1$s_*"
              table-pattern: "%2$s_*"
              target-schema: "%1$s"
              target-table: "%2$s"
          """
              .formatted(task.schema(), Tables.ORDERS));
    }
    text.append(
        """

        black-white-list:
          of-task:
            do-dbs: ["%s"]

        syncers:
          global:
            worker-count: 4
            batch: 50
        """
            .formatted(task.isSharded() ? "~^" + task.schema() + "_" : task.schema()));
    return text.toString();
  }

  /**
   * A place in a binlog.
   *
   * @param file the binlog file
   * @param position in bytes
   */
  record Start(String file, long position) {
    static Start of(MySqlInstance server) {
      return new Start(
          server.sql().column("SHOW MASTER STATUS", "File"),
          Long.parseLong(server.sql().column("SHOW MASTER STATUS", "Position")));
    }
  }
}
