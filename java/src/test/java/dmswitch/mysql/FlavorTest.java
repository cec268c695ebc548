package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FlavorTest {
  @Test
  void asServersPrintTheirVersions() {
    assertEquals(Flavor.MARIADB, Flavor.ofVersion("10.11.19-MariaDB-0+deb12u1-log"));
    assertEquals(Flavor.MARIADB, Flavor.ofVersion("5.5.5-10.3.8-MariaDB"));
    assertEquals(Flavor.MYSQL, Flavor.ofVersion("5.7.22-log"));
    assertEquals(Flavor.MYSQL, Flavor.ofVersion("8.0.15"));
  }
}
