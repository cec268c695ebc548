package dmswitch.mysql;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How our own connections to MySQL are encrypted. dm-worker 1.0 itself always connects in clear.
 *
 * @param mode when to encrypt and what to verify
 * @param caFile the CA's certificates in PEM form, used by the two VERIFY modes; empty means those
 *     that the Java runtime trusts
 */
public record TlsSettings(SslMode mode, Optional<Path> caFile) {
  /**
   * For every server but the one that settings were given for: TLS where it is offered, the
   * certificate not verified, else in clear, as dm-worker itself connects.
   */
  public static final TlsSettings WHERE_OFFERED =
      new TlsSettings(SslMode.PREFERRED, Optional.empty());
}
