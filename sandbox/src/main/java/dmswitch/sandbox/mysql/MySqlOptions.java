package dmswitch.sandbox.mysql;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a MySQL server is set up.
 *
 * @param version which server
 * @param serverId its server_id, different from that of every server it replicates with
 * @param logBin base name of its binlog files
 * @param settings further variables of its option file; they win over what is set otherwise
 */
public record MySqlOptions(
    MySqlVersion version, int serverId, String logBin, Map<String, String> settings) {

  public MySqlOptions {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** MySQL 5.7 with GTIDs, {@code mysql-bin} as base name. */
  public static MySqlOptions serverId(int serverId) {
    return new MySqlOptions(MySqlVersion.V5_7, serverId, "mysql-bin", Map.of());
  }

  public MySqlOptions version(MySqlVersion chosen) {
    return new MySqlOptions(chosen, serverId, logBin, settings);
  }

  public MySqlOptions logBin(String baseName) {
    return new MySqlOptions(version, serverId, baseName, settings);
  }

  /** One more variable, for example {@code max_binlog_size}. */
  public MySqlOptions set(String variable, String value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(variable, value);
    return new MySqlOptions(version, serverId, logBin, more);
  }

  /** The option file but for what depends on the place: port, address and directories. */
  Map<String, String> optionFile() {
    Map<String, String> all = new LinkedHashMap<>(Installation.LAYOUT);
    all.put("server_id", Integer.toString(serverId));
    all.put("log_bin", logBin);
    all.put("binlog_format", "ROW");
    all.put("gtid_mode", "ON");
    all.put("enforce_gtid_consistency", "ON");
    all.put("log_slave_updates", "ON");
    all.put("master_info_repository", "TABLE");
    all.put("relay_log_info_repository", "TABLE");
    all.put("relay_log", "relay-of-mysql");
    all.put("slave_net_timeout", "4");
    all.put("character_set_server", "utf8mb4");
    all.put("skip_name_resolve", "ON");
    // Small and fast: a test needs no crash safety of the disk.
    all.put("innodb_buffer_pool_size", "32M");
    all.put("innodb_flush_log_at_trx_commit", "2");
    all.put("innodb_doublewrite", "OFF");
    // Each server takes thousands of the contexts that the kernel has for all processes.
    all.put("innodb_use_native_aio", "OFF");
    all.put("sync_binlog", "0");
    all.put("performance_schema", "OFF");
    all.put("table_open_cache", "400");
    all.put("max_connections", "200");
    all.putAll(version.options());
    all.putAll(settings);
    return all;
  }
}
