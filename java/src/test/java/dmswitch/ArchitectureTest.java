package dmswitch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the code to the table of packages in docs/architecture.md. */
class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java/dmswitch");
  private static final Path ARCHITECTURE = Path.of("../docs/architecture.md");
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
  private static final Pattern OURS = Pattern.compile("\\bdmswitch\\.([a-z]+)\\b");

  /** The packages as the table has them: from top to bottom, in a row from left to right. */
  private static List<String> table() throws IOException {
    String text = Files.readString(ARCHITECTURE);
    int from = text.indexOf("| package `dmswitch.` |");
    assertTrue(from >= 0, "docs/architecture.md has the table of packages");
    List<String> packages = new ArrayList<>();
    for (String row : text.substring(from, text.indexOf("\n\n", from)).lines().toList()) {
      Matcher name = Pattern.compile("`([a-z]+)`").matcher(row.split("\\|", -1)[1]);
      while (name.find()) {
        packages.add(name.group(1));
      }
    }
    return packages;
  }

  /** The code of every class, without its comments, by its path below the root package. */
  private static Map<Path, String> code() throws IOException {
    Map<Path, String> code = new TreeMap<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        code.put(SOURCES.relativize(file), COMMENT.matcher(Files.readString(file)).replaceAll(" "));
      }
    }
    return code;
  }

  private static String packageOf(Path file) {
    return file.getName(0).toString();
  }

  /** Files outside of a package in which the word stands. */
  private static List<Path> mentions(Pattern word, String except) throws IOException {
    return code().entrySet().stream()
        .filter(file -> !packageOf(file.getKey()).equals(except))
        .filter(file -> word.matcher(file.getValue()).find())
        .map(file -> file.getKey())
        .toList();
  }

  @Test
  void everyPackageIsInTheTable() throws IOException {
    TreeSet<String> packages = new TreeSet<>();
    code().keySet().forEach(file -> packages.add(packageOf(file)));

    assertEquals(packages, new TreeSet<>(table()));
  }

  @Test
  void arrowsGoDownOnly() throws IOException {
    List<String> order = table();
    TreeSet<String> arrows = new TreeSet<>();
    List<String> upwards = new ArrayList<>();
    code()
        .forEach(
            (file, text) -> {
              String from = packageOf(file);
              Matcher ours = OURS.matcher(text);
              while (ours.find()) {
                String to = ours.group(1);
                arrows.add(from + " to " + to);
                if (!to.equals(from) && order.indexOf(to) < order.indexOf(from)) {
                  upwards.add(file + " knows " + to);
                }
              }
            });

    assertEquals(List.of(), upwards);
    assertTrue(
        arrows.containsAll(List.of("cli to step", "step to check", "check to gtid", "dm to gtid")),
        "the scan sees arrows: " + arrows);
  }

  /** Numbers and letters of the user's language would be other names of files and of states. */
  @Test
  void nothingIsWrittenInTheLanguageOfTheUser() throws IOException {
    Pattern inLanguage =
        Pattern.compile(
            "\\.formatted\\(|\\.to(?:Lower|Upper)Case\\(\\)"
                + "|(?:String\\.format|\\.printf)\\((?!\\s*Locale\\.ROOT\\b)");
    assertTrue(inLanguage.matcher("String.format(\n  \"%d\", 1)").find());
    assertEquals(List.of(), mentions(inLanguage, ""));
  }

  @Test
  void onlyCliKnowsPicocli() throws IOException {
    assertEquals(List.of(), mentions(Pattern.compile("\\bpicocli\\b"), "cli"));
  }

  /** Their messages may name the program; its classes, words and answers are dm's alone. */
  @Test
  void onlyDmKnowsDmctl() throws IOException {
    assertEquals(
        List.of(), mentions(Pattern.compile("\\bDmctl|--master-addr|\"query-status\""), "dm"));
  }
}
