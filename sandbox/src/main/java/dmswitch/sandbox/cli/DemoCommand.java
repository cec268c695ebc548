package dmswitch.sandbox.cli;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.cluster.DmPrograms;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.load.RowJudge;
import dmswitch.sandbox.load.Verdict;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the whole job: a primary dies under load, its worker is switched, the rows are judged. */
@Command(
    name = "demo",
    description =
        "Kills a primary under load, promotes its replica, switches the worker, judges the rows.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ENOUGH = 100;

  /** Quiet enough for a small machine to keep up with, whatever else it does. */
  private static final Load.Pace PACE = new Load.Pace(Duration.ofMillis(50), 100);

  /** For the target to catch up on a machine that is busy otherwise. */
  private static final Duration CATCH_UP = Duration.ofMinutes(4);

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "SCENARIO",
      description = "address or vip: how the upstream changes (default: ${DEFAULT-VALUE})",
      defaultValue = "address")
  private Scenario scenario;

  @Option(
      names = "--dm-bin",
      paramLabel = "FOLDER",
      description = "real dm-master, dm-worker and dmctl of DM 1.0, in place of the stand-in")
  private Path dmBin;

  private int step;

  /** How the upstream changes. */
  private enum Scenario {
    ADDRESS,
    VIP
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("dm-switch-demo-");
    Files.delete(folder);
    long start = System.nanoTime();
    say("a DM cluster: primary, replica and target MySQL, dm-master, a dm-worker with a task");
    // A table without a key could rightly make the switch refuse, if the kill cuts a transaction.
    ClusterBuilder builder =
        Cluster.in(folder)
            .programs(dmBin == null ? DmPrograms.standIn(Map.of()) : DmPrograms.in(dmBin))
            .withoutKeylessTables();
    if (scenario == Scenario.VIP) {
      builder.vip();
    }
    try (Cluster cluster = builder.up()) {
      Verdict verdict = show(cluster);
      verdict.tables().forEach(table -> print("   " + table));
      print(
          verdict.isEqual()
              ? "   nothing lost, nothing doubled"
              : "   THE TARGET DOES NOT HAVE EXACTLY THE ROWS OF THE NEW PRIMARY");
      print("");
      print("took %.0f s".formatted((System.nanoTime() - start) / 1e9));
      return verdict.isEqual() ? 0 : 1;
    }
  }

  private Verdict show(Cluster cluster) throws IOException {
    MySqlInstance old = cluster.oldServer();
    MySqlInstance next = cluster.newServer();
    String alias = cluster.worker().alias();
    say("an application writes to the primary " + old.host() + ":" + old.port());
    try (Load load = Load.start(cluster, alias, old, PACE)) {
      awaitTransactions(load, ENOUGH);
      old.kill();
      print("   " + load.transactions() + " transactions, then the primary is killed (kill -9)");
    }
    say("its replica " + next.host() + ":" + next.port() + " becomes the primary");
    next.replication().promote();
    try (Load load = Load.start(cluster, alias, next, PACE)) {
      awaitTransactions(load, 1);
      print("   the application writes there; DM does not see it yet");
      say(
          scenario == Scenario.VIP
              ? "ansible-playbook moves the virtual IP " + cluster.vip().address() + " to it"
              : "ansible-playbook moves the dm-worker to it");
      int status = playbook(cluster, next);
      if (status != 0) {
        throw new SandboxException("the playbook ended with status " + status);
      }
      awaitTransactions(load, load.transactions() + ENOUGH);
      print("   the application has written " + load.transactions() + " transactions there");
    }
    say("the application rests; target and new primary are compared row by row");
    return new RowJudge(cluster, Map.of(alias, next)).awaitSettled(CATCH_UP);
  }

  private static void awaitTransactions(Load load, long count) {
    Await.until(
        "the application to have written " + count + " transactions",
        LIMIT,
        () -> load.transactions() >= count,
        () ->
            load.transactions()
                + " transactions, "
                + load.failure().map(String::valueOf).orElse("it writes"));
  }

  private int playbook(Cluster cluster, MySqlInstance next) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Overview.program(".venv/bin/ansible-playbook"),
                scenario == Scenario.VIP
                    ? "ansible/playbooks/switch-vip.yml"
                    : "ansible/playbooks/switch-upstream.yml",
                "-e",
                "dm_ansible_dir=" + cluster.dmAnsible(),
                "-e",
                "dm_worker=" + cluster.worker().alias(),
                "-e",
                "new_mysql_host=" + next.host(),
                "-e",
                "new_mysql_port=" + next.port(),
                "-e",
                "dm_ansible_playbook="
                    + Overview.program(".cache/dm-ansible-venv/bin/ansible-playbook")));
    if (scenario == Scenario.VIP) {
      command.add("-e");
      command.add("vip_move=command");
      command.add("-e");
      // As JSON, in which it is a list.
      command.add(
          "{\"vip_move_command\": [\"%s\", \"sandbox\", \"vip\", \"new\", \"--dir\", \"%s\"]}"
              .formatted(Overview.program("dev"), cluster.folder()));
    }
    print("   $ " + String.join(" ", command));
    Process process = new ProcessBuilder(command).inheritIO().start();
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroy();
      return 1;
    }
  }

  private void say(String text) {
    step++;
    print("");
    print(step + ". " + text);
  }

  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(text);
    out.flush();
  }
}
