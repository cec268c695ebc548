package dmswitch.inventory;

import dmswitch.problem.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out where each variable comes from, and what must be written where.
 *
 * <p>Ansible's precedence, highest first: host_vars; the last host line that sets the variable, in
 * any group; group variables. So a value on a host line is replaced there. A value from a group is
 * added to the host's line, which overrides it for this host only. Nothing on the line can override
 * host_vars.
 */
final class EditPlanner {
  private final InventoryFile file;
  private final HostEntry host;
  private final VariableSources sources;
  private final List<Replacement> replacements = new ArrayList<>();
  private final List<String> changed = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  EditPlanner(InventoryFile file, HostEntry host) {
    this.file = file;
    this.host = host;
    this.sources = new VariableSources(file, host);
  }

  /**
   * Plans the edit for one variable.
   *
   * @throws Problem (refused) if editing the host's line cannot give the value
   */
  void plan(UpstreamVariable wanted) {
    Optional<VarsFiles.Setting> hostVars = sources.inHostVars(wanted.name());
    if (hostVars.isPresent()) {
      if (hostVars.get().text().filter(wanted::isRight).isEmpty()) {
        throw comesFrom(wanted, hostVars.get());
      }
      return;
    }
    Optional<HostLine> line = host.lineOf(wanted.name());
    if (line.isEmpty()) {
      addUnlessGroupsAgree(wanted);
      return;
    }
    HostVariable variable = line.get().variable(wanted.name()).orElseThrow();
    if (variable.isTemplate()) {
      throw refused(
          wanted,
          "is a template in line " + variable.line() + " of " + file.path(),
          "replace the template on that line by the value itself, then run again");
    }
    if (variable.text().filter(wanted::isRight).isPresent()) {
      return;
    }
    if (line.get().isOf(host.alias())) {
      replacements.add(Replacement.of(file.text(), variable, wanted.value()));
      changed.add(wanted.name());
    } else {
      add(wanted, line.get().number(), "the host range in line " + line.get().number());
    }
  }

  private void addUnlessGroupsAgree(UpstreamVariable wanted) {
    List<VariableSources.GroupSetting> groups = sources.inGroups(wanted.name());
    if (!groups.isEmpty()
        && groups.stream().allMatch(g -> g.text().filter(wanted::isRight).isPresent())) {
      return;
    }
    String where =
        groups.isEmpty()
            ? "nowhere that could be found"
            : String.join(", ", groups.stream().map(VariableSources.GroupSetting::where).toList());
    add(wanted, 0, where);
  }

  private void add(UpstreamVariable wanted, int behindLine, String cameFrom) {
    List<HostLine> own =
        host.lines().stream()
            .filter(line -> line.number() > behindLine && line.isOf(host.alias()))
            .toList();
    HostLine line =
        own.stream()
            .filter(l -> l.sets(UpstreamVariable.NAMES))
            .findFirst()
            .or(() -> own.stream().filter(l -> l.group().equals(InventoryFile.WORKERS)).findFirst())
            .or(() -> own.stream().findFirst())
            .orElseThrow(() -> sharedOnly(wanted, cameFrom));
    replacements.add(Replacement.adding(line, wanted.name(), wanted.value()));
    changed.add(wanted.name());
    notes.add(
        wanted.name()
            + " is added to line "
            + line.number()
            + ", which overrides it for "
            + host.alias()
            + " only; so far it came from "
            + cameFrom);
  }

  private Problem sharedOnly(UpstreamVariable wanted, String cameFrom) {
    return refused(
        wanted,
        "comes from "
            + cameFrom
            + ", and "
            + file.path()
            + " has no later line for this host alone",
        "give "
            + host.alias()
            + " its own line in ["
            + InventoryFile.WORKERS
            + "], after every host range that names it, then run again");
  }

  private Problem comesFrom(UpstreamVariable wanted, VarsFiles.Setting setting) {
    String kind = setting.vaulted() ? " (encrypted)" : setting.template() ? " (a template)" : "";
    String advice =
        wanted instanceof UpstreamVariable.Password
            ? "set the password there yourself, then run again without giving one"
            : "set it there to " + wanted.shown() + ", or remove it there, then run again";
    return refused(
        wanted,
        "comes from " + setting.file() + kind + ", which overrides the inventory's line",
        advice);
  }

  private Problem refused(UpstreamVariable wanted, String found, String next) {
    return Problem.refused(
            wanted.name() + " of " + host.alias() + " " + found,
            wanted.name() + "=" + wanted.shown() + " by editing that host's line",
            next + "; nothing was changed")
        .namingRerun();
  }

  String newText() {
    return Replacement.apply(file.text(), replacements);
  }

  List<String> changed() {
    return changed;
  }

  List<String> notes() {
    return notes;
  }

  List<String> openQuestions() {
    List<String> questions = new ArrayList<>();
    for (Path path : sources.encryptedHostVars()) {
      questions.add(
          path + " is encrypted as a whole; if it sets the MySQL address, that overrides the line");
    }
    return questions;
  }
}
