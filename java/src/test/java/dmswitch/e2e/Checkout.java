package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;

/** What the tests run: the shipped jar in the collection, and the two ansibles of ./dev setup. */
final class Checkout {
  // Maven runs a module's tests in its folder.
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private Checkout() {}

  static Path root() {
    return ROOT;
  }

  /** The {@code ansible-playbook} that runs our playbooks. */
  static Path ansiblePlaybook() {
    existing(ROOT.resolve("ansible/plugins/module_utils/dm-switch.jar"));
    return existing(ROOT.resolve(".venv/bin/ansible-playbook"));
  }

  /** The operator's, for DM-Ansible. */
  static Path dmAnsiblePlaybook() {
    return existing(ROOT.resolve(".cache/dm-ansible-venv/bin/ansible-playbook"));
  }

  /** The program behind {@code ./dev demo} and {@code ./dev sandbox}. */
  static Path sandboxJar() {
    return existing(ROOT.resolve("sandbox/target/dm-switch-sandbox.jar"));
  }

  static Path playbook(String name) {
    return existing(ROOT.resolve("ansible/playbooks").resolve(name));
  }

  private static Path existing(Path path) {
    if (!Files.isReadable(path)) {
      fail(path + " is missing: run ./dev setup");
    }
    return path;
  }
}
