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
   * @param settings by the names in {@link dmswitch.sandbox.dm.Settings}, which has the defaults
   */
  static DmPrograms standIn(Map<String, String> settings) {
    return new StandInPrograms(settings);
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
