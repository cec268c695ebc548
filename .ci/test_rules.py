"""docs/rules.md has each rule once, with reason, code and tests that are there; citations lead to one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "docs" / "rules.md"
CITED = re.compile(r"\brules?\s+(?:\*\s+)?(\d+)(?:\s+and\s+(\d+))?")
SOURCES = (
    "java/src/**/*.java",
    "sandbox/src/**/*.java",
    "java/src/main/resources/**/*.py",
    "ansible/**/*.py",
    "ansible/**/*.yml",
    "docs/*.md",
    "README.md",
)


def sections():
    parts = re.split(r"^## Rule (\d+): .+$", RULES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return list(zip(map(int, parts[1::2]), parts[2::2]))


def classes(text):
    return re.findall(r"`([A-Z][A-Za-z0-9]+)`", text)


def line(section, name):
    """What comes after `- name:`, with the lines that belong to it."""
    found = re.search(r"^- %s: (.+?)(?=^- |\Z)" % name, section, re.MULTILINE | re.DOTALL)
    return found.group(1) if found else ""


def names_below(folder):
    return {path.stem for path in (ROOT / folder).rglob("*.java")}


def test_there_are_twelve_in_their_order():
    assert [number for number, text in sections()] == list(range(1, 13))


@pytest.mark.parametrize("number, text", sections())
def test_each_has_a_reason_and_names_code_and_tests(number, text):
    assert line(text, "Reason")
    code, tests = classes(line(text, "Code")), classes(line(text, "Tests"))
    assert code and set(code) <= names_below("java/src/main/java")
    assert tests and set(tests) <= names_below("java/src/test/java") | names_below("sandbox/src/test/java")


def test_what_is_cited_is_there():
    known = {str(number) for number, text in sections()}
    cited = 0
    for pattern in SOURCES:
        for path in ROOT.glob(pattern):
            for found in CITED.finditer(path.read_text(encoding="utf-8")):
                numbers = {number for number in found.groups() if number}
                assert numbers <= known, "%s cites %s" % (path, found.group())
                cited += 1
    assert cited > 30
