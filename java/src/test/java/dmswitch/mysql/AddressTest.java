package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "::1, ::1, [::1], [::1]:3306",
    "[::1], ::1, [::1], [::1]:3306",
    "fe80::1%eth0, fe80::1%eth0, [fe80::1%eth0], [fe80::1%eth0]:3306",
    "10.0.1.12, 10.0.1.12, 10.0.1.12, 10.0.1.12:3306",
    "db-1.example, db-1.example, db-1.example, db-1.example:3306",
    "[], [], [], []:3306",
  })
  void withAndWithoutBrackets(String host, String bare, String bracketed, String address) {
    assertEquals(bare, Address.bare(host));
    assertEquals(bracketed, Address.bracketed(host));
    assertEquals(address, Address.of(host, 3306));
  }

  @ParameterizedTest
  @CsvSource({
    "::1, [::1], true",
    "::1, 0:0:0:0:0:0:0:1, true",
    "[2001:DB8::5], 2001:db8:0::5, true",
    "::1, ::2, false",
    "fe80::1%eth0, [fe80:0::1%eth0], true",
    "fe80::1%eth0, fe80::1%eth1, false",
    "DB-1, db-1, true",
    "10.0.0.1, 10.0.0.2, false",
    "::1, localhost, false",
  })
  void sameHost(String one, String other, boolean same) {
    assertEquals(same, Address.isSameHost(one, other));
    assertEquals(same, Address.isSame(one, 1, other, 1));
    assertEquals(false, Address.isSame(one, 1, other, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"::1", "[::1]", "fe80::1%eth0", "::ffff:10.0.0.1", "2001:db8::"})
  void ipv6(String host) {
    assertEquals(true, Address.isIpv6(host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "10.0.0.1:3306",
        "db:3306",
        "a::b::c",
        "[::1]:3306",
        "::1]",
        "[[::1]]"
      })
  void notIpv6(String host) {
    assertEquals(false, Address.isIpv6(host));
  }
}
