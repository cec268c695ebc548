package dmswitch.step;

import dmswitch.access.FreshConnections;
import dmswitch.access.UpstreamLogin;
import dmswitch.journal.Plan;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Determines which server answers at the worker's upstream address, on fresh connections. A VIP may
 * show another server at any time, and the old server's own address may be a VIP or a name that was
 * moved.
 */
final class UpstreamAddress {
  private UpstreamAddress() {}

  /** Which server the address shows. */
  enum Shows {
    OLD,
    NEW,
    /** A server that is neither. */
    THIRD,
    NOBODY,
    /** A server that accepts no login, or one server and then another. */
    UNKNOWN;

    /** Returns whether a server answers there that is not known to be the old one. */
    boolean isSomebodyElse() {
      return this != OLD && this != NOBODY;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What was seen at one moment.
   *
   * @param shows which server
   * @param detail the same for the operator, such as "the VIP 10.0.1.30:3306 shows ..."
   */
  record Shown(Shows shows, String detail) {
    /**
     * Returns what else there is to do where a VIP shall stay on a third server; empty elsewhere.
     */
    String orStay() {
      return shows == Shows.THIRD
          ? "; if the VIP will stay there, rescue.yml with rescue_apply: true takes relay"
              + " and tasks to that server, if that is safe, and abandons this switch"
          : "";
    }
  }

  /** Looks on three fresh connections in a row; the first that no server answers ends it. */
  static Shown look(OpenSwitch open) {
    List<Shown> looks =
        FreshConnections.answers(() -> once(open), look -> look.shows() == Shows.NOBODY);
    return looks.size() == 1
        ? looks.get(0)
        : new Shown(Shows.UNKNOWN, looks.get(0).detail() + ", then " + looks.get(1).detail());
  }

  private static Shown once(OpenSwitch open) {
    Plan plan = open.plan();
    UpstreamLogin upstream = open.access().mysql().upstream(plan.oldServer());
    String address =
        (plan.modes().behindVip() ? "the VIP " : "the old server's address ")
            + plan.oldServer().address();
    Optional<String> uuid = upstream.uuid();
    if (uuid.isEmpty()) {
      return upstream.answers()
          ? new Shown(
              Shows.UNKNOWN, address + " shows a server of unknown uuid: " + upstream.detail())
          : new Shown(Shows.NOBODY, "no server answers at " + address + ": " + upstream.detail());
    }
    if (uuid.get().equalsIgnoreCase(plan.newServer().uuid())) {
      return new Shown(Shows.NEW, address + " shows the new server " + uuid.get());
    }
    return uuid.get().equalsIgnoreCase(plan.oldServer().uuid())
        ? new Shown(Shows.OLD, address + " shows the old server " + uuid.get())
        : new Shown(Shows.THIRD, address + " shows a third server " + uuid.get());
  }

  /**
   * Requires that the VIP shows the new server, now.
   *
   * @throws Problem (refused) when it does not; nothing may be switched or resumed then, since
   *     relay would open a sub dir for whichever server answers (rule 9)
   */
  static void requireNew(OpenSwitch open) {
    Shown look = look(open);
    if (look.shows() != Shows.NEW) {
      throw Problem.refused(
          look.detail() + ", so nothing was switched or resumed",
          "the new server "
              + open.plan().newServer().uuid()
              + " on "
              + FreshConnections.IN_A_ROW
              + " fresh connections in a row",
          "move the VIP to the new server "
              + open.plan().newServer().address()
              + " permanently; do not resume relay before it is there");
    }
  }
}
