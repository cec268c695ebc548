package dmswitch.sandbox.dm;

import java.util.ArrayList;
import java.util.List;

/**
 * The frames that DM 1.0.7 prints behind some messages. A reader of messages must cope with them,
 * so the stand-in prints them as well, as they were recorded.
 */
public final class Stacks {
  private static final List<String> GRPC =
      List.of(
          "google.golang.org/grpc.(*Server).processUnaryRPC",
          "\t/go/pkg/mod/google.golang.org/grpc@v1.25.1/server.go:1007",
          "google.golang.org/grpc.(*Server).handleStream",
          "\t/go/pkg/mod/google.golang.org/grpc@v1.25.1/server.go:1287",
          "google.golang.org/grpc.(*Server).serveStreams.func1.1",
          "\t/go/pkg/mod/google.golang.org/grpc@v1.25.1/server.go:722",
          "runtime.goexit",
          "\t/go/root/src/runtime/asm_amd64.s:1771");

  private static final List<String> GOEXIT =
      List.of("runtime.goexit", "\t/go/root/src/runtime/asm_amd64.s:1771");

  private Stacks() {}

  /** Frames given as {@code function path:line}, where the path is one of DM's own files. */
  private static List<String> frames(List<String> tail, String... own) {
    List<String> result = new ArrayList<>();
    for (String frame : own) {
      int space = frame.indexOf(' ');
      result.add("github.com/pingcap/dm/" + frame.substring(0, space));
      result.add("\t/build/dm/" + frame.substring(space + 1));
    }
    result.addAll(tail);
    return List.copyOf(result);
  }

  /** A relay operation at the wrong stage. */
  public static List<String> relayStage(boolean pause) {
    return frames(
        GRPC,
        "pkg/terror.(*Error).Generate pkg/terror/terror.go:236",
        pause
            ? "dm/worker.(*realRelayHolder).pauseRelay dm/worker/relay.go:234"
            : "dm/worker.(*realRelayHolder).resumeRelay dm/worker/relay.go:253",
        pause
            ? "dm/worker.(*realRelayHolder).Operate dm/worker/relay.go:221"
            : "dm/worker.(*realRelayHolder).Operate dm/worker/relay.go:223",
        "dm/worker.(*Worker).OperateRelay dm/worker/worker.go:536",
        "dm/worker.(*Server).OperateRelay dm/worker/server.go:375",
        "dm/pb._Worker_OperateRelay_Handler dm/pb/dmworker.pb.go:3950");
  }

  /** switch-relay-master that could not ask the upstream for its uuid. */
  public static List<String> switchMasterWithoutUuid() {
    return frames(
        GRPC,
        "pkg/terror.(*Error).Delegate pkg/terror/terror.go:271",
        "pkg/terror.DBErrorAdaptArgs pkg/terror/adapter.go:37",
        "pkg/terror.DBErrorAdapt pkg/terror/adapter.go:46",
        "pkg/utils.GetGlobalVariable pkg/utils/db.go:242",
        "pkg/utils.GetServerUUID pkg/utils/db.go:297",
        "relay.(*Relay).reSetupMeta relay/relay.go:500",
        "relay.(*Relay).SwitchMaster relay/relay.go:228",
        "dm/worker.(*realRelayHolder).SwitchMaster dm/worker/relay.go:214",
        "dm/worker.(*Worker).SwitchRelayMaster dm/worker/worker.go:527",
        "dm/worker.(*Server).SwitchRelayMaster dm/worker/server.go:359",
        "dm/pb._Worker_SwitchRelayMaster_Handler dm/pb/dmworker.pb.go:3932");
  }

  /** switch-relay-master at the wrong stage. */
  public static List<String> switchMaster() {
    return frames(
        GRPC,
        "pkg/terror.(*Error).Generate pkg/terror/terror.go:236",
        "dm/worker.(*realRelayHolder).SwitchMaster dm/worker/relay.go:207",
        "dm/worker.(*Worker).SwitchRelayMaster dm/worker/worker.go:527",
        "dm/worker.(*Server).SwitchRelayMaster dm/worker/server.go:357",
        "dm/pb._Worker_SwitchRelayMaster_Handler dm/pb/dmworker.pb.go:3932");
  }

