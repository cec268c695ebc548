package dmswitch.check;

/** Room on the worker's host for relay and the roll. */
final class FreeDisk implements Check {
  @Override
  public String name() {
    return "free_disk";
  }

  @Override
  public Finding judge(Facts facts) {
    long free = facts.relay().directory().get().freeBytes();
    return free >= 1L << 30
        ? Finding.passed((free >> 30) + " GB free in the relay folder")
        : Finding.refused(
            "only " + (free >> 20) + " MB are free in the relay folder on the worker's host",
            "at least 1024 MB: relay begins a new sub dir",
            "make room there (purge-relay), then run again");
  }
}
