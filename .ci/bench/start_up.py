"""How long the smallest command of the backend takes, beside a Java hello world."""

import pathlib
import resource
import subprocess
import tempfile
import time

from bench import record

A = "30380ca5-eb75-11f1-a5c6-02fc00000001:1-2776"
B = "30380ca5-eb75-11f1-a5c6-02fc00000001:5-9"
HELLO = """final class Hello {
  public static void main(String[] args) {
    System.out.println("hello, world");
  }
}
"""
ABOUT = """`bin/dm-switch gtid contains A B` against a Java hello world, run by the same JVM as
`java -cp FOLDER Hello`, in turn. Wall time, and what both use of the processors, which other work on
the machine disturbs less."""


def add_options(_parser):
    """It has none of its own."""


def wrong_use(_options):
    """Nothing can be wrong."""
    return None


def section(_options):
    """The name of its section."""
    return "start-up"


def timed(command):
    """The seconds that a command takes, which has to succeed: on the clock, of the processors."""
    used, began = of_processors(), time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began, of_processors() - used


def of_processors():
    """The processor seconds of all commands until now."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(options, say):
    """The text of its section."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "Hello.java")
        source.write_text(HELLO)
        subprocess.run([record.java_program() + "c", "-d", folder, source], check=True)
        ours = [record.ROOT / "bin/dm-switch", "gtid", "contains", A, B]
        hello = [record.java_program(), "-cp", folder, "Hello"]
        # Once unmeasured, for what the machine reads from its disk.
        timed(ours)
        timed(hello)
        wall, used = [], []
        for number in range(options.pairs):
            (ours_took, ours_used), (theirs_took, theirs_used) = timed(ours), timed(hello)
            wall.append(record.Pair(ours_took, theirs_took))
            used.append(record.Pair(ours_used, theirs_used))
            say(f"pair {number + 1}: {ours_took:.3f} s, hello world {theirs_took:.3f} s")
    return (
        ABOUT
        + "\n\n"
        + record.table(
            record.Comparison("gtid contains, hello world: wall time", wall),
            record.Comparison("the same: processor time", used),
        )
    )
