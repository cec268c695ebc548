"""What a module makes of the backend's answers, its version and the Java that is there."""

import json
import os
import subprocess

import conftest
import pytest
from harness import JAR, fake_jar, refuse, run_module, succeed

from ansible_collections.dmswitch.upstream.plugins.module_utils import backend

SWITCH = dict(
    dm_ansible_dir="/home/tidb/dm-ansible",
    dm_worker="dm_worker1",
    new_mysql_host="10.0.1.12",
    new_mysql_port=3306,
)


def run(stub, name="plan", check_mode=False, **options):
    """Runs a module with a jar of our version."""
    jar = fake_jar(stub.home / "dm-switch.jar", backend.VERSION)
    return run_module(name, dict(SWITCH, backend_jar=jar, **options), stub, check_mode)


def test_the_request_holds_every_option_and_no_other(stub):
    run(stub, check_mode=True, task_files=["a", "b"], new_mysql_port="x1", run_id="r")
    [call] = stub.calls()
    assert call["words"] == ["plan", "written"]
    assert call["request"] == dict(
        SWITCH,
        new_mysql_port="x1",
        task_files=["a", "b"],
        run_id="r",
        new_mysql_ssl_mode="preferred",
        dm_ansible_playbook="ansible-playbook",
        dm_ansible_args=[],
        dmctl="dmctl/dmctl",
        scenario="address",
        flush_binary_logs="auto",
        catch_up_timeout=300,
        drain_timeout=120,
        upgrade_timeout=900,
        relay_timeout=120,
        start_timeout=120,
        verify_timeout=120,
        check_mode=True,
    )


@pytest.mark.parametrize(
    "name, options, words",
    [
        ("preflight", {}, ["preflight"]),
        ("plan", {}, ["plan", "written"]),
        ("binary_logs", {"server": "new"}, ["binary_logs", "flushed"]),
        ("relay", {"state": "fenced"}, ["relay", "fenced"]),
        ("relay", {"state": "observed"}, ["relay", "observed"]),
        ("relay", {"state": "running"}, ["relay", "running"]),
        ("tasks", {"state": "drained"}, ["tasks", "drained"]),
        ("tasks", {"state": "stopped"}, ["tasks", "stopped"]),
        ("tasks", {"state": "running"}, ["tasks", "running"]),
        ("inventory", {}, ["inventory", "switched"]),
        ("worker", {}, ["worker", "upgraded"]),
        ("switchover", {"state": "verified"}, ["switchover", "verified"]),
        ("switchover", {"state": "finished"}, ["switchover", "finished"]),
    ],
)
def test_each_module_runs_its_command_and_hands_the_answer_on(stub, name, options, words):
    stub.answers(
        {
            " ".join(words + [options.get("server", "")]).strip(): succeed(
                changed=False, w="uuid:1-5"
            )
        }
    )
    result = run(stub, name, **options)
    assert stub.calls()[0]["words"] == words
    assert (result["changed"], result["msg"], result["w"]) == (False, "done", "uuid:1-5")
    assert "failed" not in result


@pytest.mark.parametrize("name", ["relay", "tasks", "switchover"])
def test_a_state_has_to_be_chosen_where_there_are_several(stub, name):
    result = run(stub, name)
    assert "state" in result["msg"] and result["failed"]
    assert stub.calls() == []


@pytest.mark.parametrize(
    "exit_code, status, words",
    [
        ("refused", 1, "refused: a condition does not hold"),
        ("wrong_use", 2, "wrong use: an option or value is not valid"),
        ("cannot_tell", 3, "cannot tell: something could not be reached or understood"),
        ("stopped_midway", 4, "stopped midway: the journal says where, resume or roll back"),
        ("defect", 5, "a defect of dm-switch itself"),
    ],
)
def test_a_problem_becomes_a_failure_with_the_same_words(stub, exit_code, status, words):
    stub.answers({"plan written": refuse(exit_code, status, checks=[{"name": "n"}])})
    result = run(stub)
    assert result["failed"] is True
    assert result["rc"] == status
    assert result["problem"]["exit_code"] == exit_code
    assert result["msg"].splitlines() == [
        words,
        "  found:  FOUND it",
        "  wanted: WANTED that",
        "  next:   DO this",
    ]
    assert result["checks"] == [{"name": "n"}]


def test_a_defect_comes_with_its_journal_and_where_it_happened(stub):
    answer = refuse("defect", 5, journal="/j")
    stub.answers({"plan written": dict(answer, stderr="at dmswitch.Some.where")})
    result = run(stub)
    assert result["rc"] == 5
    assert result["journal"] == "/j"
    assert "at dmswitch.Some.where" in result["stderr"]


