"""What chooses, counts and times the tests."""

import os
import pathlib
import subprocess

import count_tests
import pytest
import reports
import select_tests
import slowest

JAVA = """<testsuite name="dmswitch.e2e.AIT" time="1,012.5">
<testcase classname="dmswitch.e2e.AIT" name="a" time="3"/>
<testcase classname="dmswitch.e2e.AIT$Nested" name="b" time="1"><failure/></testcase>
</testsuite>"""
PYTHON = """<testsuites><testsuite name="pytest" time="99">
<testcase classname="unit.test_a" name="a" time="1"/>
<testcase classname="unit.test_b.TestIt" name="b" time="2"><skipped/></testcase>
</testsuite></testsuites>"""


@pytest.fixture(name="run")
def _run(tmp_path):
    for kind, text in ("integration", JAVA), ("module", PYTHON):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "TEST-x.xml").write_text(text)
    return reports.read({kind: [tmp_path / kind] for kind in ("module", "integration")})


@pytest.fixture(name="tests")
def _tests(tmp_path):
    file = tmp_path / "RollbackIT.java"
    file.write_text("  void there() {\n  }\n")
    return {
        "unit": {"GtidSetTest": pathlib.Path("GtidSetTest.java")},
        "integration": {"RollbackIT": file, "RefusalIT": file},
        "module": {"test_rollback": pathlib.Path("test_rollback.py")},
    }


def test_counts_by_tier_and_nothing_is_skipped_silently(run):
    told, good = count_tests.lines(run[0], ["AIT", "test_a", "test_b", "GoneTest"], 125)
    assert told == [
        "skipped: test_b b",
        "failed: AIT b",
        "failed: GoneTest has not run",
        "module: 1 passed, 0 failed, 1 skipped",
        "end to end: 1 passed, 1 failed, 0 skipped",
        "in 2 min 5 s",
        "2 passed, 3 failed",
    ]
    assert not good


def test_no_test_is_no_success():
    assert count_tests.lines([], [], 1) == (
        ["failed: no test was chosen", "in 0 min 1 s", "0 passed, 1 failed"],
        False,
    )


def test_the_slowest_with_what_they_spent(run):
    text = "cluster start\t2500\tAIT\nwait\t100\tAIT\nwait\t200\t-\n"
    told = [line.split() for line in slowest.lines(*run, text, 2)]
    assert told[2] == ["AIT", "(end", "to", "end)", "1012.5", "2", "2.5", "0.1"]
    assert told[3] == ["test_b", "(module)", "2.0", "1"]
    assert ["wait", "2", "0.3"] in told
    assert ["module", "tests", "2", "3.0"] in told


def test_names_of_every_kind(tests):
    chosen = select_tests.choose(
        ["GtidSetTest.java", "R*IT#th*", "a/test_rollback.py"], tests, ["RefusalIT"]
    )
    assert chosen == {
        "unit": (["GtidSetTest"], ["GtidSetTest"]),
        "integration": (["RollbackIT#th*", "RefusalIT#th*"], ["RollbackIT", "RefusalIT"]),
        "module": (["test_rollback"], ["test_rollback"]),
    }


def test_tiers(tests):
    assert select_tests.choose(["unit"], tests, [])["module"] == ([], [])
    fast = select_tests.choose(["fast"], tests, ["RefusalIT"])
    assert fast["integration"] == (["RefusalIT"], ["RefusalIT"])
    assert fast["unit"] == (["*"], ["GtidSetTest"])
    assert select_tests.choose([], tests, [])["integration"] == (["*"], ["RollbackIT", "RefusalIT"])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("RolbackIT", "no test is named RolbackIT; near: RollbackIT"),
        ("RollbackIT#back", "RollbackIT has no test back"),
        ("zzz", "no test is named zzz"),
    ],
)
def test_unknown_name(tests, name, told):
    with pytest.raises(select_tests.Unknown) as raised:
        select_tests.choose([name], tests, [])
    assert str(raised.value).startswith(told)


def test_fast_leaves_out_module_tests(tests):
    tests["module"]["test_package"] = pathlib.Path("test_package.py")
    fast = select_tests.choose(["fast"], tests, ["-test_package"])
    assert fast["module"] == (["test_rollback"], ["test_rollback"])
    assert fast["integration"] == ([], [])
    whole = select_tests.choose([], tests, ["-test_package"])
    assert whole["module"][1] == ["test_rollback", "test_package"]
    with pytest.raises(select_tests.Unknown, match="named test_gone"):
        select_tests.choose(["fast"], tests, ["-test_gone"])


def test_what_fast_names_is_there():
    select_tests.choose(["fast"], select_tests.all_tests(), select_tests.fast_names())


@pytest.mark.parametrize("docker", [None, "echo no daemon >&2; exit 1"])
def test_without_a_docker_engine_the_container_tests_say_so(tmp_path, docker):
    """Whether docker is missing or its engine: no engine is at the address either."""
    for program in ("bash", "dirname", "readlink"):
        (tmp_path / program).symlink_to(subprocess.getoutput("command -v " + program))
    if docker:
        (tmp_path / "docker").write_text("#!/bin/sh\n" + docker + "\n")
        (tmp_path / "docker").chmod(0o755)
    dev = pathlib.Path(__file__).parent.parent / "dev"
    run = subprocess.run(
        [dev, "test", "containers"],
        env={"PATH": str(tmp_path), "HOME": os.environ["HOME"]},
        text=True,
        capture_output=True,
        check=False,
    )
    assert run.returncode == 3, run.stderr
    for word in ("no Docker engine answers", "wanted: an engine", "next: start it", "./dev test"):
        assert word in run.stderr
