package dmswitch.check;

import dmswitch.mysql.ServerFacts;
import java.util.ArrayList;
import java.util.List;

/** gtid_mode, log_bin, log_slave_updates, binlog_format and row image of the new server. */
final class BinlogSettings implements Check {
  @Override
  public String name() {
    return "binlog_settings";
  }

  @Override
  public Finding judge(Facts facts) {
    ServerFacts server = facts.newServer().facts().get();
    List<String> wrong = new ArrayList<>();
    if (!server.gtidMode().equals("ON")) {
      wrong.add("gtid_mode=" + server.gtidMode());
    }
    if (!server.logBin()) {
      wrong.add("log_bin=OFF");
    }
    if (!server.logSlaveUpdates()) {
      wrong.add("log_slave_updates=OFF");
    }
    if (!server.binlogFormat().equals("ROW")) {
      wrong.add("binlog_format=" + server.binlogFormat());
    }
    if (!server.binlogRowImage().equals("FULL")) {
      wrong.add("binlog_row_image=" + server.binlogRowImage());
    }
    if (!server.binlogFilters().isEmpty()) {
      wrong.add("changes kept out of its binlog: " + String.join(", ", server.binlogFilters()));
    }
    if (wrong.isEmpty()) {
      return Finding.passed("gtid_mode, log_bin, log_slave_updates, binlog_format are right");
    }
    return Finding.refused(
        "the new server has " + String.join(", ", wrong),
        "gtid_mode=ON, log_bin, log_slave_updates=ON, binlog_format=ROW, binlog_row_image=FULL",
        "change that on the new server (some need a restart), then run again");
  }
}
