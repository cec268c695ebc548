package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The two real ansibles that {@code ./dev setup} installs. A test takes both where what they print,
 * accept or leave behind may differ; elsewhere one (the end-to-end tests have the old one).
 */
public enum RealAnsible {
  /** The newest, in the environment that the collection is tested with. */
  NEW("dmswitch.ansible.new.python", ".venv"),
  /** An old one, as DM-Ansible has its own. */
  OLD("dmswitch.ansible.old.python", ".cache/dm-ansible-venv");

  private final String property;
  private final String environment;

  RealAnsible(String property, String environment) {
    this.property = property;
    this.environment = environment;
  }

  /** Its folder of programs; the test fails when it is missing. */
  public Path bin() {
    // Maven runs a module's tests in its folder.
    Path root = Path.of("").toAbsolutePath().getParent();
    Path python =
        Path.of(
            System.getProperty(
                property, root.resolve(environment).resolve("bin/python").toString()));
    Path bin = python.getParent();
    if (!Files.isExecutable(bin.resolve("ansible-playbook"))) {
      fail("no ansible-playbook in " + bin + ": run ./dev setup, or set -D" + property);
    }
    return bin;
  }

  public Programs programs() {
    return Programs.find(bin().resolve("ansible-playbook").toString());
  }
}
