package dmswitch.repair;

import dmswitch.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The states of a worker, in the order in which they are tried. A state that makes a later one
 * unreadable, or its repair unsafe, comes first.
 */
final class Rules {
  private static final List<Rule> TABLE =
      List.of(
          new Rule("upstream_silent", UpstreamRules::silent),
          new Rule("index_entry_missing", SubDirRules::indexEntryMissing),
          new Rule("switched_too_early", SubDirRules::switchedTooEarly),
          new Rule("wall", SubDirRules::wall),
          new Rule("relay_file_cut", RelayFileRules::cut),
          new Rule("relay_file_at_risk", RelayFileRules::atRisk),
          new Rule("stopped_half_way", SwitchRules::stoppedHalfWay),
          new Rule("worker_down", WorkerRules::down),
          new Rule("rolled_without_effect", UpstreamRules::rolledWithoutEffect),
          new Rule("vip_moved", UpstreamRules::vipMoved),
          new Rule("binlog_purged", UpstreamRules::binlogPurged),
          new Rule("no_rights", UpstreamRules::noRights),
          new Rule("upstream_lost", UpstreamRules::lost),
          new Rule("other_base_name", RelayFileRules::otherBaseName),
          new Rule("relay_log_gone", RelayFileRules::gone),
          new Rule("relay_paused", WorkerRules::relayPaused),
          new Rule("tasks_left_paused", WorkerRules::tasksLeftPaused),
          new Rule("healthy", WorkerRules::healthy));

  private Rules() {}

  /**
   * A state of a worker and its condition.
   *
   * @param state its name, as users see it
   * @param condition matches if the worker is in that state; throws a Problem if a fact that
   *     decides it is unknown
   */
  private record Rule(String state, Function<Observation, Optional<Match>> condition) {}

  /**
   * The result of a rule that matches.
   *
   * @param repair makes the repair for the state of this name, or throws the Problem that makes it
   *     unsafe; empty if there is no repair
   * @param refusal what to do if there is no repair; empty if nothing is wrong
   * @param warnings what else the operator should know
   */
  record Match(
      String found,
      Optional<Function<String, Repair>> repair,
      Optional<Problem> refusal,
      List<String> warnings) {
    Match {
      warnings = List.copyOf(warnings);
    }

    /** Returns the match of a worker without a fault. */
    static Optional<Match> well(String found, List<String> warnings) {
      return Optional.of(new Match(found, Optional.empty(), Optional.empty(), warnings));
    }

    static Optional<Match> repairable(String found, Function<String, Repair> repair) {
      return Optional.of(new Match(found, Optional.of(repair), Optional.empty(), List.of()));
    }

    /** Returns the match of a state without a repair; {@code next} says what to do. */
    static Optional<Match> refused(String found, String wanted, String next) {
      return Optional.of(
          new Match(
              found,
              Optional.empty(),
              Optional.of(Problem.refused(found, wanted, next)),
              List.of()));
    }
  }

  /** Returns the first state that matches. A missing fact ends the search. */
  static Diagnosis diagnose(Observation seen) {
    try {
      for (Rule rule : TABLE) {
        Optional<Match> match = rule.condition().apply(seen);
        if (match.isPresent()) {
          return Diagnosis.of(rule.state(), match.get());
        }
      }
      return Diagnosis.cannotTell(WorkerRules.unknown(seen));
    } catch (Problem missing) {
      return Diagnosis.cannotTell(missing);
    }
  }
}
