package dmswitch.check;

/**
 * The edit, tried on a copy, gives the wanted values and a dm-worker.toml that the worker can read
 * (rule 5).
 */
final class InventoryTrial implements Check {
  @Override
  public String name() {
    return "inventory_trial";
  }

  @Override
  public Finding judge(Facts facts) {
    facts.deployment().trialSurvey().get();
    return Finding.passed("the edit was tried on a copy and read back");
  }
}
