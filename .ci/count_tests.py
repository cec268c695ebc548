#!/usr/bin/env python3
"""Counts what a run of `./dev test` has tested: count_tests.py SELECTED SECONDS.

SELECTED lists the classes that had to run, a line each (select_tests.py writes it); SECONDS is
the time of the whole run. Prints a line per tier, each failed or skipped test by name, and last
`N passed, N failed`. A skipped test (a missing prerequisite is a failure here) and a class of
which no test has run count as failed: a run that tested nothing must not look like success.
"""

import pathlib
import sys

import reports


def lines(cases, selected, seconds):
    """What is printed, and whether all passed."""
    told, passed, failed = [], 0, 0
    for case in cases:
        if case.outcome != "passed":
            told.append(f"{case.outcome}: {case.test_class} {case.name}")
    missing = [name for name in selected if name not in {case.test_class for case in cases}]
    told += [f"failed: {name} has not run" for name in missing]
    for tier in reports.TIERS:
        outcomes = [case.outcome for case in cases if case.tier == tier]
        if outcomes:
            counts = {word: outcomes.count(word) for word in ("passed", "failed", "skipped")}
            told.append(f"{tier}: " + ", ".join(f"{n} {word}" for word, n in counts.items()))
            passed += counts["passed"]
            failed += counts["failed"] + counts["skipped"]
    if not selected and not cases:
        told.append("failed: no test was chosen")
        failed += 1
    failed += len(missing)
    told.append(f"in {seconds // 60} min {seconds % 60} s")
    told.append(f"{passed} passed, {failed} failed")
    return told, not failed


def main(args):
    """Prints the counts; the exit status."""
    selected = pathlib.Path(args[0]).read_text().split()
    told, good = lines(reports.read(reports.FOLDERS)[0], selected, int(args[1]))
    print("\n".join(told))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
