package dmswitch.check;

/** The new server is another one than now. */
final class OtherServer implements Check {
  @Override
  public String name() {
    return "other_server";
  }

  @Override
  public Finding judge(Facts facts) {
    String uuid = facts.newServer().facts().get().serverUuid();
    if (facts.relay().view().get().subDir().isOf(uuid)) {
      return Finding.refused(
          "the new server is the one that relay reads already: " + uuid,
          "another server of the same replication cluster",
          "nothing is to be done, or new_mysql_host and new_mysql_port name the wrong server");
    }
    return Finding.passed("the new server is " + uuid);
  }
}
