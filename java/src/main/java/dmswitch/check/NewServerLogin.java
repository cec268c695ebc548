package dmswitch.check;

/** The new server admits the user and password that the worker will use. */
final class NewServerLogin implements Check {
  @Override
  public String name() {
    return "new_server_login";
  }

  @Override
  public Finding judge(Facts facts) {
    if (facts.newServer().facts().get().requiresTls()) {
      return Finding.refused(
          "the new server admits this user over TLS only",
          "a login without TLS: dm-worker 1.0 knows no TLS",
          "ALTER USER ... REQUIRE NONE, and require_secure_transport=OFF there");
    }
    return facts.newServer().server().get().warnings().isEmpty()
        ? Finding.passed("logged in to the new server, " + facts.newServer().facts().get().version())
        : Finding.lastingWarning(String.join("; ", facts.newServer().server().get().warnings()), "");
  }
}
