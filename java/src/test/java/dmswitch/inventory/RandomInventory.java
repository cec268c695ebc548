package dmswitch.inventory;

import dmswitch.secret.DmPassword;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A random inventory as people write them, with a worker to edit and what it shall be. It knows
 * from how it was made, not from the editor, whether the edit must be refused.
 */
final class RandomInventory {
  private static final List<String> HOSTS =
      List.of(
          "172.16.10.72",
          "10.0.0.1",
          "mysql-a.example",
          "db_1",
          "[2001:db8::1]",
          "::1",
          "1.db.example",
          "None",
          "10.1",
          "7");
  private static final List<String> USERS =
      List.of(
          "root", "dm user", "dm#1", "o'neil", "a=b", "123", "007", "ünï", "True", "1e5", "dm;x");
  private static final List<String> PASSWORDS =
      List.of("123456", "pa ss", "p#ss", "it's", "a=b=c", "0x10", "1_000", "007", "p%q!", "None");
  private static final List<String> EXTRAS =
      List.of(
          "source_id=\"mysql-replica-01\"",
          "server_id=101",
          "note=\"= # spaces ' inside\"",
          "tags_='[1, \"two\"]'",
          "enable_gtid=true",
          "deploy_dir=/home/tidb/dm\\ worker",
          "ansible_ssh_pass='top \"secret\"'",
          "x_mysql_host=10.0.0.1",
          "mysql_host_old=10.0.0.1",
          "flag=True",
          "ratio=1.50",
          "empty=",
          "relay_binlog_gtid=\"3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5\"");

  private final Random random;
  private final StringBuilder text = new StringBuilder();
  private final String end;
  private final String oldHost;
  final String alias;
  final Changes changes;
  private boolean inTwoLines;
  private boolean refused;

  RandomInventory(long seed) {
    random = new Random(seed);
    end = random.nextInt(4) == 0 ? "\r\n" : "\n";
    alias = pick(List.of("dm-worker1", "dm_worker1", "10.0.0.72", "w", "worker.example", "wörk"));
    oldHost = pick(HOSTS);
    String newHost = random.nextInt(6) == 0 ? oldHost : pick(HOSTS);
    changes =
        new Changes(
            newHost,
            pick(List.of(3306, 3307, 13306)),
            random.nextBoolean() ? Optional.of(pick(USERS)) : Optional.empty(),
            random.nextBoolean() ? Optional.of(Secret.of(pick(PASSWORDS))) : Optional.empty());
    write();
  }

  /** Whether the editor must refuse. */
  boolean mustRefuse() {
    return refused;
  }

