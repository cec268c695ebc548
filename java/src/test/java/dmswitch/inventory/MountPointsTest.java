package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountPointsTest {
  private static final String MOUNTS =
      """
      22 28 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw
      36 35 98:0 /etc/dm/inventory.ini /opt/dm\\040ansible/inventory.ini rw - ext4 /dev/vda rw
      37 35 98:0 /x /opt/\346\225\260\346\215\256/a\\134b rw,relatime master:1 - ext4 /dev/vda rw
      """;

  @ParameterizedTest
  @CsvSource({
    "/opt/dm ansible/inventory.ini, true",
    "/opt/dm ansible, false",
    "/etc/dm/inventory.ini, false",
    "/opt/数据/a\\b, true",
    "/sys, true",
  })
  void escapesAreRead(String path, boolean mounted) {
    assertEquals(
        mounted, MountPoints.has(Path.of(path), MOUNTS.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
