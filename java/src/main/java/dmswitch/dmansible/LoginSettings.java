package dmswitch.dmansible;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What ansible reads before it logs in to a worker: arguments, ansible.cfg, inventory, group_vars
 * and host_vars.
 */
final class LoginSettings {
  /** So many bytes are read in a moment. */
  private static final long LIMIT = 8L << 20;

  private static final String VALUE = "(?:\"[^\"\\n]*\"|'[^'\\n]*'|[^\\s\"'])*";

  /** What a switch changes in the inventory. */
  private static final Pattern UPSTREAM =
      Pattern.compile("[ \\t]*\\bmysql_(?:host|port|user|password)[ \\t]*[=:][ \\t]*" + VALUE);

  private static final String SECRET = "\\w*(?:pass|secret|token|pwd)\\w*[ \\t]*[=:]";

  /** A digest could be tried against a short password: alone in a line, and beside others. */
  private static final Pattern SECRET_LINE =
      Pattern.compile("^([ \\t]*" + SECRET + ").*$", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  private static final Pattern SECRET_BESIDE =
      Pattern.compile("(\\b" + SECRET + "[ \\t]*)" + VALUE, Pattern.CASE_INSENSITIVE);

  private LoginSettings() {}

  /** Their digest, with neither the upstream's address nor passwords; empty where unreadable. */
  static Optional<String> digest(DmAnsible dmAnsible, String alias) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<String> parts = new ArrayList<>(List.of(alias, dmAnsible.inventory().toString()));
      parts.addAll(dmAnsible.arguments().forHosts());
      long bytes = 0;
      for (Path file : files(dmAnsible)) {
        bytes += Files.size(file);
        if (bytes > LIMIT) {
          return Optional.empty();
        }
        parts.add(file.toString());
        parts.add(withoutSecrets(Files.readString(file, StandardCharsets.ISO_8859_1)));
      }
      for (String part : parts) {
        byte[] text = part.getBytes(StandardCharsets.UTF_8);
        digest.update((text.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(text);
      }
      return Optional.of(HexFormat.of().formatHex(digest.digest()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  static String withoutSecrets(String text) {
    String others = UPSTREAM.matcher(text).replaceAll("");
    String besides = SECRET_LINE.matcher(others).replaceAll("$1");
    return SECRET_BESIDE.matcher(besides).replaceAll("$1");
  }

  private static List<Path> files(DmAnsible dmAnsible) throws IOException {
    TreeSet<Path> files = new TreeSet<>(AnsibleConfig.of(dmAnsible.directory()).candidates());
    files.add(dmAnsible.inventory());
    dmAnsible.arguments().files().forEach(file -> files.add(dmAnsible.directory().resolve(file)));
    files.addAll(VariableFiles.of(dmAnsible, dmAnsible.inventory()));
    files.removeIf(file -> !Files.isRegularFile(file));
    return List.copyOf(files);
  }
}
