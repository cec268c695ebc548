package dmswitch.inventory;

import dmswitch.secret.DmPassword;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * A random inventory as people write them, with a worker to edit and its wanted value. It knows
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

  private static final List<String> DAMAGES =
      List.of(
          " ",
          "\t",
          "\"",
          "'",
          "\\",
          "#",
          ";",
          "=",
          "[",
          "]",
          ":",
          ",",
          "-",
          "0",
          "\n",
          "\r\n",
          "\u000b",
          "\u00a0",
          "\ufeff",
          "\ud83d\ude00",
          "\udcff",
          "{{ x }}",
          "[all:vars]\n",
          "[ungrouped]\n",
          "[x:children]\n",
          "mysql_host=",
          " mysql_port=1",
          "[1:3]",
          "{#");

  /** Encrypted by ansible-vault with the password that ansible_reads.py knows. */
  private static final String VAULTED_VALUE =
      """
      !vault |
        $ANSIBLE_VAULT;1.1;AES256
        63356463666163306130326536353663393665663033363365346163376665316161383630373338
        3333643366663839373931633163363766386364653164640a303636666533643630646237613562
        33313836663532326364663565343336363362326465323831643531373837623336306332326233
        6137313439333131360a316435346664373930323137366266636631363434313162323837613963
        6632
      """;

  /** Of a whole file, which sets mysql_user. */
  private static final String VAULTED_FILE =
      """
      $ANSIBLE_VAULT;1.1;AES256
      64303566636633306234376439643139316536373531343637313139323035646131653935343764
      3832626237383036613832383866613931633565316239350a376636343232383633663665323138
      38313664376265313839393263303064616534303131323863613935666330353037663862353032
      6434346366313434380a306536643735313163616163653230373532373065306631646463356564
      61623838306362376331346236303038646136326534616366383438663335633335343530613437
      6539343566333865613163663562643765366232386363313332
      """;

  private final Random random;
  private final StringBuilder text = new StringBuilder();
  private final String end;
  private final String oldHost;
  final String alias;
  final UpstreamVariables upstream;
  private final List<Pattern> ownLines = new ArrayList<>();
  private boolean inTwoLines;
  private boolean refused;

  RandomInventory(long seed) {
    random = new Random(seed);
    end = random.nextInt(4) == 0 ? "\r\n" : "\n";
    alias = pick(List.of("dm-worker1", "dm_worker1", "10.0.0.72", "w", "worker.example", "wörk"));
    oldHost = pick(HOSTS);
    String newHost = random.nextInt(6) == 0 ? oldHost : pick(HOSTS);
    upstream =
        new UpstreamVariables(
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

  /** Whether a line is one of the worker's own with other values in MySQL's variables only. */
  boolean isOwnLine(String line) {
    return ownLines.stream().anyMatch(own -> own.matcher(line).matches());
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
    boolean otherLine = inTwoLines || oneIn(4);
    if (oneIn(25) && !refused) {
      // Overrides the line before it, and leaves none but another after it to be edited.
      line(rangeNaming() + " mysql_host=range.example mysql_user=ranger");
      refused |= !otherLine;
      inTwoLines = true;
    }
    if (otherLine) {
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
    StringBuilder pattern = new StringBuilder(Pattern.quote(line.toString()));
    for (String token : tokens) {
      String blank = pick(List.of(" ", " ", "  ", "\t", " \t "));
      line.append(blank).append(token);
      pattern.append(Pattern.quote(blank)).append(isExtra(token) ? Pattern.quote(token) : ".+");
    }
    String tail =
        pick(List.of("", "", " ", "\t", "  # mysql_host=10.9.9.9 it's", "#glued", "\u00a0"));
    line(line + tail);
    pattern.append("( mysql_(host|port|user|password)=\\S[^\t]*)?").append(Pattern.quote(tail));
    ownLines.add(Pattern.compile(pattern + "\r?"));
  }

  private static boolean isExtra(String token) {
    return EXTRAS.contains(token);
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

  /** The same with a few bytes wrong. */
  byte[] damaged(byte[] bytes) {
    StringBuilder damaged = new StringBuilder(ByteText.decode(bytes));
    for (int damage = random.nextInt(4); damage >= 0; damage--) {
      int at = random.nextInt(damaged.length());
      String mark = pick(DAMAGES);
      switch (random.nextInt(4)) {
        case 0, 1 -> damaged.insert(at, mark);
        case 2 -> damaged.replace(at, at + 1, mark);
        default -> damaged.delete(at, Math.min(at + 1 + random.nextInt(5), damaged.length()));
      }
    }
    return ByteText.encode(damaged.toString());
  }

  /** Writes inventory.ini and its folders; gives the inventory's path. */
  Path writeTo(Path folder) throws IOException {
    Path groups = Files.createDirectories(folder.resolve("group_vars"));
    Files.writeString(
        groups.resolve("dm_worker_servers.yml"), "---\nmysql_port: 3306\nmysql_user: \"root\"\n");
    // Seldom, since each takes Ansible some hundredths of a second for every host.
    if (oneIn(40)) {
      Files.writeString(groups.resolve("all.yml"), "mysql_password: " + VAULTED_VALUE);
    }
    if (oneIn(40)) {
      Files.writeString(Files.createDirectory(groups.resolve("all")).resolve("a"), VAULTED_FILE);
    }
    if (oneIn(4)) {
      writeHostVars(Files.createDirectory(folder.resolve("host_vars")));
    }
    Path target = folder.resolve("inventory.ini");
    if (oneIn(8)) {
      Path link = target;
      target = Files.createDirectory(folder.resolve("real")).resolve("real.ini");
      Files.createSymbolicLink(link, Path.of("real", "real.ini"));
    }
    Files.write(target, ByteText.encode(text.toString()));
    if (mayGiveAway() && oneIn(2)) {
      Files.setAttribute(target, "unix:uid", 1000 + random.nextInt(5));
      Files.setAttribute(target, "unix:gid", 1000 + random.nextInt(5));
    }
    Files.setAttribute(target, "unix:mode", pick(List.of(0600, 0640, 0644, 0664, 0755)));
    return folder.resolve("inventory.ini");
  }

  private static boolean mayGiveAway() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  private void writeHostVars(Path folder) throws IOException {
    String content = "---\nansible_ssh_port: 22\n";
    switch (random.nextInt(4)) {
      case 0 -> {
        content += "mysql_host: other.example\n";
        refused = true;
      }
      case 1 -> {
        content += "mysql_password: " + VAULTED_VALUE;
        refused |= upstream.mysqlPassword().isPresent();
      }
      case 2 -> content += "ansible_become_pass: " + VAULTED_VALUE;
      default -> {}
    }
    Files.writeString(folder.resolve(alias + pick(List.of("", ".yml", ".yaml"))), content);
  }
}
