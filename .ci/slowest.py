#!/usr/bin/env python3
"""Tells where the time of a run of `./dev test` went: slowest.py COSTS [NUMBER].

COSTS is a file of lines `kind, milliseconds, test class` with tabs between, as Costs of the
sandbox writes them; it may be missing. Prints the NUMBER (20) slowest classes with what each
spent on what, then the sums.
"""

import collections
import pathlib
import sys

import reports

# In this order; their meaning is in Costs and docs/testing.md.
KINDS = ["cluster start", "MySQL start", "playbook run", "backend call", "JVM start", "wait"]


def costs(text):
    """Of each class the seconds by kind, and of each kind how many."""
    by_class = collections.defaultdict(lambda: collections.defaultdict(float))
    numbers = collections.Counter()
    for line in text.splitlines():
        kind, millis, test_class = line.split("\t")
        by_class[test_class][kind] += int(millis) / 1000
        numbers[kind] += 1
    return by_class, numbers


def table(rows):
    """Lines with the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join([row[0].ljust(widths[0])] + [w.rjust(n) for w, n in zip(row[1:], widths[1:])])
        for row in rows
    ]


def lines(cases, seconds, text, number):
    """What is printed."""
    by_class, numbers = costs(text)
    tests = collections.Counter((case.tier, case.test_class) for case in cases)
    slowest = sorted(seconds, key=seconds.get, reverse=True)[:number]
    rows = [["seconds", "all", "tests", *KINDS]]
    for tier, name in slowest:
        spent = by_class.get(name, {})
        rows.append(
            [f"{name} ({tier})", f"{seconds[tier, name]:.1f}", str(tests[tier, name])]
            + [f"{spent[kind]:.1f}" if spent.get(kind) else "" for kind in KINDS]
        )
    told = [f"the {len(slowest)} slowest of {len(seconds)} classes:", *table(rows), ""]
    sums = [["where the time goes", "number", "seconds"]]
    for kind in KINDS:
        total = sum(spent.get(kind, 0) for spent in by_class.values())
        sums.append([kind, str(numbers[kind]), f"{total:.1f}"])
    for tier in reports.TIERS:
        of_tier = [key for key in seconds if key[0] == tier]
        if of_tier:
            total = sum(seconds[key] for key in of_tier)
            sums.append([f"{tier} tests", str(sum(tests[key] for key in of_tier)), f"{total:.1f}"])
    return told + table(sums)


def main(args):
    """Prints the tables."""
    file = pathlib.Path(args[0])
    text = file.read_text() if file.exists() else ""
    number = int(args[1]) if len(args) > 1 else 20
    print("\n".join(lines(*reports.read(reports.FOLDERS), text, number)))


if __name__ == "__main__":
    main(sys.argv[1:])
