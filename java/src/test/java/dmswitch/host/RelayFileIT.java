package dmswitch.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.check.Conditions;
import dmswitch.dmansible.Cluster;
import dmswitch.dmansible.Fixture;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.dmansible.WorkerToml;
import dmswitch.gtid.GtidSet;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Table;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the script finds on a worker's host. It runs on this machine, through a stand-in for {@code
 * ansible} that only runs it; {@link WorkerHostIT} has the real ones.
 */
class RelayFileIT {
  private static final String SUB_DIR = "53ea0ed1-9bf8-11e6-8bea-64006a897c73.000001";
  private static final String FILE = "mysql-bin.000003";

  @TempDir Path folder;
  private Fixture fixture;
  private WorkerHost host;

  @BeforeEach
  void layOut() throws IOException {
    fixture = Fixture.in(folder);
    host = fixture.host();
  }

  private Path file(String name) {
    return folder.resolve("relay").resolve(SUB_DIR).resolve(name);
  }

  private static final Optional<Set<Table>> NO_TABLES = Optional.of(Set.of());
  private static final Optional<Set<Table>> ORDERS =
      Optional.of(Set.of(new Table("shop", "orders")));

  private static final String CLEAN = "";
  private static final String UNCOUNTED = "uncounted";
  private static final String HALF = "half";
  private static final String TORN = "torn";
  private static final String BOTH = UNCOUNTED + HALF;

  /** Which facts a tail has. */
  private static String state(RelayTail tail) {
    String half = tail.half().map(one -> one.torn() ? TORN : HALF).orElse("");
    assertEquals(tail.uncounted().isEmpty() && half.isEmpty(), tail.isClean());
    return (tail.uncounted().isEmpty() ? "" : UNCOUNTED) + half;
  }

  private static RelayTail.Half half(RelayTail tail) {
    return tail.half().orElseThrow();
  }

  /** All tables of which rows are there, where every part tells them. */
  private static Optional<Set<Table>> tables(RelayTail tail) {
    return tail.uncounted()
        .changes()
        .tables()
        .flatMap(
            whole ->
                tail.halfChanges()
                    .tables()
                    .map(
                        cut ->
                            Stream.of(whole, cut)
                                .flatMap(Set::stream)
                                .collect(Collectors.toSet())));
  }

  /** As MySQL writes it. */
  private static Optional<GtidSet> gtids(String numbers) {
    return Optional.of(FakeServer.set(RelayFileWriter.SERVER + ":" + numbers));
  }

  private RelayTail tail(RelayFileWriter writer, long position) throws IOException {
    writer.writeTo(file(FILE));
    return host.see(Look.relayTail(folder + "/relay", SUB_DIR, FILE, position));
  }

