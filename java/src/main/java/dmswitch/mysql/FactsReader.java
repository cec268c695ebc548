package dmswitch.mysql;

import dmswitch.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads {@link ServerFacts} of a MySQL server, each variable on its own: versions differ in them.
 */
final class FactsReader {
  private static final Pattern REQUIRE =
      Pattern.compile(" REQUIRE (SSL|X509|SUBJECT|ISSUER|CIPHER) ?");

  private final Session session;
  private final String version;

  FactsReader(Session session, String version) {
    this.session = session;
    this.version = version;
  }

  ServerFacts read() {
    boolean logBin = isOn(variable("log_bin"));
    BinlogStatus binlog = new BinlogStatus(session);
    return new ServerFacts(
        variable("server_uuid"),
        Long.parseLong(variable("server_id")),
        version,
        requiresTls(),
        // NULL without a binlog.
        logBin ? Optional.of(lastName(variable("log_bin_basename"))) : Optional.empty(),
        binlog.current(),
        new BinlogSettings(
            variable("gtid_mode"),
            logBin,
            isOn(variable("log_slave_updates")),
            variable("binlog_format"),
            variable("binlog_row_image"),
            binlog.filters()));
  }

  private boolean requiresTls() {
    return session.variable("require_secure_transport").map(FactsReader::isOn).orElse(false)
        || session
            .rowsUnless("SHOW CREATE USER CURRENT_USER()", Session.SYNTAX_ERROR, Session.NO_RIGHT)
            .orElse(List.of())
            .stream()
            .flatMap(row -> row.values().stream())
            .anyMatch(statement -> REQUIRE.matcher(statement).find());
  }

  private String variable(String name) {
    return session
        .variable(name)
        .orElseThrow(
            () ->
                Problem.cannotTell(
                    "this MySQL (" + version + ") has no variable " + name,
                    "MySQL 5.6 or newer",
                    "choose a server of a version that DM supports"));
  }

  private static boolean isOn(String value) {
    return value.equals("1") || value.equalsIgnoreCase("ON");
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
