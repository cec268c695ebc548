package dmswitch.dm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinlogPositionTest {
  @Test
  void baseNameMayHoldDotsAndBars() {
    BinlogPosition position = parse("(my.bin|log|000012.000345, 4294967295)");
    assertEquals("my.bin|log.000345", position.file());
    assertEquals("my.bin|log", position.baseName());
    assertEquals(OptionalInt.of(12), position.subDirSuffix());
    assertEquals(4294967295L, position.position());
  }

  @Test
  void orderIsTheOneOfWriting() {
    List<BinlogPosition> ordered =
        List.of(
            parse("(, 4)"),
            parse("(z.000009, 4)"),
            parse("(a|000001.000009, 4)"),
            parse("(a|000001.000009, 200)"),
            parse("(a|000001.999999, 4)"),
            parse("(a|000001.1000000, 4)"),
            parse("(a|000002.000001, 4)"));
    List<BinlogPosition> sorted = new ArrayList<>(ordered);
    Collections.reverse(sorted);
    Collections.sort(sorted);
    assertEquals(ordered, sorted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(mysql-bin.000001, 2178)",
        "(my.bin|log|000012.000345, 4294967295)",
        "(a|000001.1000000, 4)",
        "(, 4)"
      })
  void itIsShownAsDmPrintsIt(String text) {
    assertEquals(text, parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mysql-bin.000001, 4",
        "(mysql-bin.000001)",
        "(mysql-bin, 4)",
        "(mysql-bin.000001, -4)",
        "(mysql-bin.000001, 4) ",
        "(mysql-bin.000001,4)",
        "(.000001, 4)",
        "(mysql-bin.000001, 99999999999999999999)"
      })
  void anythingElseIsNone(String text) {
    assertEquals(Optional.empty(), BinlogPosition.parse(text));
  }

  @Test
  void subDirIsReadWithUuidOrMariaDbIds() {
    assertEquals(
        new RelaySubDir("35b79f67-e69b-11f1-a5a1-02fc00000001", 3),
        RelaySubDir.parse("35b79f67-e69b-11f1-a5a1-02fc00000001.000003").orElseThrow());
    assertEquals(new RelaySubDir("0-10", 1), RelaySubDir.parse("0-10.000001").orElseThrow());
    assertEquals("0-10.000001", new RelaySubDir("0-10", 1).toString());
    assertTrue(RelaySubDir.parse("").isEmpty());
    assertTrue(RelaySubDir.parse("35b79f67-e69b-11f1-a5a1-02fc00000001").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"(mysql-bin.000001, 2178)", "(mysql-bin|000002.000001, 2431)", "(, 4)", "(, 0)"})
  void printedAsDmPrintsIt(String text) {
    assertEquals(text, parse(text).toString());
  }

  private static BinlogPosition parse(String text) {
    return BinlogPosition.parse(text).orElseThrow();
  }
}
