package dmswitch.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonMappersTest {
  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}", "{} {}", "{}x", "[1]2"})
  void strictRefuses(String text) {
    assertThrows(JsonProcessingException.class, () -> JsonMappers.strict().readTree(text));
    assertThrows(JsonProcessingException.class, () -> Json.mapper().readTree(text));
  }

  @Test
  void ofAnsibleTheFirstValueCounts() throws JsonProcessingException {
    assertEquals(
        2, JsonMappers.firstValue().readTree("{\"1\": 1, \"1\": 2}\nPLAY RECAP").path("1").asInt());
    String brokenLine = "{\"a\": \"x\ny\"}";
    assertThrows(
        JsonProcessingException.class, () -> JsonMappers.firstValue().readTree(brokenLine));
  }

  @Test
  void ofDmctlLinesMayBreak() throws JsonProcessingException {
    assertEquals(
        "x\ny",
        JsonMappers.firstValueUnescaped()
            .readTree("{\"a\": \"x\ny\"}\ngithub.com/pingcap/dm/checker")
            .path("a")
            .asText());
  }
}
