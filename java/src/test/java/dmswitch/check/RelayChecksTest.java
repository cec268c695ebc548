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
import dmswitch.dmansible.PortProbe;
import dmswitch.dmansible.RelayTail;
import dmswitch.dmansible.Tails;
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
    passes(new OldServerPort(), f -> {});
  }

  /** Dead is no obstacle, but with stop-task there is no way back. */
  @ParameterizedTest
  @EnumSource(
      value = PortProbe.State.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OPEN", "UNRESOLVED"})
  void aDeadOldServerRecommendsPause(PortProbe.State state) {
    warns(new OldServerPort(), f -> f.oldPort = state, "does not answer", "task_mode: pause");
    Finding finding =
        by(
            new OldServerPort(),
            f -> {
              f.oldPort = state;
              f.stops = false;
            });
    assertFalse(finding.next().contains("task_mode"), finding.next());
    cannotTell(new OldServerPort(), f -> f.without("oldPort", unreachable()), "unreachable");
  }

  /** It may live, or be powered off: the one is asked, the other must not be. */
  @Test
  void aNameWithoutAnAddressTellsNeither() {
    cannotTell(new OldServerPort(), f -> f.oldPort = PortProbe.State.UNRESOLVED, "cannot resolve");
    cannotTell(
        new OldServerPort(),
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
      warns(new OldServerPort(), unseen, "counts as lost", "task_mode: pause");
      // Everything goes the way that does without the old server.
      passes(new RelayCaughtUp(), unseen.andThen(f -> f.catchesUp = false));
      passes(new RelayStage(), unseen.andThen(f -> paused(f)));
    }
  }

  @Test
  void anotherServerAtTheOldAddress() {
    Consumer<FactsBuilder> third =
        f -> f.upstreamUuid = Optional.of("aaaaaaaa-71ca-11e1-9e33-c80aa9429562");
    refuses(
        new OldServerPort(),
        third,
        "aaaaaaaa-71ca-11e1-9e33-c80aa9429562",
        "under the old uuid",
        "pause-relay");
    // As it tells.
    Consumer<FactsBuilder> paused = third.andThen(f -> paused(f));
    warns(new OldServerPort(), paused, "do not resume relay");
    passes(new RelayStage(), paused);
    warns(
        new CleanFence(), paused.andThen(f -> f.tail = Optional.of(Tails.HALF)), "lost old server");
  }

  // relay_stage

  @Test
  void relayThatRunsOrIsPausedByALostUpstream() {
    passes(new RelayStage(), f -> {});
    passes(new RelayStage(), RelayChecksTest::silent);
    passes(
        new RelayStage(),
        f -> {
          dead(f);
          paused(f, "[code=10001] connection refused");
        });
    passes(
        new RelayStage(),
        f -> {
          paused(f);
          f.pausedByUs = true;
        });
    cannotTell(new RelayStage(), f -> f.without("relay", unreachable()), "unreachable");
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
    refuses(new RelayStage(), f -> paused(f, error), error, "resume-relay");
    for (PortProbe.State gone :
        EnumSet.complementOf(EnumSet.of(PortProbe.State.OPEN, PortProbe.State.UNRESOLVED))) {
      passes(
          new RelayStage(),
          f -> {
            paused(f, error);
            f.oldPort = gone;
          });
    }
    passes(
        new RelayStage(),
        f -> {
          paused(f, error);
          f.upstreamUuid = Optional.empty();
        });
    passes(
        new RelayStage(),
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
      warns(new OldServerPort(), proxied, "accepts connections", "greeting");
      cannotTell(new NewServerPort(), f -> f.newPort = state, "accepts connections", "greeting");
    }
  }

  @Test
  void relayThatIsPausedOtherwise() {
    refuses(new RelayStage(), f -> paused(f), "Paused by somebody", "resume-relay");
    refuses(
        new RelayStage(),
        f -> paused(f, "ERROR 1236: purged"),
        "ERROR 1236: purged",
        "resume-relay");
    refuses(
        new RelayStage(),
        f -> {
          paused(f, "ERROR 1236: purged");
          f.pausedByUs = true;
        },
        "ERROR 1236");
    passes(
        new RelayStage(),
        f -> {
          dead(f);
          paused(f);
        });
    refuses(new RelayStage(), f -> f.stage = Optional.of(Stage.STOPPED), "Stopped");
  }

  /** Rule 8: what is printed must not cut a relay file. */
  @Test
  void noAdviceToResumeRelayOnAHole() {
    for (String error : List.of("", "ERROR 1236")) {
      Finding finding =
          by(
              new RelayStage(),
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
            new RelayStage(),
            f -> {
              paused(f);
              f.without("relayHead", unreachable());
            });
    assertTrue(unknown.next().contains("do not resume relay"), unknown.next());
  }

  // relay_folder

  @Test
  void relayFolder() {
    passes(new RelayFolder(), f -> {});
    refuses(
        new RelayFolder(),
        f -> f.lastSubDir = Plans.OLD_UUID + ".000007",
        Plans.OLD_UUID + ".000007",
        "deploy_dir",
        "/deploy/relay_log");
    refuses(new RelayFolder(), f -> f.lastSubDir = "", "no sub dir");
    refuses(new RelayFolder(), f -> f.relayFiles = List.of(), "holds no binlog file");
    cannotTell(new RelayFolder(), f -> f.without("relayDirectory", unreachable()), "unreachable");
  }

  // hole

  @Test
  void holes() {
    passes(new HoleInRelayFile(), f -> {});
    passes(new HoleInRelayFile(), f -> f.holeBytes = Optional.empty());
    passes(new HoleInRelayFile(), f -> f.holeBytes = Optional.of(16L << 20));
    warns(
        new HoleInRelayFile(),
        f -> f.holeBytes = Optional.of((16L << 20) + 1),
        "16 MB",
        "FLUSH BINARY LOGS on the old server");
    cannotTell(new HoleInRelayFile(), f -> f.without("relayHead", unreachable()), "unreachable");
  }

  /** Only a running relay on a living server can be brought out of a file, and only if allowed. */
  @Test
  void aHoleThatStays() {
    String noWayBack = "there is no way back";
    warns(
        new HoleInRelayFile(),
        f -> {
          f.holeBytes = Optional.of(400L << 20);
          dead(f);
        },
        "400 MB",
        noWayBack);
    warns(
        new HoleInRelayFile(),
        f -> {
          f.holeBytes = Optional.of(400L << 20);
          f.flushes = false;
        },
        noWayBack);
    warns(
        new HoleInRelayFile(),
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
    passes(new CleanFence(), f -> f.tail = Optional.of(Tails.HALF));
    passes(
        new CleanFence(),
        f -> {
          dead(f);
          f.tail = Optional.of(Tails.HALF);
        });
  }

  @Test
  void aDeadServersLastTransaction() {
    passes(
        new CleanFence(),
        f -> {
          dead(f);
          paused(f, "gone");
        });
    passes(
        new CleanFence(),
        f -> {
          dead(f);
          paused(f, "gone");
          f.tail = Optional.empty();
        });
    for (RelayTail state : List.of(Tails.HALF, Tails.torn(), Tails.UNCOUNTED, Tails.BOTH)) {
      warns(
          new CleanFence(),
          f -> {
            dead(f);
            paused(f, "gone");
            f.tail = Optional.of(state);
          },
          "their tables have keys");
      refuses(
          new CleanFence(),
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
        new CleanFence(),
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
        new CleanFence(),
        f -> {
          paused(f);
          f.pausedByUs = true;
          f.masterGtid = Optional.of(FactsBuilder.W);
          f.tail = Optional.of(Tails.HALF);
          f.keyless = List.of(new Table("shop", "log"));
        },
        "`shop`.`log`");
  }

  /** relay.meta lags by up to 30 s behind a relay that lives on: only the fence can tell. */
  @Test
  void whatRelayMetaDoesNotCountYet() {
    passes(
        new CleanFence(),
        f -> {
          silent(f);
          f.tail = Optional.of(Tails.UNCOUNTED);
          f.keyless = List.of(new Table("shop", "log"));
        });
    refuses(
        new CleanFence(),
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
        new CleanFence(),
        both.andThen(f -> f.tailAsTold = Optional.of(Tails.of(Tails.BOTH, log, orders))),
        "come out equal");
    refuses(
        new CleanFence(),
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
    passes(new CleanFence(), half);
    Consumer<FactsBuilder> keyless =
        half.andThen(f -> f.keyless = List.of(new Table("shop", "log")));
    refuses(
        new CleanFence(),
        keyless,
        "`shop`.`log`",
        "unique key of present columns",
        "may stand twice");
    Table orders = new Table("shop", "orders");
    passes(new CleanFence(), keyless.andThen(f -> f.tables = Optional.of(Set.of(orders))));
    Table log = new Table("SHOP", "Log");
    refuses(
        new CleanFence(),
        keyless.andThen(f -> f.tables = Optional.of(Set.of(orders, log))),
        "double",
        "`shop`.`log`");
    refuses(
        new RelayStage(),
        keyless.andThen(f -> f.pausedByUs = false),
        "first what half_transaction wants");

    Finding holed =
        by(new CleanFence(), keyless.andThen(f -> f.holeBytes = Optional.of(400L << 20)));

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
    passes(new RelayCaughtUp(), f -> {});
    refuses(new RelayCaughtUp(), f -> f.catchesUp = false, "did not catch up", "catch_up_timeout");
    passes(
        new RelayCaughtUp(),
        f -> {
          f.catchesUp = false;
          dead(f);
        });
    passes(
        new RelayCaughtUp(),
        f -> {
          f.catchesUp = false;
          paused(f);
        });
    cannotTell(new RelayCaughtUp(), f -> f.without("relayCatchesUp", unreachable()), "unreachable");
  }
}
