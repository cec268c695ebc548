"""Writes what a benchmark has measured into docs/benchmarks.md, beside the other benchmarks."""

import collections
import datetime
import os
import pathlib
import platform
import re
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FILE = ROOT / "docs/benchmarks.md"
LEAST = 5
HEADER = """| compared | ours | theirs | ratio | from, to | pairs |
|---|---|---|---|---|---|"""


class TooFewPairs(Exception):
    """Of so few one disturbed pair would make the figure."""

    def __init__(self, name, number):
        super().__init__(f"{name}: {number} pairs were measured; wanted: at least {LEAST}")


class Pair(collections.namedtuple("Pair", "ours theirs")):
    """Two times in seconds, measured one right after the other."""

    def __new__(cls, ours, theirs):
        if ours <= 0 or theirs <= 0:
            raise ValueError(f"not a time: {ours} s against {theirs} s")
        return super().__new__(cls, ours, theirs)

    @property
    def ratio(self):
        """How many times theirs takes ours."""
        return self.ours / self.theirs


def told(seconds):
    """A time for the operator."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds:.3f} s"


class Comparison:
    """What the pairs say together."""

    def __init__(self, name, pairs):
        self.name = name
        self.pairs = pairs

    def row(self):
        """A row below HEADER: the medians, the median of the pairs' ratios, and how far these are."""
        if len(self.pairs) < LEAST:
            raise TooFewPairs(self.name, len(self.pairs))
        ratios = [pair.ratio for pair in self.pairs]
        ours = statistics.median(pair.ours for pair in self.pairs)
        theirs = statistics.median(pair.theirs for pair in self.pairs)
        return (
            f"| {self.name} | {told(ours)} | {told(theirs)} | **{statistics.median(ratios):.2f}** |"
            f" {min(ratios):.2f} to {max(ratios):.2f} | {len(self.pairs)} |"
        )


def table(*comparisons):
    """All of a benchmark."""
    return "\n".join([HEADER] + [comparison.row() for comparison in comparisons])


def replaced(text, name, body):
    """The text with a section `## NAME` that says just the body; other sections stay."""
    sections = [[]]
    fenced = False
    for line in text.rstrip("\n").split("\n"):
        fenced ^= line.startswith("```")
        if line.startswith("## ") and not fenced:
            sections.append([])
        sections[-1].append(line)
    new = [f"## {name}", "", *body.strip("\n").split("\n")]
    places = [i for i, section in enumerate(sections) if section and section[0] == new[0]]
    if places:
        sections[places[0]] = new
    else:
        sections.append(new)
    return "\n\n".join("\n".join(section).strip("\n") for section in sections) + "\n"


def write(file, name, body, where):
    """Replaces one section of the file; where has the words of surroundings()."""
    text = file.read_text(encoding="utf-8")
    text = replaced(text, name, ", ".join(where) + "\n\n" + body)
    file.write_text(text, encoding="utf-8")


def surroundings():
    """Machine, commit and date, as words; the load is what others had it do before."""
    return [
        processors(),
        memory(),
        f"{platform.system()} {platform.release()}",
        java(),
        f"commit {commit()}",
        f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC",
        f"load {os.getloadavg()[0]:.1f} before",
    ]


def processors():
    """How many this process may use, and their model."""
    number = len(os.sched_getaffinity(0))
    model = re.search(r"^model name\s*:\s*(.*)$", _read("/proc/cpuinfo"), re.MULTILINE)
    name = re.sub(r"\s+", " ", model[1]) if model else platform.machine()
    return f"{number} processor{'s' if number > 1 else ''} ({name})"


def memory():
    """All that the machine has."""
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GB"


def java():
    """The version of the one that is used."""
    version = _output([java_program(), "-version"], stderr=subprocess.STDOUT)
    return "Java " + (re.search(r'"([^"]+)"', version) or ["", "unknown"])[1]


def java_program():
    """As ./dev and bin/dm-switch look for it."""
    home = os.environ.get("JAVA_HOME")
    return os.path.join(home, "bin/java") if home else "java"


def commit():
    """What was measured."""
    name = _output(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]).strip() or "unknown"
    changes = ["status", "--porcelain", "--", ".", f":!{FILE.relative_to(ROOT)}"]
    return name + (" with changes" if _output(["git", "-C", str(ROOT), *changes]) else "")


def _output(command, stderr=subprocess.DEVNULL):
    try:
        return subprocess.run(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, check=False
        ).stdout
    except OSError:
        return ""


def _read(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
