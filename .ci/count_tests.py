#!/usr/bin/env python3
"""Counts what the JUnit reports say: NAME FOLDER... [-- NAME FOLDER...]...

Prints a line per group, each failed or skipped test by name, and last `N passed, N failed`.
Fails on a failure, on a skipped test (a missing prerequisite is a failure here), and on a group
without any test: a run that tested nothing must not look like success.
"""

import itertools
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def groups(args):
    """The groups on the command line, each a name and its folders."""
    for is_separator, words in itertools.groupby(args, lambda word: word == "--"):
        if not is_separator:
            name, *folders = words
            yield name, [pathlib.Path(folder) for folder in folders]


def outcome(case):
    """One of passed, failed, skipped."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def main(args):
    """Prints the counts; the exit status."""
    passed = failed = 0
    for name, folders in groups(args):
        counts = {"passed": 0, "failed": 0, "skipped": 0}
        for report in sorted(itertools.chain.from_iterable(f.glob("TEST-*.xml") for f in folders)):
            for case in ElementTree.parse(report).iter("testcase"):
                result = outcome(case)
                counts[result] += 1
                if result != "passed":
                    print(f"{result}: {case.get('classname')} {case.get('name')}")
        if not sum(counts.values()):
            print(f"failed: there is no {name} test at all")
            counts["failed"] += 1
        print(f"{name}: " + ", ".join(f"{number} {word}" for word, number in counts.items()))
        passed += counts["passed"]
        failed += counts["failed"] + counts["skipped"]
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
