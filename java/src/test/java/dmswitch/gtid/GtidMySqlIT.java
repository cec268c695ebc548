package dmswitch.gtid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.gtid.Model.Run;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.MySqlVersion;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link GtidSet} answers as the functions of MySQL 5.7 and 8.0 do. */
class GtidMySqlIT {
  private static final int PAIRS = 2_500;
  private static final BigInteger MAX = new BigInteger("9223372036854775806");

  /** MySQL's error for a text that is not a GTID set. */
  private static final int ER_MALFORMED_GTID_SET_SPECIFICATION = 1772;

  private static final List<String> UUIDS =
      List.of(
          "00000000-0000-0000-0000-000000000001",
          "3e11fa47-71ca-11e1-9e33-c80aa9429562",
          "3e11fa47-71ca-11e1-9e33-c80aa9429563",
          "ffffffff-ffff-ffff-ffff-ffffffffffff");

  @TempDir static Path directory;
  private static final Map<MySqlVersion, MySqlInstance> SERVERS = new EnumMap<>(MySqlVersion.class);
  private static final Map<MySqlVersion, Connection> CONNECTIONS =
      new EnumMap<>(MySqlVersion.class);

  @BeforeAll
  static void start() throws SQLException {
    for (MySqlVersion version : MySqlVersion.values()) {
      MySqlInstance server =
          MySqlInstance.start(
              directory.resolve(version.name()), MySqlOptions.serverId(1).version(version));
      SERVERS.put(version, server);
      CONNECTIONS.put(version, server.connect());
    }
  }

  @AfterAll
  static void stop() throws SQLException {
    for (Connection connection : CONNECTIONS.values()) {
      connection.close();
    }
    SERVERS.values().forEach(MySqlInstance::close);
  }

  /** The first column of the only row. */
  private static String ask(MySqlVersion version, String sql, String... parameters)
      throws SQLException {
    try (PreparedStatement statement = CONNECTIONS.get(version).prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      try (ResultSet result = statement.executeQuery()) {
        assertTrue(result.next());
        return result.getString(1);
      }
    }
  }

  private static boolean isSubset(MySqlVersion version, String subset, String set)
      throws SQLException {
    return ask(version, "SELECT GTID_SUBSET(?, ?)", subset, set).equals("1");
  }

  /** In MySQL's form, but on one line. */
  private static String subtract(MySqlVersion version, String set, String subset)
      throws SQLException {
    return ask(version, "SELECT GTID_SUBTRACT(?, ?)", set, subset).replace("\n", "");
  }

  private static List<Run> runs(Random random, int most) {
    List<Run> runs = new ArrayList<>();
    int servers = 1 + random.nextInt(UUIDS.size());
    int range = 10 + random.nextInt(500);
    for (int count = random.nextInt(most + 1); count > 0; count--) {
      int length = 1 + random.nextInt(1 + random.nextInt(40));
      BigInteger first =
          random.nextInt(30) == 0
              ? MAX.subtract(BigInteger.valueOf(length - 1L))
              : BigInteger.valueOf(1 + random.nextInt(range));
      runs.add(new Run(UUIDS.get(random.nextInt(servers)), "", first, length));
    }
    return runs;
  }

  private static void order(List<Run> runs, int kind, Random random) {
    Comparator<Run> ascending = Comparator.comparing(Run::uuid).thenComparing(Run::first);
    switch (kind) {
      case 0 -> runs.sort(ascending);
      case 1 -> runs.sort(ascending.reversed());
      default -> Collections.shuffle(runs, random);
    }
  }

