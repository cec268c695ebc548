"""Draws docs/switch.svg from what a real run of ./dev demo prints, on stdin."""

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

FILE = Path(__file__).resolve().parent.parent / "docs/switch.svg"
WIDTH = 110
# The demo's scratch folder, and what only a checkout has.
SHOWN = (
    (re.compile(r"(?<==)\S*/dm-switch-demo-\d+/|/\S*/dm-switch-demo-\d+/"), "/home/tidb/"),
    (re.compile(r"\S+/\.venv/bin/ansible-playbook"), "ansible-playbook"),
    (re.compile(r" -e dm_ansible_playbook=\S+"), ""),
    (re.compile(r"dmswitch\.upstream\.\w+ : "), ""),
    (re.compile(r" \*+$", re.MULTILINE), ""),
)
# Tasks and lines that a reader of the picture need not see.
TASKS_LEFT_OUT = re.compile(r"(PLAY|TASK) \[(?!Step \d)")
LINES_LEFT_OUT = re.compile(r"^  as JSON|^          settings ")
PASSED = re.compile(r"^  ok      \w+: ")
PASSED_SHOWN = 3


def run_of(output):
    """The command, and what it prints up to the recap."""
    lines = output.splitlines()
    first = next(i for i, line in enumerate(lines) if line.lstrip().startswith("$ "))
    last = next(i for i, line in enumerate(lines) if line.startswith("PLAY RECAP"))
    return "\n".join([lines[first].strip(), *lines[first + 1 : last]])


def lines_of(task):
    """Most of the checks that pass are counted only."""
    passed = 0
    for line in task.splitlines():
        passed += bool(PASSED.match(line))
        if PASSED.match(line) and passed > PASSED_SHOWN:
            continue
        if line.startswith("  plan ") and passed > PASSED_SHOWN:
            yield "  ok      and %d more checks" % (passed - PASSED_SHOWN)
        if not LINES_LEFT_OUT.match(line):
            yield line


def picture(output):
    """What is drawn, with its colours."""
    text = run_of(output)
    for pattern, shown in SHOWN:
        text = pattern.sub(shown, text)
    tasks = [task for task in text.split("\n\n") if not TASKS_LEFT_OUT.match(task)]
    return "\n\n".join("\n".join(lines_of(task)) for task in tasks)


def main():
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(picture(sys.stdin.read())))
    console.save_svg(str(FILE), title="ansible-playbook switch-upstream.yml", unique_id="switch")


if __name__ == "__main__":
    main()
