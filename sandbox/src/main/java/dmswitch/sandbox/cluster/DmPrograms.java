package dmswitch.sandbox.cluster;

import java.nio.file.Path;
import java.util.Map;

/** The programs that a cluster runs: what DM-Ansible finds in resources/bin. */
public interface DmPrograms {
  /** Puts dm-master, dm-worker, dmctl and mydumper into {@code bin}. */
  void install(Path bin);

  /** For people: what they are. */
  String describe();

  /**
   * The sandbox's own stand-in for DM.
   *
   * @param settings system properties of its programs, for example {@code dm.safe-mode}
   */
  static DmPrograms standIn(Map<String, String> settings) {
    return new StandIn(Map.copyOf(settings));
  }

  /**
   * Real programs of DM 1.0.
   *
   * @param folder dm-master, dm-worker and dmctl lie in it
   */
  static DmPrograms in(Path folder) {
    return new RealPrograms(folder.toAbsolutePath());
  }
}
