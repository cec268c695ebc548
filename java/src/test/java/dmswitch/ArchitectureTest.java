package dmswitch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dmswitch.cli.DmSwitch;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the code to the table of packages in docs/architecture.md. */
class ArchitectureTest {
  private static final Path ARCHITECTURE = Path.of("../docs/architecture.md");
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(DmSwitch.class.getProtectionDomain().getCodeSource().getLocation());

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

  private static String packageOf(JavaClass type) {
    return type.getPackageName().replaceFirst("^dmswitch\\.", "");
  }

  @Test
  void everyPackageIsInTheTable() throws IOException {
    TreeSet<String> packages = new TreeSet<>();
    CLASSES.forEach(type -> packages.add(packageOf(type)));

    assertEquals(packages, new TreeSet<>(table()));
  }

  @Test
  void arrowsGoDownOnly() throws IOException {
    List<String> order = table();
    TreeSet<String> arrows = new TreeSet<>();
    List<String> upwards = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      String from = packageOf(type);
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String to = packageOf(dependency.getTargetClass());
        if (order.contains(to)) {
          arrows.add(from + " to " + to);
          if (order.indexOf(to) < order.indexOf(from)) {
            upwards.add(dependency.getDescription());
          }
        }
      }
    }

    assertEquals(List.of(), upwards);
    assertTrue(
        arrows.containsAll(List.of("cli to step", "step to check", "check to gtid", "dm to gtid")),
        "arrows are seen: " + arrows);
  }

  /** Numbers and letters of the user's language would be other names of files and of states. */
  @Test
  void nothingIsWrittenInTheLanguageOfTheUser() {
    noClasses()
        .should()
        .callMethod(String.class, "formatted", Object[].class)
        .orShould()
        .callMethod(String.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(String.class, "toLowerCase")
        .orShould()
        .callMethod(String.class, "toUpperCase")
        .orShould()
        .callMethod(PrintStream.class, "printf", String.class, Object[].class)
        .orShould()
        .callMethod(PrintWriter.class, "printf", String.class, Object[].class)
        .check(CLASSES);
  }

  @Test
  void onlyCliKnowsPicocli() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dmswitch.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(CLASSES);
  }

  /** So that each is strict, or says why not. */
  @Test
  void onlyJsonMakesMappers() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dmswitch.json..")
        .should()
        .callConstructor(ObjectMapper.class)
        .orShould()
        .callConstructor(JsonMapper.class)
        .orShould()
        .callMethod(JsonMapper.class, "builder")
        .check(CLASSES);
  }

  /** Their messages may name the program; its classes are dm's alone. */
  @Test
  void onlyDmKnowsDmctl() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dmswitch.dm..")
        .should()
        .dependOnClassesThat()
        .haveSimpleNameStartingWith("DmctlProgram")
        .check(CLASSES);
  }
}
