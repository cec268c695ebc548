package dmswitch.containers;

import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/** Waits for nothing: MySqlInstance waits until the server answers, embedded or not. */
final class StartedAlready extends AbstractWaitStrategy {
  @Override
  protected void waitUntilReady() {}
}
