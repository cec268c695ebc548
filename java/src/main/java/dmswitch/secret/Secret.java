package dmswitch.secret;

import java.util.Objects;

/** A password. Its {@link #toString} is a mask, so that no log or report can show it by mistake. */
public final class Secret {
  /** The replacement of a secret. */
  public static final String MASK = "********";

  private final String value;

  private Secret(String value) {
    this.value = Objects.requireNonNull(value);
  }

  public static Secret of(String value) {
    return new Secret(value);
  }

  /** Returns the password itself, for a login or the inventory only. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return MASK;
  }
}
