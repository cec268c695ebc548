package dmswitch.sandbox.dm.worker;

import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.rpc.RpcServer;
import dmswitch.sandbox.process.Costs;
import java.io.IOException;
import java.util.Locale;

/** The program dm-worker. */
public final class Main {
  private static final int WRONG_CONFIGURATION = 2;
  private static final int CANNOT_SERVE = 1;

  private Main() {}

  public static void main(String[] arguments) {
    // Numbers as Go prints them, whatever the user's language.
    Locale.setDefault(Locale.ROOT);
    Costs.ofRun().jvmStarted();
    WorkerConfig config;
    try {
      config = WorkerConfig.read(arguments);
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
      Worker worker = new Worker(config);
      Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
      worker.start();
      Log.info("start gRPC API at %s", config.address());
      server.serve(worker::handle);
    } catch (DmError e) {
      Log.warn("fail to start dm-worker: %s", e.error());
      System.exit(CANNOT_SERVE);
    } catch (IOException e) {
      Log.warn("fail to start dm-worker: %s", e);
      System.exit(CANNOT_SERVE);
    }
  }
}
