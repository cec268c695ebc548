"""Reads the JUnit reports of a run of `./dev test`."""

import itertools
import pathlib
import re
import xml.etree.ElementTree as ElementTree
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUN = ROOT / ".cache/test-reports"
FOLDERS = {
    "unit": [ROOT / "sandbox/target/surefire-reports", ROOT / "java/target/surefire-reports"],
    "module": [RUN],
    "integration": [ROOT / "java/target/failsafe-reports"],
}
TIERS = ["unit", "module", "contract", "integration", "end to end"]


class Case(NamedTuple):
    """A test that ran.

    tier is one of TIERS; test_class is a Java class without its package or a Python file without
    .py; outcome is one of passed, failed, skipped; seconds are those of the test itself.
    """

    tier: str
    test_class: str
    name: str
    outcome: str
    seconds: float


def outcome(case):
    """One of passed, failed, skipped."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def tier(kind, class_name):
    """Of an integration test by its package; else its kind."""
    if kind != "integration":
        return kind
    if ".e2e." in class_name:
        return "end to end"
    return "contract" if ".contract." in class_name else kind


def short(class_name):
    """The Java class without package and nested classes, or the Python file."""
    python = re.search(r"(?:^|\.)(test_\w+)", class_name)
    return python.group(1) if python else class_name.rpartition(".")[2].partition("$")[0]


def number(seconds):
    """Surefire writes 1,234.5 from a thousand on."""
    return float(seconds.replace(",", ""))


def read(folders):
    """The cases, and the seconds of each class with what it sets up, by (tier, class)."""
    cases, seconds = [], {}
    for kind, places in folders.items():
        for report in sorted(itertools.chain.from_iterable(p.glob("TEST-*.xml") for p in places)):
            root = ElementTree.parse(report).getroot()
            for suite in [root] if root.tag == "testsuite" else root.iter("testsuite"):
                found = [
                    Case(
                        tier(kind, case.get("classname")),
                        short(case.get("classname")),
                        case.get("name"),
                        outcome(case),
                        number(case.get("time")),
                    )
                    for case in suite.iter("testcase")
                ]
                cases += found
                times = {}
                for case in found:
                    key = (case.tier, case.test_class)
                    times[key] = times.get(key, 0) + case.seconds
                if len(times) == 1:
                    # Of Java one suite is one class; its time has @BeforeAll in it.
                    times = {key: number(suite.get("time")) for key in times}
                for key, took in times.items():
                    seconds[key] = seconds.get(key, 0) + took
    return cases, seconds
