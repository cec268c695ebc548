package dmswitch.check;

import dmswitch.mysql.Sighting;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whom fresh connections to the new server have reached, around the moment at which the worker's
 * host connected to it.
 *
 * @param before several to each address that its name has
 * @param after one
 */
public record Sightings(List<Sighting> before, Sighting after) {
  public Sightings {
    before = List.copyOf(before);
  }

  List<Sighting> all() {
    return Stream.concat(before.stream(), Stream.of(after)).toList();
  }

  /** The last one before the worker's host connected. */
  Sighting justBefore() {
    return before.get(before.size() - 1);
  }
}
