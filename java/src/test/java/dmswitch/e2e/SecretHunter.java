package dmswitch.e2e;

import dmswitch.sandbox.dm.Password;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks for passwords where a switch could show them: while it runs in the command line and
 * environment of every process and in temporary files, and in whatever text it is given.
 *
 * <p>Of each password it knows a core of letters and digits, which no quoting changes; it sees it
 * in base64 too, and in DM's form.
 */
final class SecretHunter implements AutoCloseable {
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{16,}={0,2}");
  private static final long PAUSE_MILLIS = 15;
  private static final long LARGEST_FILE = 1 << 20;
  private static final int MOST_FILES = 300;

  private final List<String> cores;
  private final Path home;
  private final Path dmAnsible;
  private final Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
  private final Set<Path> before;
  private final Set<String> looked = ConcurrentHashMap.newKeySet();
  private final Set<String> processes = ConcurrentHashMap.newKeySet();
  private final List<String> finds = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::sample, "secret hunter");
  private volatile boolean stopping;

  private SecretHunter(Path dmAnsible, Path home, List<String> cores) {
    this.cores = List.copyOf(cores);
    this.home = home;
    this.dmAnsible = dmAnsible;
    this.before = Set.copyOf(entries(temporary));
    thread.setDaemon(true);
  }

  /**
   * Begins to look.
   *
   * @param dmAnsible the DM-Ansible folder
   * @param home the home of the run
   * @param cores of the passwords
   */
  static SecretHunter start(Path dmAnsible, Path home, String... cores) {
    SecretHunter hunter = new SecretHunter(dmAnsible, home, List.of(cores));
    hunter.thread.start();
    return hunter;
  }

  /** Looks at a text in which no password may stand, in whatever form. */
  void look(String where, String text) {
    if (looked.add(text)) {
      search(where, text, true, 0);
    }
  }

  /** Looks at a file as {@link #look(String, String)} does. */
  void look(Path file) {
    try {
      look(file.toString(), text(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was found, each with the place. */
  List<String> finds() {
    return List.copyOf(finds);
  }

  /** Whether a process was looked at whose command line has these words. */
  boolean sawProcess(String words) {
    return processes.stream().anyMatch(command -> command.contains(words));
  }

  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample() {
    while (!stopping) {
      processes();
      temporaryFiles();
      trialCopies();
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void processes() {
    for (Path process : entries(Path.of("/proc"))) {
      if (Character.isDigit(process.getFileName().toString().charAt(0))) {
        try {
          String command = text(process.resolve("cmdline")).replace('\0', ' ');
          processes.add(command);
          look("command line " + command, command);
          look("environment of " + command, text(process.resolve("environ")).replace('\0', '\n'));
        } catch (IOException ended) {
          // Or another user's.
        }
      }
    }
  }

  private void temporaryFiles() {
    for (Path entry : entries(temporary)) {
      // The run's own variables hold the new password, as an operator's file does; other tests'
      // clusters may come up meanwhile.
      if (!before.contains(entry) && !entry.getFileName().toString().matches("(run|e2e).*")) {
        texts(entry, this::look);
      }
    }
    // DM-Ansible renders the worker's configuration there, which has DM's form.
    texts(
        home,
        (where, text) -> {
          if (looked.add(text)) {
            search(where, text, false, 0);
          }
        });
  }

  /** The edited inventory is tried on a copy: for its owner only. */
  private void trialCopies() {
    for (Path file : entries(dmAnsible)) {
      if (file.getFileName().toString().matches("\\..*\\.ini") && Files.isRegularFile(file)) {
        try {
          String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
          if (!mode.equals("rw-------")) {
            finds.add(file + " has mode " + mode);
          }
        } catch (IOException gone) {
          // It was removed meanwhile.
        }
      }
    }
  }

  private interface Looker {
    void look(String where, String text);
  }

  private static void texts(Path entry, Looker looker) {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(entry, 5, new FileVisitOption[0])) {
      files = walk.limit(MOST_FILES).toList();
    } catch (IOException | UncheckedIOException gone) {
      return;
    }
    for (Path file : files) {
      try {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && Files.size(file) <= LARGEST_FILE) {
          looker.look(file.toString(), text(file));
        }
      } catch (IOException gone) {
        // It was removed meanwhile.
      }
    }
  }

  private void search(String where, String text, boolean dmForm, int depth) {
    for (String core : cores) {
      int at = text.indexOf(core);
      if (at >= 0) {
        finds.add(
            where + ": " + text.substring(Math.max(0, at - 80), Math.min(text.length(), at + 80)));
      }
    }
    if (depth == 2) {
      return;
    }
    Matcher runs = BASE64.matcher(text);
    while (runs.find()) {
      String run = runs.group();
      for (String inner : decoded(run, dmForm)) {
        search(where + ": " + run + " decoded", inner, dmForm, depth + 1);
      }
    }
  }

  private static List<String> decoded(String run, boolean dmForm) {
    List<String> texts = new ArrayList<>();
    try {
      texts.add(new String(Base64.getDecoder().decode(run), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      // A path or a name.
    }
    if (dmForm) {
      texts.add(Password.open(run));
      texts.remove(run);
    }
    return texts;
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static List<Path> entries(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }
}