  @Test
  void aFileThatEndsAtThePositionIsClean() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().transaction();
    assertEquals(154, RelayFileWriter.begin().position(), "as MySQL 5.7 has it");
    assertEquals(
        new RelayTail(
            writer.position(), 0, 0, RelayTail.Uncounted.NONE, Optional.empty(), List.of()),
        tail(writer, writer.position()));
  }

  @Test
  void statementsThatMoveNoPositionAreHarmless() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().transaction();
    long position = writer.position();
    for (String sql :
        List.of(
            "GRANT SELECT ON *.* TO 'u'@'%' IDENTIFIED WITH 'x' AS '*HASH'",
            "CREATE USER 'u'@'%'",
            "ANALYZE TABLE t",
            "/* app */ -- why\n FLUSH PRIVILEGES",
            "CREATE DEFINER=`root`@`%` TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET @a = 1")) {
      writer.gtid().query(sql);
    }
    writer.gtid().query("BEGIN").query("COMMIT").rotate("mysql-bin.000004");
    RelayTail tail = tail(writer, position);
    assertEquals(CLEAN, state(tail));
    assertTrue(tail.isClean());
    // Keywords only: no name, no hash.
    assertEquals(
        List.of("GRANT", "CREATE USER", "ANALYZE TABLE", "FLUSH", "CREATE"),
        tail.otherStatements());
  }

  @Test
  void aTransactionWithoutItsEndIsFound() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().transaction();
    long position = writer.position();
    writer.gtid().query("GRANT ALL ON *.* TO u");
    long begin = writer.position();
    writer.gtid().query("BEGIN").rows().rows();
    assertEquals(
        new RelayTail(
            writer.position(),
            0,
            writer.position() - position,
            RelayTail.Uncounted.NONE,
            Optional.of(
                new RelayTail.Half(FILE, begin, false, new RelayTail.Changes(gtids("3"), ORDERS))),
            List.of("GRANT")),
        tail(writer, position));
  }

  @Test
  void aGtidAloneIsHalfATransaction() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin();
    assertEquals(HALF, state(tail(writer.gtid(), 154)));
  }

  /** DM saves a file's name with the first transaction that has come whole (its relay.go). */
  @Test
  void whileRelayNamesNoFileAllThatItHasLiesBehind() throws IOException {
    Files.createDirectories(file(FILE).getParent());
    assertEquals(CLEAN, state(tailWithoutName()));
    RelayFileWriter writer = RelayFileWriter.begin().hole(1000);
    writer.writeTo(file(FILE));
    assertEquals(CLEAN, state(tailWithoutName()));
    writer.gtid().query("BEGIN").rows().writeTo(file(FILE));
    assertEquals(HALF, state(tailWithoutName()));
    writer.xid().gtid().writeTo(file(FILE));
    assertEquals(BOTH, state(tailWithoutName()));
  }

  private RelayTail tailWithoutName() {
    return host.see(Look.relayTail(folder + "/relay", SUB_DIR, "", 4));
  }

  @Test
  void withoutGtidsToo() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().query("BEGIN").rows();
    RelayTail tail = tail(writer, 154);
    assertEquals(HALF, state(tail));
    assertEquals(154, half(tail).at());
    assertEquals(UNCOUNTED, state(tail(writer.xid(), 154)));
  }

  @Test
  void aSavepointEndsNothing() throws IOException {
    RelayFileWriter writer =
        RelayFileWriter.begin()
            .gtid()
            .query("BEGIN")
            .query("SAVEPOINT a")
            .rows()
            .query("ROLLBACK TO a");
    assertEquals(HALF, state(tail(writer, 154)));
    RelayTail whole = tail(writer.query("COMMIT"), 154);
    assertEquals(UNCOUNTED, state(whole));
    assertEquals(1, whole.uncounted().rowTransactions());
  }

  @Test
  void aWholeTransactionBehindThePositionIsUncounted() throws IOException {
    // MyISAM: it ends in COMMIT, which moves neither W nor the position.
    RelayFileWriter writer =
        RelayFileWriter.begin().gtid().query("BEGIN").rows().query("COMMIT").gtid();
    assertEquals(BOTH, state(tail(writer, 154)));
    writer = RelayFileWriter.begin().gtid().query("BEGIN").rows().query("COMMIT").transaction();
    RelayTail tail = tail(writer, 154);
    assertEquals(UNCOUNTED, state(tail));
    assertEquals(2, tail.uncounted().rowTransactions());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE t (a INT)",
        "create or replace table t (a int)",
        "ALTER TABLE t ADD b INT",
        "DROP DATABASE d",
        "TRUNCATE t",
        "CREATE UNIQUE INDEX i ON t (a)",
        "/* app */ RENAME TABLE a TO b",
        "/*!50003 DROP TABLE t */",
        "# note\nDROP TABLE t",
        "INSERT INTO t VALUES (1)",
      })
  void tableDdlBehindThePositionIsUncounted(String sql) throws IOException {
    RelayTail tail = tail(RelayFileWriter.begin().gtid().query(sql), 154);
    assertEquals(UNCOUNTED, state(tail));
    assertEquals(1, tail.uncounted().tableStatements().size());
  }

  @Test
  void theTablesOfRowsBehindThePositionAreTold() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().gtid().query("BEGIN").rows("s", "before", 1);
    long position = writer.xid().position();
    writer.gtid().query("BEGIN").rows("shop", "orders", 108).rows("shop", "orders", 108).xid();
    writer.gtid().query("BEGIN").rows("größe", "x".repeat(64), 1L << 40).rowsOf(108);
    assertEquals(
        Optional.of(Set.of(new Table("shop", "orders"), new Table("größe", "x".repeat(64)))),
        tables(tail(writer, position)));
    assertEquals(NO_TABLES, tables(tail(writer, writer.position())));
  }

  static List<RelayFileWriter> changesOfTablesThatAreNotTold() {
    return List.of(
        RelayFileWriter.begin().gtid().query("BEGIN").rows().query("INSERT INTO log VALUES (1)"),
        RelayFileWriter.begin().gtid().query("BEGIN").rows().rowsOf(109),
        RelayFileWriter.begin().gtid().query("BEGIN").rows().event(18, new byte[30]),
        RelayFileWriter.begin().gtid().event(40, new byte[30]),
        RelayFileWriter.begin().gtid().query("ALTER TABLE t ADD COLUMN c INT"),
        RelayFileWriter.begin().gtid().event(165, new byte[30]));
  }

  @ParameterizedTest
  @MethodSource("changesOfTablesThatAreNotTold")
  void changesOfTablesThatAreNotTold(RelayFileWriter writer) throws IOException {
    assertEquals(Optional.empty(), tables(tail(writer, 154)));
  }

  @Test
  void xaTransactions() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().gtid().query("XA START X'61',X'',1").rows();
    assertEquals(HALF, state(tail(writer, 154)));
    writer.query("XA END X'61',X'',1");
    assertEquals(HALF, state(tail(writer, 154)));
    assertEquals(UNCOUNTED, state(tail(writer.event(38, new byte[14]), 154)));
  }

  @Test
  void aMariadbTransactionBeginsWithItsGtid() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().mariadbGtid(false).rows();
    assertEquals(HALF, state(tail(writer, 154)));
    assertEquals(UNCOUNTED, state(tail(writer.query("COMMIT"), 154)));
    writer = RelayFileWriter.begin().mariadbGtid(true).query("GRANT ALL ON *.* TO u");
    assertEquals(CLEAN, state(tail(writer, 154)));
  }

  @Test
  void anOpenTransactionThatAnotherFollowsStaysFound() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().gtid().query("BEGIN").rows().transaction();
    RelayTail tail = tail(writer, 154);
    assertEquals(BOTH, state(tail));
    assertEquals(154, half(tail).at());
    assertEquals(gtids("1"), half(tail).changes().gtids());
    assertEquals(gtids("2"), tail.uncounted().changes().gtids());
  }

  /** W lags, and relay was cut in the middle of a transaction besides. */
  @Test
  void wholeTransactionsAndAHalfOneAreBothTold() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().transaction();
    long position = writer.position();
    writer.transaction().gtid().query("GRANT ALL ON *.* TO u");
    writer.gtid().query("BEGIN").rows("shop", "items", 110).query("COMMIT");
    writer.gtid().query("ALTER TABLE t ADD b INT");
    long begin = writer.position();
    writer.gtid().query("BEGIN").rows("shop", "log", 111);

    RelayTail tail = tail(writer, position);

    assertEquals(BOTH, state(tail));
    assertEquals(2, tail.uncounted().rowTransactions());
    assertEquals(List.of("ALTER TABLE"), tail.uncounted().tableStatements());
    // Not the GRANT, which is number 3.
    assertEquals(gtids("2:4-5"), tail.uncounted().changes().gtids());
    assertEquals(gtids("2:4-6"), tail.gtids());
    assertEquals(
        new RelayTail.Half(
            FILE,
            begin,
            false,
            new RelayTail.Changes(gtids("6"), Optional.of(Set.of(new Table("shop", "log"))))),
        half(tail));
    assertEquals(writer.position() - position, tail.bytesBehind());
  }

  /** Nothing of it was applied, so no server need have it. */
  @Test
  void aTransactionOfWhichNoRowHasComeNamesNone() throws IOException {
    RelayTail tail = tail(RelayFileWriter.begin().gtid().query("BEGIN"), 154);
    assertEquals(HALF, state(tail));
    assertEquals(Optional.of(GtidSet.EMPTY), tail.gtids());
  }

  /** DM applies rows before it comes to the ROLLBACK after them, and passes over that. */
  @Test
  void whatIsRolledBackWasApplied() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().gtid().query("BEGIN").rows().query("ROLLBACK");
    assertEquals(gtids("1"), tail(writer, 154).uncounted().changes().gtids());
  }

  static List<RelayFileWriter> transactionsWithoutAName() {
    return List.of(
        RelayFileWriter.begin().query("BEGIN").rows().xid(),
        RelayFileWriter.begin().transaction().query("BEGIN").rows(),
        RelayFileWriter.begin().anonymousGtid().query("BEGIN").rows().xid().transaction(),
        RelayFileWriter.begin().gtid().event(42, new byte[60]).query("BEGIN").rows().xid(),
        RelayFileWriter.begin().mariadbGtid(false).rows().query("COMMIT"));
  }

  @ParameterizedTest
  @MethodSource("transactionsWithoutAName")
  void aTransactionWithoutItsGtidInTheFile(RelayFileWriter writer) throws IOException {
    RelayTail tail = tail(writer, 154);
    assertEquals(Optional.empty(), tail.gtids());
    assertEquals(
        ExitCode.CANNOT_TELL,
        assertThrows(Problem.class, () -> Conditions.behind(tail)).exitCode());
  }

  @Test
  void theFilesBehindAreLookedAtToo() throws IOException {
    RelayFileWriter first = RelayFileWriter.begin().transaction();
    long position = first.position();
    first.rotate("mysql-bin.000010").writeTo(file("mysql-bin.000009"));
    RelayFileWriter second = RelayFileWriter.begin();
    second.writeTo(file("mysql-bin.000010"));
    String relay = folder + "/relay";
    RelayTail clean = host.see(Look.relayTail(relay, SUB_DIR, "mysql-bin.000009", position));
    assertEquals(CLEAN, state(clean));
    assertEquals(1, clean.filesBehind());
    second.gtid().query("BEGIN").rows().writeTo(file("mysql-bin.000010"));
    RelayTail half = host.see(Look.relayTail(relay, SUB_DIR, "mysql-bin.000009", position));
    assertEquals(HALF, state(half));
    assertEquals("mysql-bin.000010", half(half).file());
    assertEquals(154, half(half).at());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 30})
  void aTornEventIsFound(int missing) throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().transaction();
    long position = writer.position();
    // The last event is of 31 bytes: its end, its body, or most of its header are missing.
    writer.gtid().query("BEGIN").rows().xid().writeTornTo(file(FILE), missing);
    RelayTail tail = host.see(Look.relayTail(folder + "/relay", SUB_DIR, FILE, position));
    assertEquals(TORN, state(tail));
    assertEquals(position, half(tail).at(), "where the transaction with the torn event begins");
  }

  @Test
  void aServerWithoutChecksumsIsRead() throws IOException {
    RelayFileWriter writer = RelayFileWriter.withoutChecksums();
    long position = writer.position();
    writer.gtid().query("BEGIN").rows();
    assertEquals(HALF, state(tail(writer, position)));
    assertEquals(UNCOUNTED, state(tail(writer.query("COMMIT"), position)));
  }

  @Test
  void aDummyEventIsNoTransaction() throws IOException {
    assertEquals(CLEAN, state(tail(RelayFileWriter.begin().hole(5000).smallHole(29), 154)));
  }

  @Test
  void whatIsNoEventIsNotGuessedAt() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().transaction();
    Problem inside = assertThrows(Problem.class, () -> tail(writer, 160));
    assertEquals(ExitCode.CANNOT_TELL, inside.exitCode());
    assertTrue(inside.found().contains("no event begins at 160"), inside.found());
    Problem beyond = assertThrows(Problem.class, () -> tail(writer, 1_000_000));
    assertTrue(beyond.found().contains("position is 1000000"), beyond.found());
    Files.writeString(file(FILE), "not a binlog file at all");
    assertEquals(
        ExitCode.CANNOT_TELL,
        assertThrows(
                Problem.class, () -> host.see(Look.relayTail(folder + "/relay", SUB_DIR, FILE, 4)))
            .exitCode());
    Files.delete(file(FILE));
    Problem missing =
        assertThrows(
            Problem.class, () -> host.see(Look.relayTail(folder + "/relay", SUB_DIR, FILE, 4)));
    assertTrue(missing.found().contains("has no file " + FILE), missing.found());
  }

  @Test
  void aHoleInTheBeginningIsMeasured() throws IOException {
    RelayFileWriter.begin().hole(17_000_000).transaction().writeTo(file(FILE));
    RelayHead head = host.see(Look.relayHead(folder + "/relay", SUB_DIR, FILE));
    assertTrue(head.begun());
    assertEquals(List.of(new RelayHead.Hole(154, 17_000_000)), head.holes());
    assertEquals(17_000_000, head.biggestHole());
    assertEquals(Files.size(file(FILE)), head.fileSize());
    assertEquals(head.fileSize(), head.readTo());
  }

  @ParameterizedTest
  @ValueSource(ints = {29, 32, 37, 60})
  void soIsASmallOne(int size) throws IOException {
    RelayFileWriter.begin().smallHole(size).transaction().writeTo(file(FILE));
    assertEquals(size, host.see(Look.relayHead(folder + "/relay", SUB_DIR, FILE)).biggestHole());
  }

  /** Which hole a file begins with is known with its first event. */
  @Test
  void aFileHasBegunWithItsFirstEvent() throws IOException {
    RelayFileWriter.begin().writeTo(file(FILE));
    assertFalse(host.see(Look.relayHead(folder + "/relay", SUB_DIR, FILE)).begun());
    RelayFileWriter.begin().hole(1_000).writeTo(file(FILE));
    assertFalse(host.see(Look.relayHead(folder + "/relay", SUB_DIR, FILE)).begun());
    RelayFileWriter.begin().hole(1_000).query("BEGIN").writeTo(file(FILE));
    assertTrue(host.see(Look.relayHead(folder + "/relay", SUB_DIR, FILE)).begun());
  }

  @Test
  void aFileWithoutHoleHasNone() throws IOException {
    RelayFileWriter.begin().transaction().query("# no dummy").writeTo(file(FILE));
    assertEquals(0, host.see(Look.relayHead(folder + "/relay", SUB_DIR, FILE)).biggestHole());
    // Opened and nothing written yet, and half a header of the format.
    Files.write(file(FILE), new byte[] {});
    assertEquals(0, host.see(Look.relayHead(folder + "/relay", SUB_DIR, FILE)).biggestHole());
    Files.write(file(FILE), new byte[] {(byte) 0xfe, 'b', 'i', 'n', 1, 2, 3});
    assertEquals(0, host.see(Look.relayHead(folder + "/relay", SUB_DIR, FILE)).biggestHole());
  }

  @Test
  void aFileOfAGigabyteIsNotReadWhole() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().transaction();
    long position = writer.position();
    writer.gtid().query("BEGIN").writeTo(file(FILE));
    try (RandomAccessFile sparse = new RandomAccessFile(file(FILE).toFile(), "rw")) {
      long at = sparse.length();
      // One row event of a gigabyte, then a torn one.
      int size = 1 << 30;
      byte[] header = new byte[19];
      ByteBuffer.wrap(header)
          .order(ByteOrder.LITTLE_ENDIAN)
          .put(4, (byte) 30)
          .putInt(9, size)
          .putInt(13, (int) (at + size));
      sparse.seek(at);
      sparse.write(header);
      sparse.setLength(at + size);
    }
    long before = System.nanoTime();
    assertEquals(HALF, state(host.see(Look.relayTail(folder + "/relay", SUB_DIR, FILE, position))));
    assertTrue(Duration.ofNanos(System.nanoTime() - before).toSeconds() < 20, "only headers");
  }

  @Test
  void theRelayDirectoryIsListed() throws IOException {
    String second = "aaaaaaaa-9bf8-11e6-8bea-64006a897c73.000002";
    RelayFileWriter.begin().writeTo(file("mysql-bin.000010"));
    RelayFileWriter.begin().transaction().writeTo(file("mysql-bin.000009"));
    Files.writeString(
        file("relay.meta"),
        "binlog-name = \"mysql-bin.000010\"\nbinlog-pos = 154\nbinlog-gtid = \"u:1-5,\\nv:1\"\n");
    Path top = folder.resolve("relay");
    Files.createDirectories(top.resolve(second));
    Files.writeString(top.resolve("server-uuid.index"), SUB_DIR + "\n" + second + "\n");
    RelayDirectory relay = host.see(Look.relayDirectory(top.toString()));
    assertEquals(List.of(SUB_DIR, second), relay.index());
    assertEquals(
        new RelayDirectory.SubDir(
            SUB_DIR,
            List.of(
                new RelayDirectory.File("mysql-bin.000009", Files.size(file("mysql-bin.000009"))),
                new RelayDirectory.File("mysql-bin.000010", 154)),
            Optional.of(new RelayDirectory.Meta("mysql-bin.000010", 154, "u:1-5,\nv:1"))),
        relay.subDir(SUB_DIR).orElseThrow());
    assertEquals(
        new RelayDirectory.SubDir(second, List.of(), Optional.empty()),
        relay.current().orElseThrow());
    assertTrue(
        Math.abs(relay.freeBytes() - top.toFile().getUsableSpace()) < (1L << 30),
        "free space, give or take what others write");
  }

  @Test
  void aMissingRelayDirectoryCannotBeTold() {
    Problem problem =
        assertThrows(Problem.class, () -> host.see(Look.relayDirectory(folder + "/nothing")));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains(folder + "/nothing"), problem.found());
  }

  @Test
  void portsAreProbed() throws IOException {
    Duration limit = Duration.ofSeconds(5);
    try (ServerSocket open = new ServerSocket(0)) {
      assertEquals(
          PortProbe.State.OPEN,
          host.see(Look.port("127.0.0.1", open.getLocalPort(), limit)).state());
    }
    int closed;
    try (ServerSocket once = new ServerSocket(0)) {
      closed = once.getLocalPort();
    }
    assertEquals(PortProbe.State.REFUSED, host.see(Look.port("127.0.0.1", closed, limit)).state());
    assertEquals(
        PortProbe.State.UNRESOLVED,
        host.see(Look.port("no.such.host.invalid", 3306, limit)).state());
    // Class E addresses have no route.
    assertEquals(
        PortProbe.State.NO_ROUTE, host.see(Look.port("255.255.255.255", 3306, limit)).state());
  }

  /** An open port may be that of a proxy: a MySQL server greets. */
  @Test
  void aMysqlPortGreets() throws IOException {
    assertEquals(PortProbe.State.OPEN, greeted(client -> client.getOutputStream().write(74)));
    assertEquals(PortProbe.State.HUNG_UP, greeted(client -> {}));
    // As HAProxy ends a connection whose server is gone.
    assertEquals(PortProbe.State.HUNG_UP, greeted(client -> client.setSoLinger(true, 0)));
    Duration limit = Duration.ofSeconds(1);
    try (ServerSocket mute = new ServerSocket(0)) {
      Look<PortProbe> look = Look.mysqlPort("127.0.0.1", mute.getLocalPort(), limit, limit);
      assertEquals(PortProbe.State.MUTE, host.see(look).state());
    }
    int closed;
    try (ServerSocket once = new ServerSocket(0)) {
      closed = once.getLocalPort();
    }
    assertEquals(
        PortProbe.State.REFUSED,
        host.see(Look.mysqlPort("127.0.0.1", closed, limit, limit)).state());
  }

  private interface Greeting {
    void to(Socket client) throws IOException;
  }

  private PortProbe.State greeted(Greeting greeting) throws IOException {
    Duration limit = Duration.ofSeconds(10);
    try (ServerSocket server = new ServerSocket(0)) {
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(
              () -> {
                try (Socket client = server.accept()) {
                  greeting.to(client);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      PortProbe.State state =
          host.see(Look.mysqlPort("127.0.0.1", server.getLocalPort(), limit, limit)).state();
      served.join();
      return state;
    }
  }

  @Test
  void aPortThatNeverAnswersIsSilent() throws IOException {
    // A full backlog drops the next SYN, as a powered-off host does.
    try (ServerSocket full = new ServerSocket(0, 1)) {
      List<Socket> sockets = new ArrayList<>();
      try {
        for (int i = 0; i < 8; i++) {
          Socket socket = new Socket();
          sockets.add(socket);
          try {
            socket.connect(full.getLocalSocketAddress(), 200);
          } catch (SocketTimeoutException e) {
            break;
          }
        }
        assertEquals(
            PortProbe.State.SILENT,
            host.see(Look.port("127.0.0.1", full.getLocalPort(), Duration.ofSeconds(2))).state());
      } finally {
        for (Socket socket : sockets) {
          socket.close();
        }
      }
    }
  }

  @Test
  void theDeployedTomlIsComparedWithoutItsPassword() throws IOException {
    String rendered =
        "source-id = \"s\"\n[from]\nhost = \"h\"\nuser = \"u\"\npassword = \"hunter2\"\nport = 1\n";
    WorkerSurvey survey =
        new WorkerSurvey(
            new WorkerDeployment(
                "dm-worker1",
                "127.0.0.1",
                8262,
                folder.toString(),
                folder + "/relay",
                "tidb",
                folder),
            new Cluster(List.of(), List.of(), Map.of()),
            Secret.of(rendered),
            WorkerToml.parse(rendered),
            false);
    Path deployed = folder.resolve("conf/dm-worker.toml");
    Files.createDirectories(deployed.getParent());
    Files.writeString(deployed, rendered);
    DeployedToml same = host.see(Look.deployedToml(survey));
    assertEquals("h", same.toml().host());
    assertEquals("********", same.toml().storedPassword().reveal());
    assertTrue(same.sameFile() && same.samePassword());

    Files.writeString(deployed, rendered.replace("\"h\"", "\"other\""));
    DeployedToml otherHost = host.see(Look.deployedToml(survey));
    assertEquals("other", otherHost.toml().host());
    assertTrue(!otherHost.sameFile() && otherHost.samePassword());

    Files.writeString(deployed, rendered.replace("hunter2", "hunter3"));
    DeployedToml otherPassword = host.see(Look.deployedToml(survey));
    assertTrue(!otherPassword.sameFile() && !otherPassword.samePassword());

    Files.writeString(deployed, rendered.replace("\"hunter2\"", "\"hun\"ter2\""));
    // Its password line is masked whole, so the rest can be read; the worker cannot read it.
    assertTrue(!host.see(Look.deployedToml(survey)).samePassword());
    Files.writeString(deployed, "host = \"hun\"ter2\"");
    Problem broken = assertThrows(Problem.class, () -> host.see(Look.deployedToml(survey)));
    assertEquals(ExitCode.CANNOT_TELL, broken.exitCode());
  }

  @Test
  void looksThatAreTakenTogetherCostOneCall() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().transaction();
    writer.writeTo(file(FILE));
    WorkerHost.Together looks = host.together();
    Supplier<RelayDirectory> missing = looks.add(Look.relayDirectory(folder + "/nothing"));
    Supplier<RelayTail> tail =
        looks.add(Look.relayTail(folder + "/relay", SUB_DIR, FILE, writer.position()));
    assertEquals(CLEAN, state(tail.get()));
    Problem problem = assertThrows(Problem.class, missing::get);
    assertTrue(problem.wanted().contains(folder + "/nothing"), problem.wanted());
    assertEquals(1, Files.readAllLines(fixture.directory().resolve("calls")).size());
    assertThrows(
        IllegalStateException.class, () -> looks.add(Look.relayDirectory(folder + "/relay")));
  }
}
