package dmswitch.sandbox.dm;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A password as it may stand in DM's files: sealed with DM's constant key, or plain. */
public final class Password {
  /** DM's constant, in its source pkg/encrypt: it hides, it does not protect. */
  private static final byte[] KEY =
      HexFormat.of().parseHex("a529b7665997f043a30ac8fadcb51d6aa032c226ab5b7750530b12b8c1a16a48");

  private static final int IV_LENGTH = 16;

  private Password() {}

  /** The password itself; a text that is no sealed form is taken as it is, as DM does. */
  public static String open(String stored) {
    byte[] sealed;
    try {
      sealed = Base64.getDecoder().decode(stored);
    } catch (IllegalArgumentException e) {
      return stored;
    }
    if (sealed.length < IV_LENGTH + 1 || sealed[IV_LENGTH] != '@') {
      return stored;
    }
    try {
      Cipher cipher = Cipher.getInstance("AES/CFB/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(KEY, "AES"),
          new IvParameterSpec(Arrays.copyOf(sealed, IV_LENGTH)));
      byte[] plain = cipher.doFinal(sealed, IV_LENGTH + 1, sealed.length - IV_LENGTH - 1);
      return new String(plain, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      return stored;
    }
  }
}
