package dmswitch.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each statement was given to TiDB's parser in the version that DM 1.0.7 is built with. */
class DmTableParserTest {
  private static String table(String columns, String options) {
    return "CREATE TABLE `t` (\n  " + columns + "\n) ENGINE=InnoDB" + options;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "`a` int(11) NOT NULL,\n  PRIMARY KEY (`a`)",
        "`a` int DEFAULT NULL,\n  KEY `k` ((`a` + 1))",
        "`a` int DEFAULT NULL,\n  KEY `k` (`a` DESC) /*!80000 INVISIBLE */",
        "`a` int DEFAULT NULL,\n  CONSTRAINT `c` CHECK ((`a` > 0)) /*!80016 NOT ENFORCED */",
        "`a` int GENERATED ALWAYS AS ((`b` + 1)) VIRTUAL,\n  `b` int DEFAULT '7'",
        "`a` varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci DEFAULT NULL",
        "`a` varchar(10) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT NULL",
        // Names and texts that look like what is not known.
        "`DEFAULT (x` int DEFAULT '1) array) vector(3)' COMMENT 'ENGINE_ATTRIBUTE ''COLLATE x'",
        "`point` int DEFAULT NULL",
        "`a` enum('point','CHARACTER SET gbk') DEFAULT 'point'",
        "`a` varchar(9) DEFAULT 'it\\'s COLLATE utf8mb4_0900_bin'",
      })
  void whatDmParses(String columns) {
    assertEquals(Optional.empty(), DmTableParser.unparsed(table(columns, "")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci",
        " DEFAULT CHARSET=utf8 COLLATE=utf8_bin",
        " DEFAULT CHARSET=utf8mb4 /*!80016 ENCRYPTION='N' */",
        " STATS_PERSISTENT=1 ROW_FORMAT=DYNAMIC COMPRESSION='zlib'",
        " /*!50100 PARTITION BY RANGE (`a`) (PARTITION p0 VALUES LESS THAN (10)) */",
      })
  void optionsThatDmParses(String options) {
    assertEquals(Optional.empty(), DmTableParser.unparsed(table("`a` int NOT NULL", options)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "`a` int DEFAULT (1 + 2) | an expression as DEFAULT",
        "`a` varchar(36) DEFAULT (uuid()) | an expression as DEFAULT",
        "`a` int DEFAULT NULL /*!80023 INVISIBLE */ | an invisible column",
        "`my_row_id` bigint unsigned NOT NULL AUTO_INCREMENT /*!80023 INVISIBLE */"
            + " | an invisible column",
        "`j` json, KEY `k` ((cast(json_extract(`j`,_utf8mb4'$') as unsigned array)))"
            + " | a multi-valued index",
        "`a` vector(3) DEFAULT NULL | a vector column",
        "`a` point NOT NULL | a spatial column",
        "`a` varchar(3) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci | character set utf8mb3",
        "`a` varchar(3) CHARACTER SET gbk DEFAULT NULL | character set gbk",
        "`a` varchar(3) COLLATE utf8mb4_0900_as_cs | collation utf8mb4_0900_as_cs",
      })
  void columnsThatDmCannotParse(String columns, String words) {
    assertEquals(Optional.of(words), DmTableParser.unparsed(table(columns, "")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        " DEFAULT CHARSET=utf8mb3 | character set utf8mb3",
        " DEFAULT CHARSET=gb18030 | character set gb18030",
        " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_ja_0900_as_cs | collation utf8mb4_ja_0900_as_cs",
        " /*!80021 ENGINE_ATTRIBUTE '{}' */ | ENGINE_ATTRIBUTE",
        " /*!80023 AUTOEXTEND_SIZE=4194304 */ | AUTOEXTEND_SIZE",
      })
  void optionsThatDmCannotParse(String options, String words) {
    assertEquals(
        Optional.of(words), DmTableParser.unparsed(table("`a` int NOT NULL", " " + options)));
  }

  @Test
  void columnsPrintedWithTheirCharacterSet() {
    assertEquals(
        true,
        DmTableParser.printsCharacterSets(
            table("`a` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", "")));
    assertEquals(
        false,
        DmTableParser.printsCharacterSets(
            table(
                "`a` varchar(9) COMMENT 'CHARACTER SET x COLLATE y'",
                " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci")));
  }
}
