package dmswitch.gtid;

/**
 * Two MariaDB positions give the same number of a domain to transactions of two servers. The
 * histories have diverged, and no position describes both or what they share.
 */
public final class DivergedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  DivergedException(String message) {
    super(message);
  }
}
