package dmswitch.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Makes the mappers for JSON: strict, but for two that read what other programs print. */
public final class JsonMappers {
  private static final JsonMapper STRICT = strictBuilder().build();
  private static final JsonMapper FIRST_VALUE = JsonMapper.builder().build();
  private static final JsonMapper UNESCAPED =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS).build();

  private JsonMappers() {}

  static JsonMapper.Builder strictBuilder() {
    return JsonMapper.builder()
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
  }

  /** Returns a mapper that refuses a key given twice and anything after the value. */
  public static JsonMapper strict() {
    return STRICT;
  }

  /**
   * Returns a mapper for what ansible prints. It reads the first value: a recap, the next host or a
   * line of the operator's wrapper may follow. It takes the last of equal keys: YAML's 1 and "1"
   * are two keys to Ansible, and one in its JSON.
   */
  public static JsonMapper firstValue() {
    return FIRST_VALUE;
  }

  /**
   * Returns a mapper as {@link #firstValue} for what dmctl prints of a failed pre-check, whose
   * texts hold line breaks as they are; a stack trace follows.
   */
  public static JsonMapper firstValueUnescaped() {
    return UNESCAPED;
  }
}
