"""The backend on a DM control machine that is another one."""

import importlib
import json
import pathlib
import sys

import pytest
import yaml
from ansible.module_utils import basic
from harness import COLLECTION, JAR, run_playbook, succeed

from ansible_collections.dmswitch.upstream.plugins.action import step

VARIABLES = dict(
    dm_ansible_dir="/home/tidb/dm-ansible",
    dm_worker="dm_worker1",
    new_mysql_host="10.0.1.12",
    new_mysql_port=3306,
    dm_control="elsewhere",
)


def run_over_there(stub, home, variables, *args):
    """Runs preflight.yml with a host that only its own connection plugin reaches."""
    inventory = home / "hosts"
    inventory.write_text(
        f"elsewhere ansible_connection=elsewhere ansible_python_interpreter={sys.executable}\n"
    )
    return run_playbook(
        "preflight.yml",
        dict(VARIABLES, **variables),
        "-i",
        str(inventory),
        *args,
        stub=stub,
        HOME=str(home),
        ANSIBLE_CONNECTION_PLUGINS=str(COLLECTION / "tests" / "unit" / "connection"),
    )


def preflight(stub, home, *args):
    """Runs the pre-flight over there; the jar that was run."""
    stub.answers({"preflight": succeed(changed=False)})
    run = run_over_there(stub, home, {}, *args)
    assert run.returncode == 0, run.stdout
    argv = stub.calls()[-1]["argv"]
    return pathlib.Path(argv[argv.index("-jar") + 1]), run.stdout


def test_the_jar_is_copied_once_even_in_check_mode(stub, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    jar, first = preflight(stub, home, "--check")
    assert jar.parent == home / ".cache" / "dm-switch"
    assert jar.read_bytes() == JAR.read_bytes()
    assert "copying the backend" in first
    again, second = preflight(stub, home)
    assert again == jar
    assert "copying the backend" not in second
    assert list(jar.parent.iterdir()) == [jar]
    # Our own Python environment is nothing that the backend could know there.
    assert {call["environment"].get("VIRTUAL_ENV") for call in stub.calls()} == {None}


@pytest.mark.parametrize("dm_control", ["elsewhere", "localhost"])
def test_what_dm_ansible_args_hold_is_not_shown(stub, tmp_path, dm_control):
    variables = dict(dm_ansible_args=["--become", "-e", "ansible_become_pass=hidden-word"])
    said = dict(found="with --become: hidden-word", wanted="", next="", exit_code="wrong_use")
    stub.answers({"preflight": dict(succeed(problem=said), status=2)})
    home = tmp_path / "home"
    home.mkdir()
    # Of what is on its own command line Ansible shows all.
    given = tmp_path / "given.json"
    given.write_text(json.dumps(variables))
    args = ["-e", "@" + str(given), "-vvvvv"]
    stdout = run_over_there(stub, home, dict(dm_control=dm_control), *args).stdout
    assert "with --become" in stdout
    # The stub says a word of it that it alone knows to be one.
    assert "ansible_become_pass=hidden-word" not in stdout


def test_a_python_that_is_too_old_over_there_is_told_of(stub, tmp_path):
    python = tmp_path / "python"
    python.write_text(
        "#!/bin/sh\necho 'SyntaxError: future feature annotations is not defined' >&2\nexit 1\n"
    )
    python.chmod(0o755)
    inventory = tmp_path / "hosts"
    inventory.write_text(
        f"far ansible_connection=elsewhere ansible_python_interpreter={python}\n"
    )
    run = run_playbook(
        "preflight.yml",
        dict(VARIABLES, dm_control="far"),
        "-i",
        str(inventory),
        stub=stub,
        HOME=str(tmp_path),
        ELSEWHERE_PYTHON="its own",
        ANSIBLE_CONNECTION_PLUGINS=str(COLLECTION / "tests" / "unit" / "connection"),
    )
    assert run.returncode == 2
    assert "found:  the Python on far is too old" in run.stdout
    assert "future feature annotations" in run.stdout
    assert "next:   set ansible_python_interpreter of that host" in run.stdout
    assert "deserialization" not in run.stdout
    assert stub.calls() == []


@pytest.mark.parametrize(("said", "oldest"), [(True, "3.6"), ((3, 9), "3.9"), (None, "3.6")])
def test_the_oldest_python_is_known_of_each_ansible_core(monkeypatch, said, oldest):
    # Up to 2.16 a truth value, since 2.17 a version.
    monkeypatch.setattr(basic, "_PY_MIN", said)
    assert importlib.reload(step).oldest_python() == oldest


def test_only_here_the_backend_is_told_of_our_own_python_environment(stub):
    stub.answers({"preflight": succeed(changed=False)})
    run_playbook("preflight.yml", dict(VARIABLES, dm_control="localhost"), stub=stub)
    assert stub.calls()[0]["environment"]["VIRTUAL_ENV"] == sys.prefix


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """An inventory with a group of two hosts, and one of one."""
    path = tmp_path_factory.mktemp("pair") / "hosts"
    path.write_text(
        "[two]\nfirst\nsecond\n[one]\nsecond\n[all:vars]\nansible_connection=local\n"
        f"ansible_python_interpreter={sys.executable}\n"
    )
    return str(path)


@pytest.mark.parametrize(
    "dm_control, inventory, limit, said",
    [
        ("two", True, None, "is two, a group of 2 hosts"),
        ("localhost", True, "second", "--limit second leaves out localhost"),
        ("first", True, "second", "--limit second leaves out first"),
        ("first", True, "two:!first", "leaves out first"),
        ("localhost", False, "second", "--limit second leaves out localhost"),
        ("third", True, "second", "third is not in the inventory"),
        ("third", False, "third", "third is not in the inventory"),
    ],
)
def test_a_run_that_would_do_nothing_or_too_much_fails(
    stub, pair, dm_control, inventory, limit, said
):
    args = (["-i", pair] if inventory else []) + (["--limit", limit] if limit else [])
    run = run_playbook("preflight.yml", dict(VARIABLES, dm_control=dm_control), *args, stub=stub)
    assert run.returncode != 0
    assert said in " ".join(run.stdout.split())
    assert stub.calls() == []


@pytest.mark.parametrize(
    "dm_control, limit",
    [("first", None), ("one", None), ("", None), (None, None), ("second", "two")],
)
def test_the_backend_is_called_once_on_the_one_host(stub, pair, dm_control, limit):
    stub.answers({"preflight": succeed(changed=False)})
    args = ["-i", pair] + (["--limit", limit] if limit else [])
    run = run_playbook("preflight.yml", dict(VARIABLES, dm_control=dm_control), *args, stub=stub)
    assert run.returncode == 0, run.stdout
    assert stub.steps() == ["preflight"]


def test_every_playbook_requires_the_one_host():
    for path in sorted((COLLECTION / "playbooks").glob("*.yml")):
        plays = yaml.safe_load(path.read_text())
        if "hosts" in plays[0]:
            assert "dmswitch.upstream.control_host(groups" in plays[-1]["hosts"], path
