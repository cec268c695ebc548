package dmswitch.check;

/**
 * The alias is a dm-worker, and DM-Ansible can make its dm-worker.toml of the present inventory.
 */
final class InventoryReads implements Check {
  @Override
  public String name() {
    return "inventory_reads";
  }

  @Override
  public Finding judge(Facts facts) {
    return Finding.passed(
        facts.deployment().survey().get().deployment().alias()
            + " at "
            + facts.deployment().survey().get().deployment().address());
  }
}
