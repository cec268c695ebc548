package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** W is empty: it proves nothing, although every server satisfies both conditions with it. */
class EmptyGtidWIT {
  @RegisterExtension
  final ClusterExtension extension = ClusterExtension.of(builder -> builder.enableGtid("false"));

  @Test
  void aWorkerThatRunsWithoutGtid() throws IOException {
    Cluster cluster = extension.get();
    // Turned on since, and the worker not restarted: only W itself tells.
    replace(cluster.inventory(), "enable_gtid=false", "enable_gtid=true");
    replace(cluster.worker().configuration(), "enable-gtid = false", "enable-gtid = true");
    Untouched untouched = Untouched.of(cluster);

    RunEnded run = SwitchRun.of(cluster).run();

    RunEnded.Told told = run.problem();
    assertEquals(1, told.rc(), run::output);
    assertTrue(told.found().contains("W (relayBinlogGtid) is empty"), told::text);
    assertTrue(told.next().contains("enable_gtid=true"), told::text);
    assertEquals(List.of("gtid_w"), run.checksAgainst());
    untouched.require();
  }

  private static void replace(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertTrue(text.contains(from), text);
    Files.writeString(file, text.replace(from, to));
  }
}