  /** How many lines may differ afterwards. */
  int linesAllowed() {
    return inTwoLines ? 2 : 1;
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private void write() {
    maybe("## DM modules é \u2028# more");
    maybe("; Latin-1: \udce9\udcff");
    line("[dm_master_servers]", "dm_master ansible_host=" + oldHost);
    boolean child = oneIn(4);
    if (child) {
      line("[dm_worker_servers:children]", "dm_workers_a # the first ones", "");
    }
    line(
        child
            ? "[dm_workers_a]"
            : oneIn(3) ? "[dm_worker_servers] # upstreams" : "[dm_worker_servers]");
    if (oneIn(4)) {
      // Behind the range the worker's own line overrides it.
      line(rangeNaming() + " mysql_host=range.example mysql_port=3399 mysql_user=ranger");
    }
    List<String> before = new ArrayList<>(List.of("0", "-b", ".x"));
    Collections.shuffle(before, random);
    line(alias + before.get(0) + " mysql_host=" + bare(oldHost) + " mysql_port=3306");
    maybe("#" + alias + " mysql_host=old.example mysql_password=oldpw mysql_port=3306");
    maybe("  ; " + alias + " mysql_host=\"unclosed");
    List<String> own = new ArrayList<>();
    List<String> elsewhere = new ArrayList<>();
    inTwoLines = oneIn(6);
    for (String token : mysqlTokens()) {
      (inTwoLines && oneIn(2) ? elsewhere : own).add(token);
    }
    if (own.isEmpty() || elsewhere.isEmpty()) {
      own.addAll(elsewhere);
      elsewhere.clear();
    }
    for (int n = random.nextInt(5); n > 0; n--) {
      own.add(pick(EXTRAS));
    }
    Collections.shuffle(own, random);
    hostLine(aliasWord(), own);
    line("x" + alias + " mysql_host=" + bare(oldHost));
    line(alias + before.get(1) + "\tmysql_host='" + oldHost + "'");
    if (inTwoLines || oneIn(4)) {
      line("", "[others]", "someone mysql_port=3306");
      hostLine(alias, elsewhere);
    }
    if (oneIn(3)) {
      line("", "[dm_worker_servers:vars]", "mysql_user = root", "mysql_port=3306", "x = a # b");
    }
    line("", "[all:vars]", "cluster_name = test-cluster", "mysql_password = \"fallback\"");
    if (oneIn(3)) {
      text.setLength(text.length() - end.length());
    }
  }

  private String aliasWord() {
    return oneIn(8) ? alias + ":22" : oneIn(8) ? "\"" + alias + "\"" : alias;
  }

  private String rangeNaming() {
    char last = alias.charAt(alias.length() - 1);
    String head = alias.substring(0, alias.length() - 1);
    return last >= '0' && last <= '9' ? head + "[0:9]" : head + "[a:z]";
  }

  private List<String> mysqlTokens() {
    List<String> tokens = new ArrayList<>();
    if (oneIn(25)) {
      refused = true;
      tokens.add("mysql_host=\"{{ primary }}\"");
    } else {
      tokens.add(token("mysql_host", oldHost));
    }
    if (!oneIn(4)) {
      tokens.add(token("mysql_port", pick(List.of("3306", "3307", "'3306'"))));
    }
    if (!oneIn(4)) {
      tokens.add(token("mysql_user", pick(USERS)));
    }
    if (!oneIn(4)) {
      String password = pick(PASSWORDS);
      tokens.add(
          token("mysql_password", oneIn(2) ? DmPassword.seal(Secret.of(password)) : password));
    }
    if (oneIn(10) && !refused) {
      tokens.add(token("mysql_host", pick(HOSTS)));
    }
    return tokens;
  }

  private String token(String name, String value) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> name + "=" + bare(value);
      case 2 -> name + "=" + quoted(value);
      case 3 -> value.indexOf('\'') < 0 ? name + "='" + value + "'" : name + "=" + quoted(value);
      case 4 -> oneIn(2) ? quoted(name + "=" + value) : name + "=" + bare("'" + value + "'");
      default -> name.substring(0, 2) + "\"" + name.substring(2) + "=\"" + quoted(value) + "''";
    };
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String bare(String value) {
    return value.replaceAll("([\\\\'\"# ])", "\\\\$1");
  }

  private void hostLine(String word, List<String> tokens) {
    StringBuilder line = new StringBuilder(oneIn(5) ? "  " : "").append(word);
    for (String token : tokens) {
      line.append(pick(List.of(" ", " ", "  ", "\t", " \t "))).append(token);
    }
    line.append(
        pick(List.of("", "", " ", "\t", "  # mysql_host=10.9.9.9 it's", "#glued", "\u00a0")));
    line(line.toString());
  }

  private void maybe(String line) {
    if (oneIn(2)) {
      line(line);
    }
  }

  private void line(String... lines) {
    for (String line : lines) {
      text.append(line).append(end);
    }
  }

  /** Writes inventory.ini and its folders; gives the inventory's path. */
  Path writeTo(Path folder) throws IOException {
    Path groups = Files.createDirectories(folder.resolve("group_vars"));
    Files.writeString(
        groups.resolve("dm_worker_servers.yml"),
        "---\nmysql_port: 3306\nmysql_user: \"root\"\n",
        StandardCharsets.UTF_8);
    if (oneIn(6)) {
      Path hosts = Files.createDirectories(folder.resolve("host_vars"));
      String content = "---\nansible_ssh_port: 22\n";
      if (oneIn(2)) {
        content += "mysql_host: other.example\n";
        refused = true;
      }
      Files.writeString(
          hosts.resolve(alias + pick(List.of("", ".yml", ".yaml"))),
          content,
          StandardCharsets.UTF_8);
    }
    Path target = folder.resolve("inventory.ini");
    if (oneIn(8)) {
      target = folder.resolve("real.ini");
      Files.createSymbolicLink(folder.resolve("inventory.ini"), target.getFileName());
    }
    Files.write(target, ByteText.encode(text.toString()));
    Files.setAttribute(target, "unix:mode", pick(List.of(0600, 0640, 0644, 0664, 0755)));
    return folder.resolve("inventory.ini");
  }
}
