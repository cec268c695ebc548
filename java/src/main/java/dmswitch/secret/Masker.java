package dmswitch.secret;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/** Replaces known secrets in captured output, in every form in which a program prints them. */
public final class Masker {
  private final List<String> secrets;

  /**
   * @param secrets what must not be seen; empty ones are ignored
   */
  public Masker(Collection<Secret> secrets) {
    LinkedHashSet<String> forms = new LinkedHashSet<>();
    for (Secret secret : secrets) {
      String plain = secret.reveal();
      if (plain.isEmpty()) {
        continue;
      }
      forms.add(plain);
      // As JSON and Ansible quote them.
      String escaped = plain.replace("\\", "\\\\").replace("\"", "\\\"");
      forms.add(escaped);
      forms.add(escaped.replace("\\", "\\\\").replace("\"", "\\\""));
      forms.add(plain.replace("\\", "\\\\").replace("'", "\\'"));
      forms.add(plain.replace("'", "''"));
    }
    List<String> longestFirst = new ArrayList<>(forms);
    longestFirst.sort(Comparator.comparingInt(String::length).reversed());
    this.secrets = List.copyOf(longestFirst);
  }

  /** Returns the text with every secret replaced by {@link Secret#MASK}. */
  public String mask(String text) {
    String masked = text;
    for (String secret : secrets) {
      masked = masked.replace(secret, Secret.MASK);
    }
    return masked;
  }
}
