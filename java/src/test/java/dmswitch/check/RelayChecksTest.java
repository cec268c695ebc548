package dmswitch.check;

import static dmswitch.check.Judged.by;
import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;
import static dmswitch.check.Judged.warns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Stage;
import dmswitch.host.PortProbe;
import dmswitch.host.RelayTail;
import dmswitch.host.Tails;
import dmswitch.journal.Plans;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelayChecksTest {
  private static Problem unreachable() {
    return Problem.cannotTell("the worker's host is unreachable", "an answer", "fix SSH");
  }

  private static void paused(FactsBuilder f, String... errors) {
    f.stage = Optional.of(Stage.PAUSED);
    f.relayErrors = List.of(errors);
  }

  private static void dead(FactsBuilder f) {
    f.oldPort = PortProbe.State.REFUSED;
  }

  /** Powered off: nothing may be asked of the worker's upstream. */
  private static void silent(FactsBuilder f) {
    f.oldPort = PortProbe.State.SILENT;
    f.stage = Optional.empty();
  }

  // old_server_port

  @Test
  void aLivingOldServer() {
    passes(AddressChecks.OLD_SERVER, f -> {});
  }

  /** Dead is no obstacle, but with stop-task there is no way back. */
  @ParameterizedTest
  @EnumSource(
      value = PortProbe.State.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OPEN", "UNRESOLVED"})
  void aDeadOldServerRecommendsPause(PortProbe.State state) {
    warns(AddressChecks.OLD_SERVER, f -> f.oldPort = state, "does not answer", "task_mode: pause");
    Finding finding =
        by(
            AddressChecks.OLD_SERVER,
            f -> {
              f.oldPort = state;
              f.stops = false;
            });
    assertFalse(finding.next().contains("task_mode"), finding.next());
    cannotTell(AddressChecks.OLD_SERVER, f -> f.without("oldPort", unreachable()), "unreachable");
  }

  /** It may live, or be powered off: the one is asked, the other must not be. */
  @Test
  void aNameWithoutAnAddressTellsNeither() {
    cannotTell(
        AddressChecks.OLD_SERVER, f -> f.oldPort = PortProbe.State.UNRESOLVED, "cannot resolve");
    cannotTell(
        AddressChecks.OLD_SERVER,
        f -> {
          f.behindVip = true;
          f.oldPort = PortProbe.State.UNRESOLVED;
        },
        "cannot resolve");
  }

  /** HAProxy, a Kubernetes service, LVS. */
  @Test
  void anOpenPortIsNoAnswer() {
    for (Consumer<FactsBuilder> unseen :
        List.<Consumer<FactsBuilder>>of(
            f -> f.upstreamUuid = Optional.empty(),
            f -> f.without("upstreamUuid", unreachable()))) {
      warns(AddressChecks.OLD_SERVER, unseen, "counts as lost", "task_mode: pause");
      // Everything goes the way that does without the old server.
      passes(RelayChecks.CAUGHT_UP, unseen.andThen(f -> f.catchesUp = false));
      passes(RelayChecks.STAGE, unseen.andThen(f -> paused(f)));
    }
  }

  @Test
  void anotherServerAtTheOldAddress() {
    Consumer<FactsBuilder> third =
        f -> f.upstreamUuid = Optional.of("aaaaaaaa-71ca-11e1-9e33-c80aa9429562");
    refuses(
        AddressChecks.OLD_SERVER,
        third,
        "aaaaaaaa-71ca-11e1-9e33-c80aa9429562",
        "under the old uuid",
        "pause-relay");
    // As it tells.
    Consumer<FactsBuilder> paused = third.andThen(f -> paused(f));
    warns(AddressChecks.OLD_SERVER, paused, "do not resume relay");
    passes(RelayChecks.STAGE, paused);
    warns(
        RelayChecks.HALF_TRANSACTION,
        paused.andThen(f -> f.tail = Optional.of(Tails.HALF)),
        "lost old server");
  }

  // relay_stage

  @Test
  void relayThatRunsOrIsPausedByALostUpstream() {
    passes(RelayChecks.STAGE, f -> {});
    passes(RelayChecks.STAGE, RelayChecksTest::silent);
    passes(
        RelayChecks.STAGE,
        f -> {
          dead(f);
          paused(f, "[code=10001] connection refused");
        });
    passes(
        RelayChecks.STAGE,
        f -> {
          paused(f);
          f.pausedByUs = true;
        });
    cannotTell(RelayChecks.STAGE, f -> f.without("relay", unreachable()), "unreachable");
  }

  /** DM has many words for a lost upstream, and says the same of one that is back. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[code=30014:class=relay-unit:scope=upstream:level=high] TCPReader get event: EOF:"
            + " connection was bad",
        "[code=10001:class=database] read tcp 10.0.1.21:4711->10.0.1.31:3306: connection reset by"
            + " peer",
        "driver: bad connection",
        "invalid connection",
        "ERROR 2003 (HY000): Can't connect to remote MySQL server",
        "a text that no version of DM has printed so far"
      })
  void whoAnswersDecidesAndNoText(String error) {
    refuses(RelayChecks.STAGE, f -> paused(f, error), error, "resume-relay");
    for (PortProbe.State gone :
        EnumSet.complementOf(EnumSet.of(PortProbe.State.OPEN, PortProbe.State.UNRESOLVED))) {
      passes(
          RelayChecks.STAGE,
          f -> {
            paused(f, error);
            f.oldPort = gone;
          });
    }
    passes(
        RelayChecks.STAGE,
        f -> {
          paused(f, error);
          f.upstreamUuid = Optional.empty();
        });
    passes(
        RelayChecks.STAGE,
        f -> {
          paused(f, error);
          f.without("upstreamUuid", unreachable());
        });
  }

  /** A proxy whose server is gone; its login is as a living server's would be. */
  @Test
  void aPortThatDoesNotGreetIsNobodys() {
    for (PortProbe.State state : List.of(PortProbe.State.HUNG_UP, PortProbe.State.MUTE)) {
      Consumer<FactsBuilder> proxied = f -> f.oldPort = state;
      warns(AddressChecks.OLD_SERVER, proxied, "accepts connections", "greeting");
      cannotTell(
          ReachabilityChecks.FROM_WORKER,
          f -> f.newPort = state,
          "accepts connections",
          "greeting");
    }
  }

  @Test
  void relayThatIsPausedOtherwise() {
    refuses(RelayChecks.STAGE, f -> paused(f), "Paused by a command", "resume-relay");
    refuses(
        RelayChecks.STAGE,
        f -> paused(f, "ERROR 1236: purged"),
        "ERROR 1236: purged",
        "resume-relay");
    refuses(
        RelayChecks.STAGE,
        f -> {
          paused(f, "ERROR 1236: purged");
          f.pausedByUs = true;
        },
        "ERROR 1236");
    passes(
        RelayChecks.STAGE,
        f -> {
          dead(f);
          paused(f);
        });
    refuses(RelayChecks.STAGE, f -> f.stage = Optional.of(Stage.STOPPED), "Stopped");
  }

  /** Rule 8: what is printed must not cut a relay file. */
  @Test
  void noAdviceToResumeRelayOnAHole() {
    for (String error : List.of("", "ERROR 1236")) {
      Finding finding =
          by(
              RelayChecks.STAGE,
              f -> {
                paused(f, error.isEmpty() ? new String[0] : new String[] {error});
                f.holeBytes = Optional.of(400L << 20);
              });
      assertTrue(finding.next().contains("do not resume relay"), finding.next());
      assertTrue(finding.next().contains("400 MB"), finding.next());
      assertFalse(finding.next().contains("resume-relay"), finding.next());
    }
    Finding unknown =
        by(
            RelayChecks.STAGE,
            f -> {
              paused(f);
              f.without("relayHead", unreachable());
            });
    assertTrue(unknown.next().contains("do not resume relay"), unknown.next());
  }

  // relay_folder

  @Test
  void relayFolder() {
    passes(RelayChecks.FOLDER, f -> {});
    refuses(
        RelayChecks.FOLDER,
        f -> f.lastSubDir = Plans.OLD_UUID + ".000007",
        Plans.OLD_UUID + ".000007",
        "deploy_dir",
        "/deploy/relay_log");
    refuses(RelayChecks.FOLDER, f -> f.lastSubDir = "", "no sub dir");
    refuses(RelayChecks.FOLDER, f -> f.relayFiles = List.of(), "holds no binlog file");
    cannotTell(RelayChecks.FOLDER, f -> f.without("relayDirectory", unreachable()), "unreachable");
  }

  // hole

  @Test
  void holes() {
    passes(RelayChecks.HOLE, f -> {});
    passes(RelayChecks.HOLE, f -> f.holeBytes = Optional.empty());
    passes(RelayChecks.HOLE, f -> f.holeBytes = Optional.of(16L << 20));
    warns(
        RelayChecks.HOLE,
        f -> f.holeBytes = Optional.of((16L << 20) + 1),
        "16 MB",
        "FLUSH BINARY LOGS on the old server");
    cannotTell(RelayChecks.HOLE, f -> f.without("relayHead", unreachable()), "unreachable");
  }

  /** Only a running relay on a living server can be brought out of a file, and only if allowed. */
  @Test
  void aHoleThatStays() {
    String noWayBack = "there is no way back";
    warns(
        RelayChecks.HOLE,
        f -> {
          f.holeBytes = Optional.of(400L << 20);
          dead(f);
        },
        "400 MB",
        noWayBack);
    warns(
        RelayChecks.HOLE,
        f -> {
          f.holeBytes = Optional.of(400L << 20);
          f.flushes = false;
        },
        noWayBack);
    warns(
        RelayChecks.HOLE,
        f -> {
          f.holeBytes = Optional.of(400L << 20);
          paused(f);
          f.pausedByUs = true;
        },
        noWayBack);
  }

  // half_transaction

  @Test
  void aFenceThatIsStillToComeIsNotJudged() {
    passes(RelayChecks.HALF_TRANSACTION, f -> f.tail = Optional.of(Tails.HALF));
    passes(
        RelayChecks.HALF_TRANSACTION,
        f -> {
          dead(f);
          f.tail = Optional.of(Tails.HALF);
        });
  }

  @Test
  void aDeadServersLastTransaction() {
    passes(
        RelayChecks.HALF_TRANSACTION,
        f -> {
          dead(f);
          paused(f, "gone");
        });
    passes(
        RelayChecks.HALF_TRANSACTION,
        f -> {
          dead(f);
          paused(f, "gone");
          f.tail = Optional.empty();
        });
    for (RelayTail state : List.of(Tails.HALF, Tails.torn(), Tails.UNCOUNTED, Tails.BOTH)) {
      warns(
          RelayChecks.HALF_TRANSACTION,
          f -> {
            dead(f);
            paused(f, "gone");
            f.tail = Optional.of(state);
          },
          "their tables have keys");
      refuses(
          RelayChecks.HALF_TRANSACTION,
          f -> {
            dead(f);
            paused(f, "gone");
            f.tail = Optional.of(state);
            f.keyless = List.of(new Table("shop", "log"));
          },
          "`shop`.`log`",
          "would double",
          "do not resume relay",
          "no safe command is known");
    }
    cannotTell(
        RelayChecks.HALF_TRANSACTION,
        f -> {
          dead(f);
          paused(f, "gone");
          f.without("relayTail", unreachable());
        },
        "unreachable");
  }

  /** MySQL sends a transaction before it adds it to gtid_executed: that W equals proves nothing. */
  @Test
  void wEqualToTheOldServersProvesNothing() {
    refuses(
        RelayChecks.HALF_TRANSACTION,
        f -> {
          paused(f);
          f.pausedByUs = true;
          f.masterGtid = Optional.of(FactsBuilder.W);
          f.tail = Optional.of(Tails.HALF);
          f.keyless = List.of(new Table("shop", "log"));
        },
        "`shop`.`log`");
  }

  /** relay.meta lags up to 30 s behind a relay that lives on: only the fence can tell. */
  @Test
  void whatRelayMetaDoesNotCountYet() {
    passes(
        RelayChecks.HALF_TRANSACTION,
        f -> {
          silent(f);
          f.tail = Optional.of(Tails.UNCOUNTED);
          f.keyless = List.of(new Table("shop", "log"));
        });
    refuses(
        RelayChecks.HALF_TRANSACTION,
        f -> {
          silent(f);
          f.tail = Optional.of(Tails.HALF);
          f.keyless = List.of(new Table("shop", "log"));
        },
        "`shop`.`log`");
  }

  /** What is whole may be counted at the fence, a half will not. */
  @Test
  void whatRelayMetaDoesNotCountYetBesideAHalf() {
    Optional<Set<Table>> log = Optional.of(Set.of(new Table("shop", "log")));
    Optional<Set<Table>> orders = Optional.of(Set.of(new Table("shop", "orders")));
    Consumer<FactsBuilder> both =
        f -> {
          silent(f);
          f.keyless = List.of(new Table("shop", "log"));
        };
    warns(
        RelayChecks.HALF_TRANSACTION,
        both.andThen(f -> f.tailAsTold = Optional.of(Tails.of(Tails.BOTH, log, orders))),
        "does no harm");
    refuses(
        RelayChecks.HALF_TRANSACTION,
        both.andThen(f -> f.tailAsTold = Optional.of(Tails.of(Tails.BOTH, orders, log))),
        "`shop`.`log`");
  }

  /** The fence would resume relay to take in the rest, or an operator would. */
  @Test
  void halfATransactionOfALivingServer() {
    Consumer<FactsBuilder> half =
        f -> {
          paused(f);
          f.pausedByUs = true;
          f.tail = Optional.of(Tails.HALF);
        };
    passes(RelayChecks.HALF_TRANSACTION, half);
    Consumer<FactsBuilder> keyless =
        half.andThen(f -> f.keyless = List.of(new Table("shop", "log")));
    refuses(
        RelayChecks.HALF_TRANSACTION,
        keyless,
        "`shop`.`log`",
        "unique key of existing columns",
        "may be duplicated");
    Table orders = new Table("shop", "orders");
    passes(
        RelayChecks.HALF_TRANSACTION, keyless.andThen(f -> f.tables = Optional.of(Set.of(orders))));
    Table log = new Table("SHOP", "Log");
    refuses(
        RelayChecks.HALF_TRANSACTION,
        keyless.andThen(f -> f.tables = Optional.of(Set.of(orders, log))),
        "double",
        "`shop`.`log`");
    refuses(RelayChecks.STAGE, keyless.andThen(f -> f.pausedByUs = false), "half_transaction");

    Finding holed =
        by(
            RelayChecks.HALF_TRANSACTION,
            keyless.andThen(f -> f.holeBytes = Optional.of(400L << 20)));

    assertEquals(Finding.Outcome.REFUSED, holed.outcome());
    assertFalse(holed.next().contains("relay resumed"), holed.next());
  }

  @Test
  void manyTablesWithoutAKeyAreCounted() {
    List<Table> tables = IntStream.range(0, 13).mapToObj(i -> new Table("shop", "t" + i)).toList();

    String found = HalfTransactions.refused("half a transaction", tables, true).found();

    assertTrue(found.contains("`shop`.`t9` and 3 more"), found);
    assertFalse(found.contains("t10"), found);
  }

  // relay_caught_up

  @Test
  void relayKeepsUp() {
    passes(RelayChecks.CAUGHT_UP, f -> {});
    refuses(
        RelayChecks.CAUGHT_UP, f -> f.catchesUp = false, "did not catch up", "catch_up_timeout");
    passes(
        RelayChecks.CAUGHT_UP,
        f -> {
          f.catchesUp = false;
          dead(f);
        });
    passes(
        RelayChecks.CAUGHT_UP,
        f -> {
          f.catchesUp = false;
          paused(f);
        });
    cannotTell(
        RelayChecks.CAUGHT_UP, f -> f.without("relayCatchesUp", unreachable()), "unreachable");
  }
}
