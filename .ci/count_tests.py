#!/usr/bin/env python3
"""Counts what the JUnit reports say, by tier, and shows where the time went.

    count_tests.py [--costs FILE] [--seconds N] --tiers TIER,... FOLDER...

Prints each failed or skipped test by name, the twenty slowest classes, the costs that the tests
wrote down, a line per tier, and last `N passed, N failed`. Fails on a failure, on a skipped test (a
missing prerequisite is a failure here), and on a tier without any test: a run that tested nothing
must not look like success.
"""

import argparse
import collections
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

TIERS = ("unit", "module", "sandbox", "integration", "e2e")
SLOWEST = 20


def tier(folder, name):
    """The tier of a test class by where its report lies and what it is called."""
    if folder.name == "surefire-reports":
        return "unit"
    if folder.name != "failsafe-reports":
        return "module"
    if name.startswith("dmswitch.sandbox."):
        return "sandbox"
    return "e2e" if name.startswith("dmswitch.e2e.") else "integration"


def outcome(case):
    """One of passed, failed, skipped."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def read(folders):
    """Each test: its tier, class, name, outcome and seconds."""
    for folder in folders:
        for report in sorted(folder.glob("TEST-*.xml")):
            for case in ElementTree.parse(report).iter("testcase"):
                name = case.get("classname") or report.stem
                seconds = float(case.get("time", "0").replace(",", ""))
                yield tier(folder, name), name, case.get("name"), outcome(case), seconds


def costs(file):
    """Lines of what the tests wrote down: kind, how often, seconds in all."""
    kinds = collections.defaultdict(lambda: [0, 0.0])
    if file and file.exists():
        for line in file.read_text().splitlines():
            kind, millis = line.split("\t")
            kinds[kind][0] += 1
            kinds[kind][1] += int(millis) / 1000
    for kind, (times, seconds) in sorted(kinds.items(), key=lambda item: -item[1][1]):
        yield "{0:8.0f} s  {1:5} times  {2}".format(seconds, times, kind)


def main(args):
    """Prints the counts; the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--costs", type=pathlib.Path)
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--tiers", default="")
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    options = parser.parse_args(args)
    counts = {name: collections.Counter() for name in TIERS}
    classes = collections.defaultdict(lambda: [0, 0.0])
    for name, class_name, test, result, seconds in read(options.folders):
        counts[name][result] += 1
        counts[name]["seconds"] += seconds
        classes[class_name][0] += 1
        classes[class_name][1] += seconds
        if result != "passed":
            print("{0}: {1} {2}".format(result, class_name, test))
    missing = [t for t in options.tiers.split(",") if t and not sum(counts[t].values())]
    for name in missing:
        print("failed: there is no test at all of the tier {0}".format(name))
    print("slowest classes (their own time; two or more run side by side):")
    slowest = sorted(classes.items(), key=lambda item: -item[1][1])[:SLOWEST]
    for class_name, (tests, seconds) in slowest:
        print("{0:8.0f} s  {1:5} tests  {2}".format(seconds, tests, class_name))
    lines = list(costs(options.costs))
    if lines:
        print("where it goes (kinds overlap: a cluster's start has those of its servers):")
        print("\n".join(lines))
    for name in TIERS:
        if counts[name]:
            print(
                "{0}: {1[passed]} passed, {1[failed]} failed, {1[skipped]} skipped, "
                "{1[seconds]:.0f} s of tests".format(name, counts[name])
            )
    if options.seconds is not None:
        print("time in all: {0} min {1} s".format(*divmod(options.seconds, 60)))
    passed = sum(count["passed"] for count in counts.values())
    failed = sum(count["failed"] + count["skipped"] for count in counts.values()) + len(missing)
    print("{0} passed, {1} failed".format(passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
