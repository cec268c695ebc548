package dmswitch.program;

import java.time.Duration;

/** The clock and the pauses of a wait. */
public interface Time {
  /** The clock of this machine. */
  Time REAL =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void pause(Duration pause) throws InterruptedException {
          Thread.sleep(pause.toMillis());
        }
      };

  /** Returns nanoseconds since some fixed moment. Only differences are meaningful. */
  long nanos();

  /** Pauses, and returns afterwards. */
  void pause(Duration pause) throws InterruptedException;
}
