"""One process of the backend for all steps of a run, and what happens without it."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import pytest
from harness import COLLECTIONS, environment, fake_jar

from ansible_collections.dmswitch.upstream.plugins.module_utils import backend

# Does a step, and stays for more where a switch is open, as dm-switch serve does.
JAVA = """#!/usr/bin/python3
import json, os, signal, socket, sys
words = sys.argv[sys.argv.index("-jar") + 2:]

def do(words, request):
    request = json.loads(request)
    with open({calls!r}, "a") as calls:
        calls.write(json.dumps(dict(
            pid=os.getpid(), words=words, request=request, argv=sys.argv, environment=dict(os.environ)
        )) + "\\n")
    if os.path.exists({dies!r}):
        os.kill(os.getpid(), signal.SIGKILL)
    fields = dict(run_id="0123456789") if words == ["plan", "written"] else dict()
    refused = request["dm_worker"] == "refused"
    problem = dict(exit_code="refused", found="f", wanted="w", next="n")
    answer = dict(problem=problem) if refused else dict(fields, changed=True, msg="done")
    return dict(status=1 if refused else 0, stdout=json.dumps(answer), stderr="said " + words[0])

if words[0] != "serve":
    reply = do(words, sys.stdin.read())
    sys.stdout.write(reply["stdout"])
    sys.stderr.write(reply["stderr"])
    sys.exit(reply["status"])
reply = do(**json.load(sys.stdin))
server = socket.socket(socket.AF_UNIX)
stays = reply["status"] == 0
if stays:
    server.bind("{{}}-01234567-{{}}.sock".format(words[2], os.getpid()))
    server.listen(1)
    server.settimeout(60)
sys.stdout.write(json.dumps(reply))
sys.stdout.flush()
null = os.open(os.devnull, os.O_RDWR)
for descriptor in range(3):
    os.dup2(null, descriptor)
while stays:
    client, _ = server.accept()
    if os.path.exists({deaf!r}):
        os.kill(os.getpid(), signal.SIGKILL)
    client.sendall(b"\\n")
    client.sendall(json.dumps(do(**json.load(client.makefile()))).encode())
    client.close()
sys.exit(reply["status"])
"""


class Run:
    """The steps of one run, and which process has done each."""

    def __init__(self, folder):
        self.calls_file = folder / "calls"
        self.dies = folder / "dies"
        self.deaf = folder / "deaf"
        self.journal = folder / "journal"
        self.journal.mkdir(mode=0o700)
        self.home = folder / "jdk"
        (self.home / "bin").mkdir(parents=True)
        (self.home / "release").write_text('JAVA_VERSION="17.0.99"\n')
        java = self.home / "bin/java"
        java.write_text(JAVA.format(calls=str(self.calls_file), dies=str(self.dies), deaf=str(self.deaf)))
        java.chmod(0o755)
        self.jar = folder / "dm-switch.jar"
        self.environment = dict(environment(), JAVA_HOME=str(self.home))

    def step(self, name, state, check_mode=False, **options):
        """Runs one step."""
        params = dict(
            dm_ansible_dir="/dm",
            dm_worker="dm_worker1",
            journal_dir=str(self.journal),
            new_mysql_host="10.0.1.12",
            new_mysql_port=3306,
            new_mysql_password="S3cret-of-the-new",
            backend_jar=str(self.jar),
            state=state,
        )
        params.update(options)
        command = backend.Command(name, [state])
        return command.run(params, check_mode, self.environment)[0]

    def calls(self):
        """What was done, in its order."""
        return [json.loads(line) for line in self.calls_file.read_text().splitlines()]

    def pids(self):
        """The process of each step, in its order."""
        return [call["pid"] for call in self.calls()]

    def kill(self):
        """Kills whatever is left."""
        for pid in set(self.pids()) if self.calls_file.exists() else ():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            deadline = time.monotonic() + 30
            while is_alive(pid):
                assert time.monotonic() < deadline
                time.sleep(0.02)


def is_alive(pid):
    """Whether it runs; not so one that has ended and was not waited for."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.fixture(name="run")
def _run():
    # A socket's path has to be short.
    with tempfile.TemporaryDirectory(prefix="run") as folder:
        run = Run(pathlib.Path(folder))
        fake_jar(run.jar, backend.VERSION)
        yield run
        run.kill()


def test_the_process_that_wrote_the_plan_does_the_further_steps(run):
    assert run.step("plan", "written")["run_id"] == "0123456789"
    result = run.step("relay", "fenced", run_id="0123456789")
    assert result == dict(changed=True, msg="done", stderr="said relay")
    run.step("tasks", "stopped", run_id="0123456789")
    assert len(set(run.pids())) == 1
    assert [call["words"] for call in run.calls()] == [
        ["plan", "written"],
        ["relay", "fenced"],
        ["tasks", "stopped"],
    ]
    assert all(call["request"]["new_mysql_host"] == "10.0.1.12" for call in run.calls())


def test_no_secret_is_among_its_arguments_or_variables(run):
    run.step("plan", "written")
    [call] = run.calls()
    assert call["request"]["new_mysql_password"] == "S3cret-of-the-new"
    assert "S3cret" not in json.dumps([call["argv"], call["environment"]])


