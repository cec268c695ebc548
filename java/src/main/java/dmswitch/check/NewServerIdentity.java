package dmswitch.check;

import dmswitch.mysql.Sighting;
import java.util.List;

/** Every fresh connection to the new server's address reaches the same server. */
final class NewServerIdentity implements Check {
  @Override
  public String name() {
    return "new_server_identity";
  }

  @Override
  public Finding judge(Facts facts) {
    String uuid = facts.newServerFacts().get().serverUuid();
    List<Sighting> all = facts.sightings().get().all();
    return all.stream()
        .filter(seen -> !seen.uuid().equalsIgnoreCase(uuid))
        .findFirst()
        .map(other -> severalServers(facts, uuid, other))
        .orElseGet(
            () ->
                Finding.passed(
                    all.size() + " fresh connections in a row have reached the new server"));
  }

  private static Finding severalServers(Facts facts, String uuid, Sighting other) {
    return Finding.refused(
        "connections to "
            + facts.wanted().newHost()
            + ":"
            + facts.wanted().newPort()
            + " reach several servers: "
            + uuid
            + ", and at "
            + other.address()
            + " "
            + other.uuid(),
        "an address that leads to one server: relay connects anew by itself, and writes what any"
            + " other one sends as if the first had sent it",
        "name the new server by an address of its own (not a proxy, reader endpoint or name in"
            + " front of several), then run again");
  }
}
