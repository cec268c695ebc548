package dmswitch.program;

import java.lang.reflect.Method;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Lets a test wait without taking time: each of its pauses only moves the clock on. */
public final class InstantTime implements InvocationInterceptor {
  @Override
  public void interceptTestMethod(
      Invocation<Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
      throws Throwable {
    Waiting.in(new Clock(), test::proceed);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
      throws Throwable {
    Waiting.in(new Clock(), test::proceed);
  }

  /** Stands still but for pauses. */
  static final class Clock implements Time {
    private long nanos;

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void pause(Duration pause) {
      nanos += pause.toNanos();
    }
  }
}
