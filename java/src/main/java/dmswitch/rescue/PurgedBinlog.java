package dmswitch.rescue;

import dmswitch.gtid.GtidSet;
import java.util.Optional;

/** The server has purged what relay needs next. */
final class PurgedBinlog implements State {
  @Override
  public String name() {
    return "binlog_purged";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    Optional<String> error =
        signs.relay().errors().stream()
            .map(Object::toString)
            .filter(text -> text.contains("ERROR 1236") && text.contains("purged"))
            .findFirst();
    if (error.isEmpty()) {
      return Optional.empty();
    }
    GtidSet missing = signs.server().get().purged().subtract(signs.gtidW());
    if (missing.isEmpty()) {
      return Optional.of(
          Diagnosis.healed(
              this,
              "relay was stopped by a purged binlog, which the server has again",
              () -> HealRelay.of(name(), signs)));
    }
    return Optional.of(
        Diagnosis.left(
            this,
            "the server at "
                + signs.address()
                + " has purged binlog that relay needs; missing: "
                + missing,
            "W contains its gtid_purged; W is " + signs.gtidW(),
            "if another server of its replication cluster still has these transactions (its"
                + " gtid_purged contained in W): let it answer at that address and run rescue.yml"
                + " again"
                + (signs.last().isEmpty()
                    ? " (it takes the empty sub dir " + signs.last().name() + " away first)"
                    : "")
                + "; restart and roll nothing before. If none has them, these rows are lost to DM: "
                + NewDeployment.steps(signs.calls())));
  }
}
