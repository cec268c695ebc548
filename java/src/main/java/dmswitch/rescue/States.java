package dmswitch.rescue;

import dmswitch.problem.Problem;
import java.util.List;
import java.util.Optional;

/** All states, in the order in which they are looked for: what would spoil the next comes first. */
final class States {
  private static final List<State> ALL =
      List.of(
          new SilentUpstream(),
          new IndexEntryMissing(),
          new SwitchedTooEarly(),
          new Wall(),
          new CutRelayFile(),
          new RelayFileAtRisk(),
          new HalfWay(),
          new WorkerDown(),
          new RolledWithoutEffect(),
          new VipMoved(),
          new PurgedBinlog(),
          new NoRights(),
          new UpstreamLost(),
          new OtherBaseName(),
          new RelayLogGone(),
          new RelayPaused(),
          new TasksLeftPaused(),
          new Healthy());

  private States() {}

  /** The first state that fits; a fact that is missing ends it. */
  static Diagnosis diagnose(Signs signs) {
    try {
      for (State state : ALL) {
        Optional<Diagnosis> diagnosis = state.look(signs);
        if (diagnosis.isPresent()) {
          return diagnosis.get();
        }
      }
      return Diagnosis.cannotTell(Unknown.of(signs));
    } catch (Problem missing) {
      return Diagnosis.cannotTell(missing);
    }
  }
}
