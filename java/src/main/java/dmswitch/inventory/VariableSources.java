package dmswitch.inventory;

import dmswitch.inventory.Sections.GroupVariable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds where Ansible takes the variables of a host from, apart from its own lines. */
final class VariableSources {
  private final InventoryFile file;
  private final Set<String> groups;
  private final List<Path> hostFiles;
  private final VarsFiles groupFiles;

  VariableSources(InventoryFile file, HostEntry host) {
    this.file = file;
    this.groups = file.sections().groupsOf(host);
    Path folder = file.path().toAbsolutePath().getParent();
    this.hostFiles = new VarsFiles(folder.resolve("host_vars")).of(host.alias());
    this.groupFiles = new VarsFiles(folder.resolve("group_vars"));
  }

  /** Returns the value of the variable in host_vars, which override the host's lines. */
  Optional<VarsFiles.Setting> inHostVars(String variable) {
    return hostFiles.stream()
        .flatMap(path -> VarsFiles.setting(path, variable).stream())
        .reduce((first, last) -> last);
  }

  /** Returns the files under host_vars whose content cannot be determined here. */
  List<Path> encryptedHostVars() {
    return hostFiles.stream().filter(VarsFiles::isVaulted).toList();
  }

  /**
   * A variable that a group of the host sets.
   *
   * @param where the file, and the line or group
   * @param text what a template renders from it; empty if that cannot be determined here
   */
  record GroupSetting(String where, Optional<String> text) {}

  /**
   * Returns the values of the variable in the host's groups, in no order. The host's lines override
   * them.
   */
  List<GroupSetting> inGroups(String variable) {
    List<GroupSetting> settings = new ArrayList<>();
    for (GroupVariable line : file.sections().groupVariables()) {
      if (groups.contains(line.group()) && line.name().equals(variable)) {
        Optional<String> text =
            Templates.isTemplate(line.value())
                ? Optional.empty()
                : PythonLiteral.text(line.value());
        settings.add(new GroupSetting("[" + line.group() + ":vars] in line " + line.line(), text));
      }
    }
    for (String group : groups) {
      for (Path path : groupFiles.of(group)) {
        if (VarsFiles.isVaulted(path)) {
          settings.add(new GroupSetting(path + " (encrypted)", Optional.empty()));
        }
        VarsFiles.setting(path, variable)
            .ifPresent(s -> settings.add(new GroupSetting(path.toString(), s.text())));
      }
    }
    return settings;
  }
}
