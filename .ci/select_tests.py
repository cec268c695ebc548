#!/usr/bin/env python3
"""Finds the tests that `./dev test ARGS` runs: select_tests.py FILE [unit | fast | NAME...].

Writes the names of their classes (of Python: files without .py) to FILE, a line each, for
count_tests.py, and prints three lines: unit tests, integration tests, Python files. A line is
empty for none, * for all, else a list with commas, as Maven's options test and it.test want it.
A NAME is a Java test class, CLASS#METHOD, or a Python test file; it may have wildcards. Without
arguments all are chosen. Exits with 2 when a NAME matches nothing.
"""

import difflib
import fnmatch
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
KINDS = {
    "unit": ["java/src/test/java/**/*Test.java", "sandbox/src/test/java/**/*Test.java"],
    "integration": ["java/src/test/java/**/*IT.java", "sandbox/src/test/java/**/*IT.java"],
    "module": ["ansible/tests/unit/test_*.py", ".ci/test_*.py"],
}


class Unknown(Exception):
    """A name that matches no test."""


def all_tests(root=ROOT):
    """Of each kind a dict from the name to the file."""
    return {
        kind: {path.stem: path for pattern in patterns for path in sorted(root.glob(pattern))}
        for kind, patterns in KINDS.items()
    }


def fast_names(root=ROOT):
    """The lines of .ci/fast."""
    lines = (line.strip() for line in (root / ".ci/fast").read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def has_method(path, method):
    """Whether the class in the file declares a test method that matches."""
    return any(
        fnmatch.fnmatchcase(name, method)
        for name in re.findall(r"^\s+(?:public )?void (\w+)\(", path.read_text(), re.MULTILINE)
    )


def find(name, tests):
    """Yields kind, class name and Maven's word for each test that the name matches."""
    wanted, _, method = name.partition("#")
    stem = re.sub(r"\.(java|py)$", "", wanted).rpartition("/")[2].rpartition(".")[2]
    matches = [
        (kind, each)
        for kind, names in tests.items()
        for each in fnmatch.filter(names, stem)
        if not method or has_method(names[each], method)
    ]
    if not matches:
        known = [each for names in tests.values() for each in names]
        near = difflib.get_close_matches(stem, known, n=4, cutoff=0.5)
        near += [each for each in known if stem.lower() in each.lower() and each not in near][:4]
        if stem in known:
            raise Unknown(f"{stem} has no test {method}")
        raise Unknown(f"no test is named {name}" + (f"; near: {', '.join(near)}" if near else ""))
    for kind, each in matches:
        yield kind, each, f"{each}#{method}" if method else each


def choose(args, tests, fast):
    """Of each kind a pair: the words for the runner (* is all), the names of the classes."""
    whole = {"unit": ["unit"], "fast": ["unit", "module"]}
    if not args:
        chosen = {kind: (["*"], list(names)) for kind, names in tests.items()}
        names = []
    elif len(args) == 1 and args[0] in whole:
        chosen = {kind: ([], []) for kind in tests}
        chosen |= {kind: (["*"], list(tests[kind])) for kind in whole[args[0]]}
        names = []
        if args[0] == "fast":
            names = [name for name in fast if not name.startswith("-")]
            left_out = {name[1:] for name in fast if name.startswith("-")}
            missing = sorted(left_out - set(tests["module"]))
            if missing:
                raise Unknown(f"no Python test file is named {', '.join(missing)}")
            modules = [name for name in tests["module"] if name not in left_out]
            chosen["module"] = (modules, list(modules))
    else:
        chosen = {kind: ([], []) for kind in tests}
        names = args
    for name in names:
        for kind, each, word in find(name, tests):
            if word not in chosen[kind][0]:
                chosen[kind][0].append(word)
            if each not in chosen[kind][1]:
                chosen[kind][1].append(each)
    return chosen


def main(args):
    """Prints the three lines; the exit status."""
    file, *names = args
    tests = all_tests()
    try:
        chosen = choose(names, tests, fast_names())
    except Unknown as problem:
        print(
            f"dev: {problem}\n  wanted: unit, fast, or names of test classes (CLASS#METHOD for one"
            " test) or Python test files\n  next: correct the name; ./dev help lists the forms",
            file=sys.stderr,
        )
        return 2
    classes = [each for _, found in chosen.values() for each in found]
    pathlib.Path(file).write_text("".join(f"{each}\n" for each in classes))
    print(",".join(chosen["unit"][0]))
    print(",".join(chosen["integration"][0]))
    print(",".join(str(tests["module"][each].relative_to(ROOT)) for each in chosen["module"][1]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
