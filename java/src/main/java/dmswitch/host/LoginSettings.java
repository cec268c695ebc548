package dmswitch.host;

import dmswitch.dmansible.AnsibleConfig;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.Sha256;
import dmswitch.dmansible.VariableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The files and arguments that ansible reads before it logs in to a worker: ansible.cfg, inventory,
 * group_vars and host_vars.
 */
final class LoginSettings {
  /** At most this many bytes are read, which takes only a moment. */
  private static final long LIMIT = 8L << 20;

  /** A lookup, whose result may differ each time and is not read here. */
  private static final Pattern LOOKUP = Pattern.compile("\\b(?:lookup|query|q)\\s*+\\(");

  /** A vaulted value other than a password, such as ansible_user, which the command would show. */
  private static final Pattern VAULTED = Pattern.compile("[:=][ \\t]*+!vault\\b");

  private LoginSettings() {}

  /**
   * Returns a digest of them, without the upstream's address, and without passwords, because a
   * short password could be guessed from a digest. Empty if they cannot be read, are incomplete, or
   * are secret.
   */
  static Optional<String> digest(DmAnsible dmAnsible, String alias) {
    try {
      List<String> parts = new ArrayList<>(List.of(alias, dmAnsible.inventory().toString()));
      dmAnsible.arguments().forHosts().forEach(word -> parts.add(withoutSecrets(word)));
      Optional<List<Path>> files = files(dmAnsible);
      long bytes = 0;
      for (Path file : files.orElse(List.of())) {
        bytes += Files.size(file);
        if (bytes > LIMIT) {
          return Optional.empty();
        }
        parts.add(file.toString());
        parts.add(withoutSecrets(Files.readString(file, StandardCharsets.ISO_8859_1)));
      }
      return files.isPresent() && parts.stream().allMatch(LoginSettings::saysAll)
          ? Optional.of(digest(parts))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String digest(List<String> parts) {
    MessageDigest digest = Sha256.begin();
    for (String part : parts) {
      byte[] text = part.getBytes(StandardCharsets.UTF_8);
      digest.update((text.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(text);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static boolean saysAll(String part) {
    return !LOOKUP.matcher(part).find()
        && !VAULTED.matcher(part).find()
        && part.lines().noneMatch(LoginSettings::isTemplateOfVault);
  }

  /**
   * Recognizes {@code ansible_user: "{{ vault_user }}"}, the naming of vaulted values in Ansible's
   * documentation.
   */
  private static boolean isTemplateOfVault(String line) {
    return line.contains("ansible_") && line.contains("{{") && line.contains("vault");
  }

  static String withoutSecrets(String text) {
    return LoginText.withoutSecrets(text);
  }

  /** Returns the files; empty if ansible may read another file than is found here. */
  private static Optional<List<Path>> files(DmAnsible dmAnsible) throws IOException {
    TreeSet<Path> files = new TreeSet<>(AnsibleConfig.of(dmAnsible.directory()).candidates());
    files.add(dmAnsible.inventory());
    files.addAll(VariableFiles.of(dmAnsible, dmAnsible.inventory()));
    files.removeIf(file -> !Files.isRegularFile(file));
    for (String name : dmAnsible.arguments().files()) {
      Optional<Path> file = fileOfArgument(dmAnsible, name);
      if (file.isEmpty()) {
        return Optional.empty();
      }
      files.add(file.get());
    }
    return Optional.of(List.copyOf(files));
  }

  /** Resolves a path as ansible does, with the home folder but without environment variables. */
  private static Optional<Path> fileOfArgument(DmAnsible dmAnsible, String name) {
    boolean inHome = name.startsWith("~/");
    if (name.contains("$") || (name.startsWith("~") && !inHome)) {
      return Optional.empty();
    }
    try {
      Path file =
          inHome
              ? AnsibleConfig.home().resolve(name.substring(2))
              : dmAnsible.directory().resolve(name);
      return Optional.of(file).filter(Files::isRegularFile);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
