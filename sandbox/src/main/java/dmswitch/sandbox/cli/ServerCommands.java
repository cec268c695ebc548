package dmswitch.sandbox.cli;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.net.Vip;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What can happen to a server; each is a command of its own. */
@Command
class ServerCommands {
  @Spec private CommandSpec spec;

  @Command(name = "kill", description = "Ends a MySQL server as a crash does.")
  void kill(@Mixin Folder folder, @Mixin ServerName name) {
    say(name.in(Cluster.attach(folder.path)), MySqlInstance::kill, "was killed");
  }

  @Command(name = "start", description = "Starts a MySQL server that was killed.")
  void start(@Mixin Folder folder, @Mixin ServerName name) {
    say(name.in(Cluster.attach(folder.path)), MySqlInstance::start, "runs");
  }

  @Command(
      name = "promote",
      description = "Makes a replica a primary: it forgets its source and may be written to.")
  void promote(@Mixin Folder folder, @Mixin ServerName name) {
    say(name.in(Cluster.attach(folder.path)), s -> s.replication().promote(), "is a primary");
  }

  @Command(
      name = "unreachable",
      description = "No route leads to a server any more (up --own-host OLD; root).")
  void unreachable(@Mixin Folder folder, @Mixin ServerName name) {
    say(name.in(Cluster.attach(folder.path)), s -> s.ownHost().unreachable(), "has no route");
  }

  @Command(
      name = "power-off",
      description = "What is sent to a server vanishes (up --own-host OLD; root).")
  void powerOff(@Mixin Folder folder, @Mixin ServerName name) {
    say(name.in(Cluster.attach(folder.path)), s -> s.ownHost().poweredOff(), "is powered off");
  }

  @Command(name = "reachable", description = "Ends unreachable and power-off.")
  void reachable(@Mixin Folder folder, @Mixin ServerName name) {
    say(name.in(Cluster.attach(folder.path)), s -> s.ownHost().reachable(), "is reachable");
  }

  @Command(
      name = "vip",
      description = "Moves the virtual IP to a server's host, or nowhere (up --vip; root).")
  void vip(
      @Mixin Folder folder,
      @Parameters(paramLabel = "SERVER", description = "old, new, third, other or nowhere")
          String name) {
    Cluster cluster = Cluster.attach(folder.path);
    Vip vip = cluster.vip();
    if (name.equals("nowhere")) {
      vip.nowhere();
    } else {
      vip.moveTo(cluster.server(name).ownHost());
    }
    spec.commandLine().getOut().println(vip.address() + " is " + Overview.placeOfVip(cluster));
    spec.commandLine().getOut().flush();
  }

  @FunctionalInterface
  private interface Deed {
    void doTo(MySqlInstance server);
  }

  private void say(MySqlInstance server, Deed deed, String state) {
    deed.doTo(server);
    PrintWriter out = spec.commandLine().getOut();
    out.println(server.host() + ":" + server.port() + " " + state);
    out.flush();
  }
}