  @ParameterizedTest
  @EnumSource(MySqlVersion.class)
  void answersAsMysqlDoes(MySqlVersion version) throws SQLException {
    Random random = new Random(5_7);
    int yes = 0;
    int wrongYes = 0;
    int wrongNo = 0;
    for (int pair = 0; pair < PAIRS; pair++) {
      List<Run> a = runs(random, pair % 10 == 0 ? 300 : 12);
      // Half of the pairs have a part of a as b, some of these with something more.
      List<Run> b = pair % 2 == 0 ? runs(random, 12) : new ArrayList<>(a);
      if (pair % 4 == 1) {
        b.removeIf(run -> random.nextBoolean());
      } else if (pair % 8 == 3) {
        b.addAll(runs(random, 1));
      }
      order(a, random.nextInt(3), random);
      order(b, random.nextInt(3), random);
      String textA = Model.text(a, random.nextLong(), random.nextBoolean());
      String textB = Model.text(b, random.nextLong(), random.nextBoolean());
      GtidSet setA = GtidSet.parse(textA);
      GtidSet setB = GtidSet.parse(textB);

      boolean truth = isSubset(version, textB, textA);
      boolean answer = setA.contains(setB);
      yes += truth ? 1 : 0;
      wrongYes += answer && !truth ? 1 : 0;
      wrongNo += truth && !answer ? 1 : 0;
      assertEquals(subtract(version, textA, textB), setA.subtract(setB).toString(), textA);
      assertEquals(subtract(version, textB, textA), setB.subtract(setA).toString(), textA);
      assertEquals(subtract(version, textA, ""), setA.toString(), textA);
      String both = a.isEmpty() ? textB : b.isEmpty() ? textA : textA + "," + textB;
      assertEquals(subtract(version, both, ""), setA.union(setB).toString(), both);
      assertEquals(
          subtract(version, textA, subtract(version, textA, textB)),
          setA.intersect(setB).toString(),
          textA);
    }
    assertEquals(0, wrongYes, "answered yes wrongly");
    assertEquals(0, wrongNo, "answered no wrongly");
    assertTrue(yes > PAIRS / 4 && yes < PAIRS * 3 / 4, yes + " times yes");
  }

  /** Stricter than MySQL is allowed, laxer is not. */
  @ParameterizedTest
  @EnumSource(MySqlVersion.class)
  void refusesWhatMysqlRefuses(MySqlVersion version) throws SQLException {
    Random random = new Random(8);
    String marks = "0019::--,, agx\n+.;";
    int refused = 0;
    for (int round = 0; round < 2_000; round++) {
      StringBuilder damaged = new StringBuilder(Model.text(runs(random, 4), round, false));
      for (int damage = random.nextInt(2); damage >= 0; damage--) {
        int at = random.nextInt(damaged.length() + 1);
        int end = Math.min(at + random.nextInt(2), damaged.length());
        damaged.replace(at, end, "" + marks.charAt(random.nextInt(marks.length())));
      }
      String text = damaged.toString();
      try {
        subtract(version, text, "");
      } catch (SQLException e) {
        assertEquals(ER_MALFORMED_GTID_SET_SPECIFICATION, e.getErrorCode(), e.getMessage());
        refused++;
        assertThrows(GtidSyntaxException.class, () -> GtidSet.parse(text), text);
      }
    }
    assertTrue(refused > 500, refused + " refused");
  }

  @ParameterizedTest
  @EnumSource(MySqlVersion.class)
  void bothTakeCommasWithNothingBetweenThem(MySqlVersion version) throws SQLException {
    String one = UUIDS.get(1) + ":1-5";
    String other = UUIDS.get(2) + ":7";
    GtidSet both = GtidSet.parse(one + "," + other);
    for (String text :
        List.of(
            one + "," + other + ",",
            "," + one + "," + other,
            one + ",," + other,
            " , ," + one + " , ,\n," + other + ", ")) {
      assertEquals(both, GtidSet.parse(subtract(version, text, "")), text);
      assertEquals(both, GtidSet.parse(text), text);
    }
  }

  /** Why we read more strictly than MySQL: these it takes for the empty set or for others. */
  @ParameterizedTest
  @EnumSource(MySqlVersion.class)
  void mysqlReadsWhatNobodyMeant(MySqlVersion version) throws SQLException {
    String uuid = UUIDS.get(1);
    for (String[] textAndReading :
        new String[][] {
          {uuid, ""},
          {",", ""},
          {uuid + ":5-3", ""},
          {uuid + ":1-", ""},
          {uuid + ":010", uuid + ":8"},
          {uuid + ":0x10", uuid + ":16"},
          {uuid + ":+1", uuid + ":1"},
        }) {
      assertEquals(textAndReading[1], subtract(version, textAndReading[0], ""), textAndReading[0]);
      assertThrows(GtidSyntaxException.class, () -> GtidSet.parse(textAndReading[0]));
    }
  }
}
