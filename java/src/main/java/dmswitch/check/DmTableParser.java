package dmswitch.check;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what DM's pre-check cannot parse in SHOW CREATE TABLE. DM passes the text to TiDB's parser
 * of June 2020 (checkCreateSQL in table_structure.go of tidb-tools' check package). Each construct
 * here was tried on that parser. The character sets and collations are those of its charset.go.
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
   * @param text matches it after names and string literals are removed
   * @param words its name in messages
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

  /**
   * A column that 8.0 prints with both and 5.7 with neither: utf8mb4 has another default collation.
   */
  private static final Pattern COLUMN_CHARACTER_SET =
      Pattern.compile("(?m)^ *Q .*\\bCHARACTER SET \\w+ COLLATE \\w+");

  private DmTableParser() {}

  private static Construct unknown(String regex, String words) {
    return new Construct(Pattern.compile(regex), words);
  }

  /**
   * Returns the name of the first construct that DM cannot parse.
   *
   * @param createStatement what SHOW CREATE TABLE prints
   * @return empty if there is none
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
   * Returns whether a column is printed with its character set, which MySQL 5.7 omits if it is the
   * table's default. DM compares the columns of shards as they are printed.
   */
  static boolean printsCharacterSets(String createStatement) {
    return COLUMN_CHARACTER_SET.matcher(withoutQuoted(createStatement)).find();
  }

  private static String withoutQuoted(String createStatement) {
    return QUOTED.matcher(createStatement).replaceAll("Q");
  }
}
