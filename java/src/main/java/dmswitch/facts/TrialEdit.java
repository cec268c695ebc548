package dmswitch.facts;

import dmswitch.access.WorkerAnsible;
import dmswitch.dmansible.HostVariables;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.dmansible.WorkerToml;
import dmswitch.inventory.InventoryEdit;
import dmswitch.inventory.ReadBack;
import dmswitch.inventory.TrialCopy;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.request.Request;
import dmswitch.secret.DmPassword;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tries the edit of the inventory on a copy, before anything stops (rule 5). */
record TrialEdit(Request request, WorkerAnsible ansible) {

  /**
   * Makes the copy, and reads it back through ansible-inventory and DM-Ansible's template.
   *
   * @throws Problem (refused) if the edit would not give the requested values, or would change more
   */
  WorkerSurvey survey() {
    InventoryEdit edit = ansible.inventoryEdit();
    edit.checkCanApply();
    String alias = request.dmWorker();
    // The copy stays until both have read it.
    try (TrialCopy copy = TrialCopy.of(edit, ansible.inventory().getParent());
        Aside meanwhile = new Aside()) {
      Lazy<WorkerSurvey> rendered =
          new Lazy<>(() -> WorkerSurvey.of(ansible.dmAnsible(), copy.path(), alias));
      meanwhile.ask(rendered);
      Map<String, Object> before = ansible.variables();
      Map<String, Object> after = HostVariables.of(ansible.dmAnsible(), copy.path(), alias);
      List<String> unwanted = ReadBack.unwanted(ansible.newUpstream(), before, after);
      if (!unwanted.isEmpty()) {
        throw Problem.refused(
            "the edit would also change " + String.join(", ", unwanted) + " of " + alias,
            "only the upstream to change",
            "check the entry of " + alias + " in " + ansible.inventory());
      }
      requireAskedFor(rendered.get().toml());
      return rendered.get();
    }
  }

  private void requireAskedFor(WorkerToml made) {
    List<String> wrong = new ArrayList<>();
    if (!made.host().equals(request.newServer().host())) {
      wrong.add("host is " + made.host() + ", not " + request.newServer().host());
    }
    if (made.port() != request.newServer().port()) {
      wrong.add("port is " + made.port() + ", not " + request.newServer().port());
    }
    request
        .newServer()
        .user()
        .filter(user -> !user.equals(made.user()))
        .ifPresent(user -> wrong.add("user is " + made.user() + ", not " + user));
    request
        .newServer()
        .password()
        .filter(password -> !DmPassword.opensTo(made.storedPassword().reveal(), password))
        .ifPresent(password -> wrong.add("password is not the requested one"));
    if (!wrong.isEmpty()) {
      throw Problem.refused(
          "after the edit dm-worker.toml would still be wrong: " + String.join("; ", wrong),
          "values that editing the worker's line in " + ansible.inventory() + " sets",
          "find where the value comes from (host_vars, group_vars, -e in dm_ansible_args, vault)"
              + " and set it there, or remove it there");
    }
  }
}
