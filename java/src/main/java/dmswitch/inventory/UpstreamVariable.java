package dmswitch.inventory;

import dmswitch.secret.DmPassword;
import dmswitch.secret.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A variable and its intended value. */
sealed interface UpstreamVariable {
  /** The variables of DM-Ansible that name a worker's upstream. */
  List<String> NAMES = List.of("mysql_host", "mysql_port", "mysql_user", "mysql_password");

  static List<UpstreamVariable> of(UpstreamVariables upstream) {
    List<UpstreamVariable> all = new ArrayList<>();
    all.add(new Text("mysql_host", upstream.mysqlHost()));
    all.add(new Port(upstream.mysqlPort()));
    upstream.mysqlUser().ifPresent(user -> all.add(new Text("mysql_user", user)));
    upstream.mysqlPassword().ifPresent(password -> all.add(new Password(password)));
    return all;
  }

  String name();

  /** Returns whether a value that a template renders in this way is right for DM. */
  boolean isRight(String printed);

  /** Returns the value to write after {@code name=}, before shell quoting. */
  String value();

  /** Returns the intended value as text for the operator, with a password masked. */
  String shown();

  /** A host or user. */
  record Text(String name, String text) implements UpstreamVariable {
    @Override
    public boolean isRight(String printed) {
      return printed.equals(text);
    }

    @Override
    public String value() {
      return PythonLiteral.string(text);
    }

    @Override
    public String shown() {
      return text;
    }
  }

  /** The port. */
  record Port(int port) implements UpstreamVariable {
    @Override
    public String name() {
      return "mysql_port";
    }

    @Override
    public boolean isRight(String printed) {
      return printed.equals(value());
    }

    @Override
    public String value() {
      return Integer.toString(port);
    }

    @Override
    public String shown() {
      return value();
    }
  }

  /**
   * The password. It may be stored plain or in DM's sealed form, and is written in the sealed form.
   */
  record Password(Secret plain) implements UpstreamVariable {
    // The template puts the value between TOML quotes unchanged, and these would break it.
    private static final Pattern NOT_IN_TOML = Pattern.compile("[\"\\\\\\p{Cntrl}]");

    @Override
    public String name() {
      return "mysql_password";
    }

    @Override
    public boolean isRight(String printed) {
      return !NOT_IN_TOML.matcher(printed).find() && DmPassword.opensTo(printed, plain);
    }

    @Override
    public String value() {
      return PythonLiteral.string(DmPassword.seal(plain));
    }

    @Override
    public String shown() {
      return Secret.MASK;
    }
  }
}