def test_it_has_a_session_of_its_own(run):
    run.step("plan", "written")
    [pid] = run.pids()
    assert os.getsid(pid) == pid != os.getsid(0)


def test_killed_between_two_steps_the_next_has_a_process_of_its_own(run):
    run.step("plan", "written")
    run.kill()
    result = run.step("relay", "fenced", run_id="0123456789")
    assert result == dict(changed=True, msg="done", stderr="said relay")
    assert len(set(run.pids())) == 2


def test_killed_in_a_step_that_one_fails_as_without_it(run):
    run.step("plan", "written")
    run.dies.touch()
    for served, found in (
        (True, "has ended in the middle of relay fenced, without an answer"),
        (False, "dm-switch relay fenced ended with status -9 and without an answer"),
    ):
        result = run.step("relay", "fenced", run_id="0123456789" if served else "another-run")
        assert result["failed"] and result["problem"]["exit_code"] == "cannot_tell"
        assert found in result["problem"]["found"]
        assert "run the same playbook again" in result["problem"]["next"]
    assert [call["words"][0] for call in run.calls()] == ["plan", "relay", "relay"]


def test_ended_before_it_has_begun_a_step_that_has_a_process_of_its_own(run):
    run.step("plan", "written")
    run.deaf.touch()
    result = run.step("relay", "fenced", run_id="0123456789")
    assert result == dict(changed=True, msg="done", stderr="said relay")
    assert [call["words"][0] for call in run.calls()] == ["plan", "relay"]


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o750])
def test_in_a_folder_that_others_may_enter_none_is_asked(run, mode):
    run.step("plan", "written")
    run.journal.chmod(mode)
    run.step("relay", "fenced", run_id="0123456789")
    assert len(set(run.pids())) == 2


def test_what_an_old_process_has_left_is_passed_over(run):
    run.step("plan", "written")
    [socket] = run.journal.glob("*.sock")
    run.kill()
    socket.with_name(socket.name.replace(".sock", "0.sock")).write_text("no socket")
    result = run.step("relay", "fenced", run_id="0123456789")
    assert result == dict(changed=True, msg="done", stderr="said relay")


# As Python 3.6 does in the C locale on its own.
ASCII = dict(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
OF_AN_ASCII_PYTHON = """
import json, sys
from ansible_collections.dmswitch.upstream.plugins.module_utils import step_server
request = dict(dm_ansible_dir=u"/tmp/dm-\\xe4", dm_worker=u"w", run_id=u"r")
path = step_server.prefix(sys.argv[1], request, {"A": "K\\udcf6ln"})
assert sys.getfilesystemencoding() == "ascii"
assert step_server.find(path, request["run_id"]) is None
ended = step_server.start(["/bin/echo"], path, ["plan"], request, {"A": "K\\udcf6ln"})
assert path in ended.stdout
"""


def test_paths_and_variables_that_are_not_ascii(run):
    folders = str(COLLECTIONS)
    process = subprocess.run(
        [sys.executable, "-c", OF_AN_ASCII_PYTHON, str(run.jar)],
        env=dict(run.environment, PYTHONPATH=folders, **ASCII),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr


def test_a_plan_that_dies_tells_its_status(run):
    run.dies.touch()
    result = run.step("plan", "written")
    assert result["rc"] == -signal.SIGKILL
    assert "status -9 and without an answer" in result["problem"]["found"]


@pytest.mark.parametrize("what", ["environment", "jar", "run", "no run", "folder"])
def test_where_it_is_not_the_same_a_step_has_a_process_of_its_own(run, what, tmp_path, monkeypatch):
    run.step("plan", "written")
    options = dict(run_id="0123456789")
    if what == "environment":
        run.environment["LANGUAGE"] = "de"
    elif what == "jar":
        os.utime(run.jar, (1, 1))
    elif what == "run":
        options["run_id"] = "9876543210"
    elif what == "no run":
        del options["run_id"]
    else:
        monkeypatch.chdir(tmp_path)
    result = run.step("relay", "fenced", **options)
    assert result == dict(changed=True, msg="done", stderr="said relay")
    assert len(set(run.pids())) == 2


def test_another_login_of_the_same_user_finds_it(run):
    run.step("plan", "written")
    run.environment["SSH_CONNECTION"] = "10.0.0.1 50000 10.0.0.2 22"
    run.environment["SUDO_COMMAND"] = "/bin/sh -c echo BECOME-SUCCESS-abc ; python"
    run.step("relay", "fenced", run_id="0123456789")
    assert len(set(run.pids())) == 1


def test_check_mode_starts_none_and_asks_none(run):
    run.step("plan", "written", check_mode=True)
    run.step("plan", "written")
    run.step("relay", "fenced", check_mode=True, run_id="0123456789")
    first, second, third = run.pids()
    assert len({first, second, third}) == 3
    assert not is_alive(first)


def test_where_no_switch_is_open_it_ends(run):
    result = run.step("plan", "written", dm_worker="refused")
    assert result["rc"] == 1
    assert result["problem"]["found"] == "f"
    assert list(run.journal.iterdir()) == []
    [pid] = run.pids()
    deadline = time.monotonic() + 30
    while is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
