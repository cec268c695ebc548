package dmswitch.sandbox.dm.master;

import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.rpc.RpcServer;
import dmswitch.sandbox.process.Costs;
import java.io.IOException;
import java.util.Locale;

/** The program dm-master. */
public final class Main {
  private static final int WRONG_CONFIGURATION = 2;
  private static final int CANNOT_SERVE = 1;

  private Main() {}

  public static void main(String[] arguments) {
    // Numbers as Go prints them, whatever the user's language.
    Locale.setDefault(Locale.ROOT);
    Costs.ofRun().jvmStarted();
    MasterConfig config;
    try {
      config = MasterConfig.read(arguments);
      Log.to(config.logFile());
    } catch (DmError e) {
      System.out.print("parse cmd flags err: " + e.errorStack());
      System.exit(WRONG_CONFIGURATION);
      return;
    } catch (IOException e) {
      System.out.print("init logger error " + e.getMessage());
      System.exit(WRONG_CONFIGURATION);
      return;
    }
    try {
      RpcServer server = new RpcServer(config.address());
      Master master = new Master(config);
      master.start();
      Log.info("listening gRPC API and status request at %s", config.address());
      server.serve(master::handle);
    } catch (IOException e) {
      Log.warn("fail to start dm-master: %s", e);
      System.exit(CANNOT_SERVE);
    }
  }
}
