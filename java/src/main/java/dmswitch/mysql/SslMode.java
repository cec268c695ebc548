package dmswitch.mysql;

/** When a connection is encrypted, and what is verified; the names are MySQL's --ssl-mode. */
public enum SslMode {
  /** Never encrypted. */
  DISABLED,
  /** Encrypted if available, else in clear with a warning. */
  PREFERRED,
  /** Encrypted or refused; the certificate is not looked at. */
  REQUIRED,
  /** As REQUIRED, and the certificate is signed by the given CA. */
  VERIFY_CA,
  /** As VERIFY_CA, and the certificate names the host that was asked for. */
  VERIFY_IDENTITY;

  /** Returns whether it refuses a server without TLS. */
  public boolean requiresTls() {
    return this == REQUIRED || verifies();
  }

  boolean verifies() {
    return this == VERIFY_CA || this == VERIFY_IDENTITY;
  }
}