  /** A request that did not reach its worker, from the caller named. */
  public static List<String> workerRequest(String caller) {
    List<String> own = new ArrayList<>();
    own.add("pkg/terror.(*Error).Delegate pkg/terror/terror.go:271");
    own.add("dm/master/workerrpc.callRPC dm/master/workerrpc/rawgrpc.go:124");
    own.add("dm/master/workerrpc.(*GRPCClient).SendRequest dm/master/workerrpc/rawgrpc.go:64");
    own.add(caller);
    if (!caller.contains("OperateWorkerRelayTask")) {
      own.add("dm/master.(*AgentPool).Emit dm/master/agent_pool.go:117");
    }
    return frames(GOEXIT, own.toArray(new String[0]));
  }

  /** An operation that its worker has refused, asked for by start-task or another command. */
  public static List<String> operation(boolean start) {
    return frames(
        GOEXIT,
        "pkg/terror.(*Error).Generate pkg/terror/terror.go:236",
        "dm/master.(*Server).waitOperationOk dm/master/server.go:1911",
        "dm/master.(*Server).handleOperationResult dm/master/server.go:1946",
        start
            ? "dm/master.(*Server).StartTask.func1 dm/master/server.go:276"
            : "dm/master.(*Server).OperateTask.func2 dm/master/server.go:368",
        "dm/master.(*AgentPool).Emit dm/master/agent_pool.go:117");
  }

  /** A worker that dm-master has no deployment for, named in switch-relay-master. */
  public static List<String> unknownWorker() {
    return frames(
        GOEXIT,
        "pkg/terror.(*Error).Generatef pkg/terror/terror.go:241",
        "dm/master.(*Server).workerArgsExtractor dm/master/server.go:1997",
        "dm/master.(*Server).SwitchWorkerRelayMaster.func2 dm/master/server.go:871",
        "dm/master.(*AgentPool).Emit dm/master/agent_pool.go:117");
  }

  private static String[] checkTail(boolean start) {
    return new String[] {
      start
          ? "dm/master.(*Server).StartTask dm/master/server.go:230"
          : "dm/master.(*Server).CheckTask dm/master/server.go:1835",
      start
          ? "dm/pb._Master_StartTask_Handler dm/pb/dmmaster.pb.go:2355"
          : "dm/pb._Master_CheckTask_Handler dm/pb/dmmaster.pb.go:2643"
    };
  }

  /** A task file that cannot be read. */
  public static List<String> taskFile(boolean start) {
    return frames(
        GRPC,
        "pkg/terror.(*Error).Delegate pkg/terror/terror.go:271",
        "dm/config.(*TaskConfig).Decode dm/config/task.go:327",
        "dm/master.(*Server).generateSubTask dm/master/server.go:1851",
        checkTail(start)[0],
        checkTail(start)[1]);
  }

  /** A pre-check that failed. */
  public static List<String> preCheck(boolean start) {
    return frames(
        GRPC,
        "pkg/terror.(*Error).Generate pkg/terror/terror.go:236",
        "checker.CheckSyncConfig checker/cmd.go:73",
        "dm/master.(*Server).generateSubTask dm/master/server.go:1876",
        checkTail(start)[0],
        checkTail(start)[1]);
  }

  /** A pre-check that could not reach a source. */
  public static List<String> preCheckInit(boolean start) {
    return frames(
        GRPC,
        "pkg/terror.(*Error).Delegate pkg/terror/terror.go:271",
        "pkg/terror.DBErrorAdaptArgs pkg/terror/adapter.go:39",
        "pkg/terror.DBErrorAdapt pkg/terror/adapter.go:46",
        "pkg/utils.querySQL pkg/utils/common.go:212",
        "pkg/utils.getSchemas pkg/utils/common.go:157",
        "pkg/utils.FetchAllDoTables pkg/utils/common.go:65",
        "pkg/utils.FetchTargetDoTables pkg/utils/common.go:125",
        "checker.(*Checker).Init checker/checker.go:183",
        "checker.CheckSyncConfig checker/cmd.go:61",
        "dm/master.(*Server).generateSubTask dm/master/server.go:1876",
        checkTail(start)[0],
        checkTail(start)[1]);
  }
}
