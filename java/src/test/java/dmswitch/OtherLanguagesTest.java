package dmswitch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.RelaySubDir;
import dmswitch.journal.Step;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that DM or a journal has are the same in every language. */
class OtherLanguagesTest {
  private static final String SUB_DIR = "53ea0ed1-9bf8-11e6-8bea-64006a897c73.000012";

  private final Locale before = Locale.getDefault();

  @AfterEach
  void back() {
    Locale.setDefault(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tr-TR", "ar-EG-u-nu-arab", "fa-IR-u-nu-arabext", "hi-IN-u-nu-deva"})
  void theDigitsAndLettersOfDm(String language) {
    Locale.setDefault(Locale.forLanguageTag(language));
    assertEquals(SUB_DIR, RelaySubDir.parse(SUB_DIR).orElseThrow().toString());
    assertEquals(
        "mysql-bin|000012.000003",
        BinlogPosition.parse("(mysql-bin|000012.000003, 4711)").orElseThrow().name());
    assertEquals("inventory_switched", Step.INVENTORY_SWITCHED.journalName());
  }

  /** That it would matter. */
  @Test
  void javaWritesOtherDigitsThere() {
    Locale.setDefault(Locale.forLanguageTag("fa-IR-u-nu-arabext"));
    assertNotEquals("12", "%d".formatted(12));
  }
}
