package dmswitch.check;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What DM's pre-check cannot parse in SHOW CREATE TABLE: it hands the text to TiDB's parser of June
 * 2020 (checkCreateSQL in table_structure.go of tidb-tools' check package). Each construct here was
 * tried on that parser; the character sets and collations are those of its charset.go.
 */
final class DmTableParser {
  private static final Set<String> CHARACTER_SETS =
      Set.of("utf8", "utf8mb4", "ascii", "latin1", "binary");
  private static final Pattern QUOTED =
      Pattern.compile(
          "'(?:[^'\\\\]++|\\\\.|'')*+'|`(?:[^`]++|``)*+`|\"(?:[^\"\\\\]++|\\\\.|\"\")*+\"");
  private static final Pattern CHARACTER_SET =
      Pattern.compile("\\b(?:CHARACTER SET |CHARSET=)(\\w+)");
  private static final Pattern COLLATION = Pattern.compile("\\bCOLLATE[ =](\\w+)");

  /**
   * A construct that the parser does not know.
   *
   * @param text finds it once names and texts are taken out
   * @param words its name for people
   */
  private record Construct(Pattern text, String words) {}

  private static final List<Construct> UNKNOWN =
      List.of(
          unknown("\\bDEFAULT \\(", "an expression as DEFAULT"),
          unknown("/\\*!80023 INVISIBLE", "an invisible column"),
          unknown(" array\\)", "a multi-valued index"),
          unknown("\\bENGINE_ATTRIBUTE\\b", "ENGINE_ATTRIBUTE"),
          unknown("\\bAUTOEXTEND_SIZE\\b", "AUTOEXTEND_SIZE"),
          unknown("(?m)^ *Q vector\\(", "a vector column"),
          unknown(
              "(?m)^ *Q (?:geometry|point|linestring|polygon|multipoint|multilinestring"
                  + "|multipolygon|geometrycollection|geomcollection)\\b",
              "a spatial column"));

  /** A column that 8.0 prints with both where 5.7 prints neither: utf8mb4 with another default. */
  private static final Pattern COLUMN_CHARACTER_SET =
      Pattern.compile("(?m)^ *Q .*\\bCHARACTER SET \\w+ COLLATE \\w+");

  private DmTableParser() {}

  private static Construct unknown(String regex, String words) {
    return new Construct(Pattern.compile(regex), words);
  }

  /**
   * Names the first construct that DM cannot parse.
   *
   * @param createStatement what SHOW CREATE TABLE prints
   * @return empty when there is none
   */
  static Optional<String> unparsed(String createStatement) {
    String text = withoutQuoted(createStatement);
    for (Construct construct : UNKNOWN) {
      if (construct.text().matcher(text).find()) {
        return Optional.of(construct.words());
      }
    }
    Matcher set = CHARACTER_SET.matcher(text);
    while (set.find()) {
      if (!CHARACTER_SETS.contains(set.group(1))) {
        return Optional.of("character set " + set.group(1));
      }
    }
    Matcher collation = COLLATION.matcher(text);
    while (collation.find()) {
      String name = collation.group(1);
      if (name.startsWith("utf8mb3_")
          || (name.contains("_0900_") && !name.equals("utf8mb4_0900_ai_ci"))) {
        return Optional.of("collation " + name);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a column is printed with its character set, which MySQL 5.7 leaves out for the default
   * one of the table: DM compares the columns of shards as they are printed.
   */
  static boolean printsCharacterSets(String createStatement) {
    return COLUMN_CHARACTER_SET.matcher(withoutQuoted(createStatement)).find();
  }

  private static String withoutQuoted(String createStatement) {
    return QUOTED.matcher(createStatement).replaceAll("Q");
  }
}
