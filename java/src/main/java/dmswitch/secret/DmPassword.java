package dmswitch.secret;

import dmswitch.problem.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A password as DM stores it in inventory.ini and dm-worker.toml: plain, or base64 of a 16 byte IV,
 * the byte {@code @} and AES-256-CFB of the text under a key that is in DM's source (package {@code
 * pkg/encrypt}). That hides a password from a casual glance only.
 *
 * <p>The text is UTF-8.
 */
public final class DmPassword {
  private static final int IV_LENGTH = 16;
  private static final byte SEPARATOR = '@';
  private static final SecretKeySpec KEY =
      new SecretKeySpec(
          HexFormat.of()
              .parseHex("a529b7665997f043a30ac8fadcb51d6aa032c226ab5b7750530b12b8c1a16a48"),
          "AES");
  private static final SecureRandom RANDOM = new SecureRandom();

  private DmPassword() {}

  /**
   * Returns the password that DM logs in with: what {@code stored} opens to, or {@code stored}
   * itself if it does not open (DM's {@code DecryptOrPlaintext}). A plain password that happens to
   * have the sealed form is therefore opened, as DM does it.
   *
   * @throws Problem (cannot tell) when it opens to bytes that are no text
   */
  public static Secret open(String stored) {
    Optional<byte[]> opened = tryOpen(stored);
    if (opened.isEmpty()) {
      return Secret.of(stored);
    }
    try {
      return Secret.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(opened.get())).toString());
    } catch (CharacterCodingException e) {
      throw Problem.cannotTell(
          "the stored MySQL password has DM's sealed form but opens to bytes that are no text",
          "a password that DM can log in with",
          "give the password again (new_mysql_password, or --mysql-password-stdin)",
          e);
    }
  }

  /** Returns the sealed form of a password, under a fresh random IV: no two calls give the same. */
  public static String seal(Secret plain) {
    byte[] iv = new byte[IV_LENGTH];
    RANDOM.nextBytes(iv);
    return seal(plain, iv);
  }

  static String seal(Secret plain, byte[] iv) {
    byte[] text = crypt(Cipher.ENCRYPT_MODE, iv, plain.reveal().getBytes(StandardCharsets.UTF_8));
    byte[] sealed = Arrays.copyOf(iv, IV_LENGTH + 1 + text.length);
    sealed[IV_LENGTH] = SEPARATOR;
    System.arraycopy(text, 0, sealed, IV_LENGTH + 1, text.length);
    return Base64.getEncoder().encodeToString(sealed);
  }

  /** Returns whether DM would log in with {@code plain} when {@code stored} is what it is given. */
  public static boolean opensTo(String stored, Secret plain) {
    byte[] used = tryOpen(stored).orElseGet(() -> stored.getBytes(StandardCharsets.UTF_8));
    return MessageDigest.isEqual(used, plain.reveal().getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<byte[]> tryOpen(String stored) {
    // Go's StdEncoding skips line ends and insists on the padding; Java's decoder does neither.
    String base64 = stored.replace("\r", "").replace("\n", "");
    if (base64.length() % 4 != 0) {
      return Optional.empty();
    }
    byte[] sealed;
    try {
      sealed = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (sealed.length < IV_LENGTH + 1 || sealed[IV_LENGTH] != SEPARATOR) {
      return Optional.empty();
    }
    return Optional.of(
        crypt(
            Cipher.DECRYPT_MODE,
            Arrays.copyOf(sealed, IV_LENGTH),
            Arrays.copyOfRange(sealed, IV_LENGTH + 1, sealed.length)));
  }

  private static byte[] crypt(int mode, byte[] iv, byte[] text) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CFB/NoPadding");
      cipher.init(mode, KEY, new IvParameterSpec(iv));
      return cipher.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-256-CFB", e);
    }
  }
}
