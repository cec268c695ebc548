package dmswitch.gtid;

/**
 * Two MariaDB positions give one number of one domain to transactions of two servers: their
 * histories have parted, and no position describes both or what they share.
 */
public final class DivergedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  DivergedException(String message) {
    super(message);
  }
}
