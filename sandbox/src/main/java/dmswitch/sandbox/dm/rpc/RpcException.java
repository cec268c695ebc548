package dmswitch.sandbox.dm.rpc;

/** What gRPC reports in place of an answer; the message is its text. */
public final class RpcException extends Exception {
  private static final long serialVersionUID = 1L;

  public RpcException(String message) {
    super(message);
  }
}
