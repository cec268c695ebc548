package dmswitch.check;

/**
 * The new server still knows the statements that relay of DM 1.0 needs, whatever its pre-check is
 * told to ignore.
 */
final class NewServerVersion implements Check {
  @Override
  public String name() {
    return "new_server_version";
  }

  // relay.go of DM 1.0.7 asks SHOW MASTER STATUS when it starts and in query-status; MySQL 8.4 took
  // it away, and SHOW SLAVE HOSTS with it.
  @Override
  public Finding judge(Facts facts) {
    String version = facts.newServer().facts().get().version();
    return SourceVersion.parse(version).filter(read -> read.isAtLeast(8, 4, 0)).isPresent()
        ? Finding.refused(
            "the new server is MySQL " + version + ", which has no SHOW MASTER STATUS",
            "MySQL up to 8.3: relay of DM 1.0 asks SHOW MASTER STATUS when it starts",
            "choose another server, or upgrade DM before")
        : Finding.passed("MySQL " + version + " knows the statements that relay needs");
  }
}