def test_the_words_are_those_of_the_real_backend():
    text = subprocess.run(
        [backend.find_java(os.environ), "-jar", str(JAR), "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for status, meaning in backend.MEANINGS.values():
        assert f"{status} {meaning}" in lines


@pytest.mark.parametrize(
    "answer, exit_code",
    [
        # Status 1 is what a JVM ends with that could not even start: it is no refusal.
        (dict(status=1, stdout="", stderr="Error: Could not create the Java VM"), "cannot_tell"),
        (dict(status=0, stdout=""), "cannot_tell"),
        (dict(status=0, stdout="[]"), "cannot_tell"),
        (dict(status=0, stdout='{"changed": true'), "cannot_tell"),
        (dict(status=5, stdout="", stderr="defect"), "defect"),
        (dict(status=0, stdout="{}"), "defect"),
        (dict(status=0, stdout='{"changed": "no"}'), "defect"),
        (dict(status=1, stdout='{"changed": false}'), "defect"),
        (dict(status=1, stdout='{"problem": {"exit_code": "unheard_of"}}'), "defect"),
    ],
)
def test_what_is_no_answer_is_never_success_nor_refusal(stub, answer, exit_code):
    stub.answers({"plan written": answer})
    result = run(stub)
    assert result["failed"] is True
    assert result["problem"]["exit_code"] == exit_code
    assert all(result["problem"][field] for field in ("found", "wanted", "next"))
    assert answer.get("stderr", "") in result["msg"]


def test_a_jar_of_another_version_is_refused_before_it_runs(stub, tmp_path):
    result = run_module(
        "plan", dict(SWITCH, backend_jar=fake_jar(tmp_path / "j.jar", "9.9.9")), stub
    )
    assert result["problem"]["exit_code"] == "wrong_use"
    assert "9.9.9" in result["problem"]["found"]
    assert stub.calls() == []


@pytest.mark.parametrize("content", [None, b"no jar"])
def test_a_jar_that_is_missing_or_broken_is_told_of(stub, tmp_path, content):
    path = tmp_path / "j.jar"
    if content:
        path.write_bytes(content)
    result = run_module("plan", dict(SWITCH, backend_jar=str(path)), stub)
    assert result["problem"]["exit_code"] == "cannot_tell"
    assert str(path) in result["problem"]["found"]
    assert result.get("backend_missing", False) is (content is None)


def test_the_first_java_that_is_new_enough_is_taken(stub, tmp_path, monkeypatch):
    old = tmp_path / "old" / "bin"
    old.mkdir(parents=True)
    (old / "java").write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n")
    (old / "java").chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(old.parent))
    monkeypatch.setenv("PATH", f"{stub.home}/bin")
    assert backend.java_version(str(old / "java")) == 8
    assert backend.find_java(os.environ) == f"{stub.home}/bin/java"


def test_no_java_at_all_says_which_ones_were_looked_at(tmp_path, monkeypatch):
    (tmp_path / "java").write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019' >&2\n")
    (tmp_path / "java").chmod(0o755)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(backend.glob, "glob", lambda pattern: [])
    with pytest.raises(backend.BackendProblem) as caught:
        backend.find_java(os.environ)
    assert caught.value.problem["exit_code"] == "cannot_tell"
    assert f"{tmp_path}/java is of version 11" in caught.value.problem["found"]


def test_the_password_reaches_the_backend_by_stdin_alone(stub):
    secret = "s3cret-Of-The-Test"
    stub.answers({"plan written": succeed(msg=f"leaked {secret}", w=[secret], stderr=secret)})
    result = run(stub, new_mysql_password=secret)
    [call] = stub.calls()
    assert call["request"]["new_mysql_password"] == secret
    assert secret not in json.dumps([call["argv"], call["environment"]])
    assert secret not in json.dumps(result)


@pytest.mark.parametrize(
    "given, wanted",
    [
        (dict(LC_ALL="C"), "C.UTF-8"),
        (dict(LC_ALL="POSIX", LANG="C.UTF-8"), "C.UTF-8"),
        (dict(LANG="C"), "C.UTF-8"),
        (dict(), "C.UTF-8"),
        # Not there, or of another encoding.
        (dict(LC_ALL="tr_TR.ISO-8859-9"), "C.UTF-8"),
        (dict(LC_ALL="", LC_CTYPE="zh_CN.GB18030", LANG="C.UTF-8"), "C.UTF-8"),
        # Stays as it is.
        (dict(LC_ALL="C.UTF-8"), "C.UTF-8"),
        (dict(LANG="C.utf8"), None),
        (dict(LC_CTYPE="C.UTF-8", LANG="C"), None),
    ],
)
def test_java_gets_a_locale_in_which_names_are_utf8(given, wanted):
    before = backend.locale.setlocale(backend.locale.LC_ALL)
    environment = dict(given, PATH="/bin")
    found = backend.with_utf8(environment)
    assert found.get("LC_ALL") == wanted
    assert dict(found, LC_ALL=None) == dict(environment, LC_ALL=None)
    assert backend.locale.setlocale(backend.locale.LC_ALL) == before


def test_the_locale_is_given_to_java(stub, monkeypatch):
    for name in ("LC_CTYPE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C")
    run(stub)
    [call] = stub.calls()
    assert call["environment"]["LC_ALL"] == "C.UTF-8"
