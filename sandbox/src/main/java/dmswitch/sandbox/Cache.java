package dmswitch.sandbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;

/** The folder that keeps what is made once and used by every sandbox of a user. */
public final class Cache {
  private static final Object ONE_THREAD = new Object();

  private Cache() {}

  /** {@code $XDG_CACHE_HOME/dm-switch}, by default {@code ~/.cache/dm-switch}. */
  public static Path folder() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    if (xdg != null && !xdg.isEmpty()) {
      return Path.of(xdg, "dm-switch");
    }
    String home = System.getenv("HOME");
    return Path.of(
        home == null || home.isEmpty() ? System.getProperty("user.home") : home,
        ".cache",
        "dm-switch");
  }

  /** Where shared libraries lie that this system lacks; {@code ./dev setup} puts them there. */
  public static Path libraries() {
    return folder().resolve("lib");
  }

  /** Runs {@code work} while no other thread or process holds the lock of that name. */
  public static <T> T locked(String name, Callable<T> work) {
    // A file lock does not keep the threads of one JVM apart; it fails instead.
    synchronized (ONE_THREAD) {
      try {
        Files.createDirectories(folder());
        try (FileChannel channel =
                FileChannel.open(
                    folder().resolve(name + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.lock()) {
          if (!lock.isValid()) {
            throw new IOException("lock " + name + " lost");
          }
          return work.call();
        }
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new SandboxException("cannot prepare " + name + " in " + folder() + ": " + e, e);
      }
    }
  }
}
