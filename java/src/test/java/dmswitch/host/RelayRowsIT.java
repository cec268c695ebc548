package dmswitch.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dmansible.Fixture;
import dmswitch.mysql.Table;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which tables' rows the script finds after a checkpoint, up to relay's end. */
class RelayRowsIT {
  private static final String SUB_DIR = "53ea0ed1-9bf8-11e6-8bea-64006a897c73.000001";
  private static final String NEXT_SUB_DIR = "63ea0ed1-9bf8-11e6-8bea-64006a897c73.000002";
  private static final Table ORDERS = new Table("shop", "orders");
  private static final Table LOG = new Table("shop", "log");

  @TempDir Path folder;
  private WorkerHost host;

  @BeforeEach
  void layOut() throws IOException {
    host = Fixture.in(folder).host();
    index(SUB_DIR);
  }

  private Path relay() {
    return folder.resolve("relay");
  }

  private void index(String... subDirs) throws IOException {
    for (String subDir : subDirs) {
      Files.createDirectories(relay().resolve(subDir));
    }
    Files.write(relay().resolve("server-uuid.index"), List.of(subDirs));
  }

  private Path file(String subDir, int number) {
    return relay().resolve(subDir).resolve("mysql-bin.%06d".formatted(number));
  }

  private RelayRows rows(int suffix, int number, long position) {
    return host.see(
        Look.relayRows(relay().toString(), suffix, "mysql-bin.%06d".formatted(number), position));
  }

  private static RelayRows of(Table... tables) {
    return new RelayRows(Optional.of(Set.of(tables)));
  }

  @Test
  void rowsBehindTheCheckpointCountAndThoseBeforeItDoNot() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().transaction();
    long checkpoint = writer.position();
    writer.gtid().query("BEGIN").rows("shop", "log", 109).xid().writeTo(file(SUB_DIR, 3));

    assertEquals(of(LOG), rows(1, 3, checkpoint));
    assertEquals(of(), rows(1, 3, writer.position()));
    assertEquals(of(ORDERS, LOG), rows(1, 3, 4));
  }

  /** What tasks make nothing of leaves the checkpoint behind relay's end for good. */
  @Test
  void statementsThatTasksPassOverAreNoRows() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().transaction();
    long checkpoint = writer.position();
    writer.gtid().query("GRANT ALL ON *.* TO u").gtid().query("ANALYZE TABLE t");
    writer.gtid().query("BEGIN").query("COMMIT").rotate("mysql-bin.000004");
    writer.writeTo(file(SUB_DIR, 3));
    RelayFileWriter.begin().writeTo(file(SUB_DIR, 4));

    assertEquals(of(), rows(1, 3, checkpoint));
  }

  /** A DDL that DM executes again doubles no row, and does not hide rows after it. */
  @Test
  void ddlHidesNoRows() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin();
    writer.gtid().query("ALTER TABLE shop.log ADD COLUMN c INT").writeTo(file(SUB_DIR, 3));
    assertEquals(of(), rows(1, 3, 154));
    writer.transaction().writeTo(file(SUB_DIR, 3));
    assertEquals(of(ORDERS), rows(1, 3, 154));
  }

  @Test
  void laterFilesAndSubDirsAreRead() throws IOException {
    RelayFileWriter.begin().transaction().writeTo(file(SUB_DIR, 3));
    RelayFileWriter later = RelayFileWriter.begin().gtid().query("BEGIN").rows("a", "b", 5).xid();
    later.writeTo(file(SUB_DIR, 4));
    index(SUB_DIR, NEXT_SUB_DIR);
    // Its number is smaller: another server's.
    RelayFileWriter.begin()
        .hole(400)
        .gtid()
        .query("BEGIN")
        .rows("shop", "log", 7)
        .xid()
        .writeTo(file(NEXT_SUB_DIR, 1));

    assertEquals(of(ORDERS, LOG, new Table("a", "b")), rows(1, 3, 154));
    assertEquals(of(LOG), rows(1, 4, later.position()));
    assertEquals(of(LOG), rows(2, 1, 4));
  }

  /** DM's tasks never pass an empty sub dir that is not the last one: they have not read on. */
  @Test
  void rowsBehindAWallAreNotCounted() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin().transaction();
    writer.writeTo(file(SUB_DIR, 3));
    String third = "53ea0ed1-9bf8-11e6-8bea-64006a897c73.000003";
    index(SUB_DIR, NEXT_SUB_DIR, third);
    RelayFileWriter.begin()
        .gtid()
        .query("BEGIN")
        .rows("shop", "log", 7)
        .xid()
        .writeTo(file(third, 1));

    assertEquals(of(), rows(1, 3, writer.position()));
    assertEquals(of(ORDERS), rows(1, 3, 154), "what is before it counts");
    assertEquals(of(LOG), rows(3, 1, 4));
  }

  /** No task has read it yet; relay may be writing it just now. */
  @Test
  void aTornEventAtTheEndIsNoRow() throws IOException {
    RelayFileWriter writer = RelayFileWriter.begin();
    writer.transaction().gtid().query("BEGIN").rows("shop", "log", 7);
    writer.writeTornTo(file(SUB_DIR, 3), 10);
    assertEquals(of(ORDERS, LOG), rows(1, 3, 154), "its table map is whole");
    writer.writeTornTo(file(SUB_DIR, 3), 70);
    assertEquals(of(ORDERS), rows(1, 3, 154));
  }

  static List<RelayFileWriter> changesOfTablesThatAreNotTold() {
    return List.of(
        RelayFileWriter.begin().gtid().query("BEGIN").query("INSERT INTO log VALUES (1)"),
        RelayFileWriter.begin().gtid().query("BEGIN").rowsOf(109),
        RelayFileWriter.begin().gtid().query("BEGIN").event(18, new byte[30]),
        RelayFileWriter.begin().gtid().event(40, new byte[30]),
        RelayFileWriter.begin().gtid().event(165, new byte[30]));
  }

  @ParameterizedTest
  @MethodSource
  void changesOfTablesThatAreNotTold(RelayFileWriter writer) throws IOException {
    writer.writeTo(file(SUB_DIR, 3));

    RelayRows rows = rows(1, 3, 154);

    assertEquals(Optional.empty(), rows.tables());
    assertEquals(List.of(LOG), rows.among(List.of(LOG)));
  }

  @Test
  void aCheckpointThatDoesNotLieInTheRelayLogProvesNothing() throws IOException {
    RelayFileWriter.begin().writeTo(file(SUB_DIR, 3));

    badly("no sub dir with the suffix 2", 2, 3, 4);
    badly("no file mysql-bin.000002", 1, 2, 4);
    badly("154 bytes, position is 155", 1, 3, 155);
  }

  private void badly(String found, int suffix, int number, long position) {
    Problem problem = assertThrows(Problem.class, () -> rows(suffix, number, position));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains(found), problem.found());
  }
}
