package dmswitch.rescue;

import dmswitch.dmansible.OperatorCalls;

/** What is left where nothing can be healed. */
final class NewDeployment {
  private NewDeployment() {}

  /** Returns what an operator does, step by step. */
  static String steps(OperatorCalls calls) {
    return "stop-task its tasks; stop the worker (in dm_ansible_dir: "
        + calls.of("stop.yml")
        + "); move its relay directory away; start it ("
        + calls.of("start.yml")
        + "); then a full dump and load:"
        + " drop the target tables and the task's checkpoints (or set remove-meta: true), set"
        + " task-mode: all in each task file, and start-task it";
  }
}
