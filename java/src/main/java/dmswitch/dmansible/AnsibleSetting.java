package dmswitch.dmansible;

/**
 * A setting of ansible.cfg that can change what a rolling upgrade does, and is another one than
 * DM-Ansible 1.0.7 comes with.
 *
 * @param name {@code [section] option}
 * @param value what it is; without a password
 * @param ofDmAnsible what it is in DM-Ansible 1.0.7
 */
public record AnsibleSetting(String name, String value, String ofDmAnsible) {
  /** Said of an option that is not there. */
  static final String NOT_SET = "not set";

  /** In one line, as text for the operator. */
  public String described() {
    return name + ": " + value + " (DM-Ansible 1.0.7: " + ofDmAnsible + ")";
  }
}
