package dmswitch.rescue;

/** What is left where nothing can be healed. */
final class NewDeployment {
  static final String STEPS =
      "stop-task its tasks; stop the worker (ansible-playbook stop.yml --tags=dm-worker -l ALIAS);"
          + " move its relay directory away; start it (start.yml); then a full dump and load: drop"
          + " the target tables and the task's checkpoints (or set remove-meta: true), set task-mode:"
          + " all in each task file, and start-task it";

  private NewDeployment() {}
}
