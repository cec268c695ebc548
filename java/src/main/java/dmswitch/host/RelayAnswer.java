package dmswitch.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dmswitch.gtid.GtidSet;
import dmswitch.gtid.GtidSyntaxException;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Parses the answers of {@code relay_files.py} and {@code relay_transactions.py} on a worker's
 * host.
 */
final class RelayAnswer {
  private RelayAnswer() {}

  static RelayDirectory directory(JsonNode answer) {
    List<String> index = new ArrayList<>();
    answer.path("index").forEach(line -> index.add(line.asText()));
    List<RelayDirectory.SubDir> subDirs = new ArrayList<>();
    for (JsonNode subDir : answer.path("sub_dirs")) {
      List<RelayDirectory.File> files = new ArrayList<>();
      for (JsonNode file : subDir.path("files")) {
        files.add(
            new RelayDirectory.File(file.path("name").asText(), file.path("size").longValue()));
      }
      subDirs.add(
          new RelayDirectory.SubDir(
              subDir.path("name").asText(), files, meta(subDir.path("meta").textValue())));
    }
    return new RelayDirectory(index, subDirs, answer.path("free").longValue());
  }

  private static Optional<RelayDirectory.Meta> meta(String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      JsonNode meta = new TomlMapper().readTree(text);
      return Optional.of(
          new RelayDirectory.Meta(
              meta.path("binlog-name").asText(""),
              meta.path("binlog-pos").longValue(),
              meta.path("binlog-gtid").asText("")));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  static RelayHead head(JsonNode answer) {
    List<RelayHead.Hole> holes = new ArrayList<>();
    for (JsonNode hole : answer.path("holes")) {
      holes.add(new RelayHead.Hole(hole.path("at").longValue(), hole.path("size").longValue()));
    }
    return new RelayHead(
        answer.path("size").longValue(),
        answer.path("read_to").longValue(),
        answer.path("begun").booleanValue(),
        holes);
  }

  static RelayTail tail(JsonNode answer) {
    JsonNode whole = answer.path("whole");
    return new RelayTail(
        answer.path("size").longValue(),
        answer.path("files_behind").intValue(),
        answer.path("bytes_behind").longValue(),
        new RelayTail.Uncounted(
            whole.path("rows").longValue(), texts(whole.path("ddl")), changes(whole)),
        Optional.of(answer.path("half")).filter(JsonNode::isObject).map(RelayAnswer::half),
        texts(answer.path("others")));
  }

  private static RelayTail.Half half(JsonNode half) {
    return new RelayTail.Half(
        half.path("file").asText(),
        half.path("at").longValue(),
        half.path("torn").booleanValue(),
        changes(half));
  }

  private static RelayTail.Changes changes(JsonNode part) {
    return new RelayTail.Changes(
        Optional.ofNullable(part.path("gtids").textValue()).map(RelayAnswer::gtids),
        rowTables(part));
  }

  private static GtidSet gtids(String text) {
    try {
      return GtidSet.parse(text);
    } catch (GtidSyntaxException e) {
      throw Problem.cannotTell(
          "the relay file contains an invalid GTID: " + e.getMessage(),
          "GTIDs as MySQL writes them",
          "look at the file on the worker's host (mysqlbinlog)",
          e);
    }
  }

  static RelayRows rows(JsonNode answer) {
    return new RelayRows(rowTables(answer));
  }

  private static Optional<Set<Table>> rowTables(JsonNode answer) {
    return Optional.of(answer.path("tables")).filter(JsonNode::isArray).map(RelayAnswer::tables);
  }

  private static Set<Table> tables(JsonNode array) {
    Set<Table> tables = new HashSet<>();
    array.forEach(table -> tables.add(new Table(table.path(0).asText(), table.path(1).asText())));
    return tables;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
