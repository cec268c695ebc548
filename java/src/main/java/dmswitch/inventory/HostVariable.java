package dmswitch.inventory;

import dmswitch.inventory.ShellWords.Quote;
import dmswitch.secret.Secret;
import java.util.Optional;

/**
 * A variable as it is written on a host line.
 *
 * @param name its name
 * @param value the text after {@code =}, with quotes and escapes resolved
 * @param line the number of the line, from 1
 * @param start where the value starts in the text of the file, in characters; an opening quote
 *     counts as part of it unless it is before the name
 * @param end where it ends, including a closing quote
 * @param open the quotes inside which the value starts, as in {@code "mysql_host=a"}
 */
public record HostVariable(String name, String value, int line, int start, int end, Quote open) {

  /**
   * Returns the text that a template renders from it. Ansible reads a value as a Python literal if
   * it is one. Empty if versions of Python differ, or if this class cannot decide.
   */
  public Optional<String> text() {
    return PythonLiteral.text(value);
  }

  /** Returns whether Ansible renders it as a template. */
  public boolean isTemplate() {
    return Templates.isTemplate(value);
  }

  @Override
  public String toString() {
    return name + "=" + Secret.MASK + " (line " + line + ")";
  }
}
