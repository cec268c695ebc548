package dmswitch.sandbox.dm;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import com.github.shyiko.mysql.binlog.event.Event;
import dmswitch.sandbox.Cache;
import dmswitch.sandbox.process.Commands;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;
import org.yaml.snakeyaml.Yaml;

/**
 * The classes of the stand-in's programs in jars, and an archive of them as this JVM would load
 * them, made once for each build in {@link Cache}: a program starts with half the processor time
 * (-XX:SharedArchiveFile in the java manual of the JDK).
 *
 * @param classPath jars only, as an archive wants it
 * @param file the archive
 */
record ClassArchive(String classPath, Path file) {
  private static final String FOLDER = "stand-in";
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** How long an archive stays that nobody installs; longer than a test runs. */
  private static final Duration KEPT = Duration.ofHours(6);

  /** One class of each library that the programs use. */
  private static final List<Class<?>> LIBRARIES =
      List.of(
          ObjectMapper.class,
          JsonParser.class,
          JsonInclude.class,
          TomlMapper.class,
          Event.class,
          Yaml.class);

  /** The archive of the classes that this JVM runs with, made if need be. */
  static ClassArchive get() {
    Path own = origin(ClassArchive.class);
    List<Path> libraries = LIBRARIES.stream().map(ClassArchive::origin).toList();
    Path home = Cache.folder().resolve(FOLDER).resolve(name(own, libraries));
    Path jar = Files.isDirectory(own) ? home.resolve("classes.jar") : own;
    List<Path> entries = new ArrayList<>(List.of(jar));
    entries.addAll(libraries);
    String classPath =
        entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    ClassArchive archive = new ClassArchive(classPath, home.resolve("classes.jsa"));
    Cache.locked(
        FOLDER,
        () -> {
          if (!Files.exists(archive.file)) {
            Files.createDirectories(home);
            if (!jar.equals(own)) {
              Commands.must(
                  tool("jar"), "--create", "--file", jar.toString(), "-C", own.toString(), ".");
            }
            archive.make(entries);
          }
          Files.setLastModifiedTime(home, FileTime.from(Instant.now()));
          forgetOldOnes(home.getParent());
          return null;
        });
    return archive;
  }

  private static Path origin(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  /** Another name for each JVM and each change of a class. */
  private static String name(Path own, List<Path> libraries) {
    CRC32 sum = new CRC32();
    try (Stream<Path> files = Files.walk(own)) {
      List<Path> all = new ArrayList<>(files.filter(Files::isRegularFile).sorted().toList());
      all.addAll(libraries);
      for (Path file : all) {
        String line =
            file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis() + "\n";
        sum.update(line.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + own, e);
    }
    String jvm = System.getProperty("java.home") + System.getProperty("java.vm.version");
    return String.format("%08x-%08x", sum.getValue(), jvm.hashCode());
  }

  private void make(List<Path> jars) throws IOException {
    List<String> classes =
        new ArrayList<>(
            Files.readAllLines(Path.of(System.getProperty("java.home"), "lib", "classlist")));
    for (Path jar : jars) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        zip.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF"))
            .forEach(name -> classes.add(name.substring(0, name.length() - ".class".length())));
      }
    }
    Path list = Files.write(file.resolveSibling("classes.list"), classes);
    Path made = file.resolveSibling("new.jsa");
    Commands.run(
        new ProcessBuilder(
            tool("java"),
            "-Xshare:dump",
            "-XX:+UseSerialGC",
            "-Xlog:disable",
            "-XX:SharedClassListFile=" + list,
            "-XX:SharedArchiveFile=" + made,
            "-cp",
            classPath),
        LIMIT);
    // A JVM that makes none does without.
    if (Files.exists(made)) {
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void forgetOldOnes(Path all) throws IOException {
    Instant end = Instant.now().minus(KEPT);
    try (Stream<Path> list = Files.list(all)) {
      for (Path old : list.toList()) {
        if (Files.getLastModifiedTime(old).toInstant().isBefore(end)) {
          Commands.must("rm", "-rf", old.toString());
        }
      }
    }
  }
}
