package dmswitch.sandbox.dm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** An error as DM's package terror makes it: a code, its class, scope and level, and a cause. */
public final class DmError extends RuntimeException {
  /** Of what an error is. */
  public enum Kind {
    NONE(0, "none"),
    DATABASE(1, "database"),
    FUNCTIONAL(2, "functional"),
    CONFIG(3, "config"),
    BINLOG_OP(4, "binlog-op"),
    CHECKPOINT(5, "checkpoint"),
    TASK_CHECK(6, "task-check"),
    RELAY_EVENT_LIB(7, "relay-event-lib"),
    RELAY_UNIT(8, "relay-unit"),
    DUMP_UNIT(9, "dump-unit"),
    LOAD_UNIT(10, "load-unit"),
    SYNC_UNIT(11, "sync-unit"),
    DM_MASTER(12, "dm-master"),
    DM_WORKER(13, "dm-worker");

    private final int number;
    private final String text;

    Kind(int number, String text) {
      this.number = number;
      this.text = text;
    }
  }

  /** Where an error comes from. */
  public enum Scope {
    NOT_SET(0, "not-set"),
    UPSTREAM(1, "upstream"),
    DOWNSTREAM(2, "downstream"),
    INTERNAL(3, "internal");

    private final int number;
    private final String text;

    Scope(int number, String text) {
      this.number = number;
      this.text = text;
    }
  }

  /** How grave an error is. */
  public enum Level {
    LOW(1, "low"),
    MEDIUM(2, "medium"),
    HIGH(3, "high");

    private final int number;
    private final String text;

    Level(int number, String text) {
      this.number = number;
      this.text = text;
    }
  }

  private final int code;
  private final Kind kind;
  private final Scope scope;
  private final Level level;
  private final String rawCause;
  private final List<String> stack;
  private final boolean badConnection;

  private DmError(
      int code,
      Kind kind,
      Scope scope,
      Level level,
      String message,
      String rawCause,
      List<String> stack,
      boolean badConnection) {
    super(message, null, false, false);
    this.code = code;
    this.kind = kind;
    this.scope = scope;
    this.level = level;
    this.rawCause = rawCause;
    this.stack = stack;
    this.badConnection = badConnection;
  }

  /** An error inside DM of high level. */
  public static DmError internal(int code, Kind kind, String message) {
    return new DmError(code, kind, Scope.INTERNAL, Level.HIGH, message, "", List.of(), false);
  }

  /** An error with a cause from elsewhere, which follows {@code message} behind a colon. */
  public static DmError caused(int code, Kind kind, Scope scope, String message, String cause) {
    return new DmError(
        code, kind, scope, Level.HIGH, message + ": " + cause, cause, List.of(), false);
  }

  /** What a MySQL server or its driver reports. */
  public static DmError database(String cause) {
    return caused(10001, Kind.DATABASE, Scope.NOT_SET, "database driver error", cause);
  }

  public DmError withLevel(Level newLevel) {
    return new DmError(code, kind, scope, newLevel, getMessage(), rawCause, stack, badConnection);
  }

  public DmError withScope(Scope newScope) {
    return new DmError(code, kind, newScope, level, getMessage(), rawCause, stack, badConnection);
  }

  public DmError withKind(Kind newKind) {
    return new DmError(code, newKind, scope, level, getMessage(), rawCause, stack, badConnection);
  }

  /** The same error with {@code prefix} and a colon before its message. */
  public DmError annotated(String prefix) {
    return new DmError(
        code, kind, scope, level, prefix + ": " + getMessage(), rawCause, stack, badConnection);
  }

  /**
   * The same error with a percent sign in its cause as DM prints it: DM takes a message as a format
   * once more each time it adds to it.
   */
  public DmError misprinted(int times) {
    String shown = rawCause;
    for (int i = 0; i < times; i++) {
      shown = shown.replaceAll("%(.)", "%!$1(MISSING)");
    }
    return new DmError(
        code,
        kind,
        scope,
        level,
        getMessage().replace(rawCause, shown),
        rawCause,
        stack,
        badConnection);
  }

  /** The same error with the frames of DM's own stack, each a function and its place. */
  public DmError withStack(List<String> frames) {
    return new DmError(code, kind, scope, level, getMessage(), rawCause, frames, badConnection);
  }

  /** The same error, marked as a broken connection that relay tries once more. */
  public DmError asBadConnection() {
    return new DmError(code, kind, scope, level, getMessage(), rawCause, stack, true);
  }

  public int code() {
    return code;
  }

  public String rawCause() {
    return rawCause;
  }

  public boolean isBadConnection() {
    return badConnection;
  }

  /** What Go's {@code err.Error()} gives: code, class, scope and level, then the message. */
  public String error() {
    return String.format(
        "[code=%d:class=%s:scope=%s:level=%s] %s",
        code, kind.text, scope.text, level.text, getMessage());
  }

  /** What {@code errors.ErrorStack} gives: {@link #error} and the frames behind it. */
  public String errorStack() {
    return stack.isEmpty() ? error() : error() + "\n" + String.join("\n", stack);
  }

  /** The error inside a unit's result. */
  public ObjectNode inResult() {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("ErrCode", code);
    result.put("ErrClass", kind.number);
    result.put("ErrScope", scope.number);
    result.put("ErrLevel", level.number);
    result.put("Message", getMessage());
    result.put("RawCause", rawCause);
    return result;
  }
}
