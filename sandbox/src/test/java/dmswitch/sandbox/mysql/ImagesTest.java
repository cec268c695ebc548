package dmswitch.sandbox.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.SandboxException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImagesTest {
  private String before;

  @BeforeEach
  void remember() {
    before = System.getProperty(Images.PROPERTY, "");
    System.clearProperty(Images.PROPERTY);
  }

  @AfterEach
  void restore() {
    System.setProperty(Images.PROPERTY, before);
  }

  @Test
  void withoutThePropertyTheServerIsEmbedded() {
    assertEquals(Optional.empty(), Images.chosen());
    System.setProperty(Images.PROPERTY, " ");
    assertEquals(Optional.empty(), Images.chosen());
    System.setProperty(Images.PROPERTY, "mysql:8.4");
    assertEquals(Optional.of("mysql:8.4"), Images.chosen());
  }

  /** Options that an image's version does not know must not keep it from starting. */
  @Test
  void everyOptionButPortAndAddressMayBeUnknown() {
    List<String> command =
        Images.command(4711, MySqlOptions.serverId(7).set("max_binlog_size", "52428800"));

    assertEquals(List.of("--port=4711", "--bind-address=127.0.0.1"), command.subList(0, 2));
    assertTrue(
        command.stream().skip(2).allMatch(option -> option.startsWith("--loose-")),
        command.toString());
    assertTrue(command.contains("--loose-server-id=7"), command.toString());
    assertTrue(command.contains("--loose-max-binlog-size=52428800"), command.toString());
  }

  /** The sandbox by itself has no Testcontainers. */
  @Test
  void withoutARunnerItSaysWhatToDo() {
    System.setProperty(Images.PROPERTY, "mysql:5.7");
    ClassLoader all = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
    String told;
    try {
      told = assertThrows(SandboxException.class, Images::runner).getMessage();
    } finally {
      Thread.currentThread().setContextClassLoader(all);
    }
    for (String word : List.of("dmswitch.mysql.image is mysql:5.7", "wanted: ", "next: ./dev")) {
      assertTrue(told.contains(word), told);
    }
  }
}
