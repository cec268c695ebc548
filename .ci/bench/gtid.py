"""How fast GTID sets are, beside zendesk's and MySQL's own functions; measured by JMH."""

import subprocess
import sys

from bench import record

JAR = record.ROOT / "benchmarks/target/dm-switch-benchmarks.jar"
FIRST = "Two texts of servers x intervals"
ABOUT = """Our GTID sets against MySQL's `GTID_SUBSET` in real servers, and against zendesk's
library. JMH's iterations stand in place of pairs; in the columns with a slash, below 1 is faster than
theirs."""


def run(options):
    """Runs JMH with its own options; its exit status, and the tables that it ends with."""
    lines = []
    command = [record.java_program(), "-jar", JAR, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as jmh:
        for line in jmh.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            if lines or line.startswith(FIRST):
                lines.append(line)
    return jmh.returncode, "".join(lines)


def main(options):
    """The exit status. With options it is not the whole, so that nothing is written down."""
    surroundings = record.surroundings()
    status, tables = run(options)
    if status == 0 and tables and not options:
        body = f"{ABOUT}\n\n```\n{tables.strip()}\n```"
        record.write(record.FILE, "gtid", body, surroundings)
    return status
