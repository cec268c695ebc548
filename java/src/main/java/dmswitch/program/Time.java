package dmswitch.program;

import java.time.Duration;

/** The time that passes while something is awaited. */
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

  /** Returns nanoseconds since some fixed moment; only their differences have a meaning. */
  long nanos();

  /** Returns when this pause is over. */
  void pause(Duration pause) throws InterruptedException;
}
