package dmswitch.rescue;

import dmswitch.mysql.Privilege;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The worker's user lacks rights on its upstream. */
final class NoRights implements State {
  @Override
  public String name() {
    return "no_rights";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    boolean denied =
        signs.relay().errors().stream()
            .map(error -> error + " " + error.rawCause())
            .anyMatch(text -> text.contains("Access denied") || text.contains("ERROR 1227"));
    if (!denied) {
      return Optional.empty();
    }
    List<Privilege> missing = signs.server().get().missing();
    if (missing.isEmpty()) {
      return Optional.of(
          Diagnosis.healed(
              this,
              "relay was stopped for want of rights, which the worker's user has now",
              () -> HealRelay.of(name(), signs)));
    }
    String rights = missing.stream().map(Privilege::sql).collect(Collectors.joining(", "));
    return Optional.of(
        Diagnosis.left(
            this,
            "the worker's user "
                + signs.toml().get().user()
                + " lacks "
                + rights
                + " on the server at "
                + signs.address(),
            "the rights that DM needs",
            "GRANT "
                + rights
                + " ON *.* TO that user there, then run rescue.yml again with rescue_apply: true; do"
                + " not roll the worker back or onward before"));
  }
}
