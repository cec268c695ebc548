package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.secret.Secret;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadBackTest {
  private static final UpstreamVariables UPSTREAM =
      new UpstreamVariables("b", 3306, Optional.of("123"), Optional.of(Secret.of("sesame")));

  private static Map<String, Object> right() {
    return new HashMap<>(
        Map.of(
            "mysql_host",
            "b",
            "mysql_port",
            3306,
            "mysql_user",
            "123",
            "x",
            true,
            "mysql_password",
            "sesame"));
  }

  @Test
  void unwantedDifferencesAreNamed() {
    Map<String, Object> before = right();
    Map<String, Object> after = right();
    before.put("mysql_host", "a");
    assertEquals(List.of(), ReadBack.unwanted(UPSTREAM, before, after));
    after.put("x", "true");
    after.put("new", 1);
    before.put("gone", null);
    assertEquals(List.of("gone", "new", "x"), ReadBack.unwanted(UPSTREAM, before, after));
  }
}
