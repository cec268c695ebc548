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
    String uuid = facts.newServer().facts().get().serverUuid();
    Sightings sightings = facts.newServer().sightings().get();
    List<Sighting> all = sightings.all();
    return all.stream()
        .filter(seen -> !seen.uuid().equalsIgnoreCase(uuid))
        .findFirst()
        .map(other -> severalServers(facts, uuid, other))
        .orElseGet(() -> oneServer(facts, sightings));
  }

  private static Finding oneServer(Facts facts, Sightings sightings) {
    List<String> refusing = sightings.closed(Sightings.Why.REFUSED);
    // Behind a VIP relay does not use this name.
    return refusing.isEmpty() || facts.request().behindVip()
        ? Finding.passed(
            sightings.all().size() + " fresh connections in a row have reached the new server")
        : withoutListener(facts, String.join(", ", refusing));
  }

  /** What to know of addresses that are not the new server's yet, or never will be. */
  static Finding withoutListener(Facts facts, String addresses) {
    return Finding.lastingWarning(
        facts.request().newHost()
            + " means other addresses too, where nothing listens on port "
            + facts.request().newPort()
            + ": "
            + addresses,
        "if they are not the new server's own (its IPv6 for example), take them out of the name"
            + " (DNS, /etc/hosts): once another server listens there, relay may connect to it"
            + " without a word, and write what it sends as if the new server had sent it");
  }

  private static Finding severalServers(Facts facts, String uuid, Sighting other) {
    return Finding.refused(
        "connections to "
            + facts.request().newHost()
            + ":"
            + facts.request().newPort()
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
