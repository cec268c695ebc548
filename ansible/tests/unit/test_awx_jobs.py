"""Each job template, run as AWX runs it; see awx_job.py."""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import pytest
from awx_job import Job, project_archive, questions
from harness import JAR, Stub, refuse, succeed

PASSWORD = "se-Cret{{ 7 }}"
PASSPHRASE = "key-Phrase"
HERE = dict(ansible_connection="local", ansible_python_interpreter=sys.executable)
SERVER = dict(dm_worker="dm_worker1", new_mysql_host="10.0.1.12", new_mysql_port=3306)
WORKER = dict(dm_worker="dm_worker1")
SUMMARY = dict(worker="dm_worker1")
STATE = dict(state="wall", healable=True, will=["take it away"], next="rescue_apply")
SWITCHED = {
    "plan written": succeed(run_id="run-7"),
    "switchover finished": succeed(summary=SUMMARY),
}
FAILED = dict(playbook="switch_upstream", outcome="stopped_midway", problem=dict(found="F {{ 1 }}"))
# The template, answers, how it is launched, the backend's answers, its first call, the outcome.
JOBS = {
    "preflight": (
        dict(SERVER, scenario="address", task_mode="pause"),
        {},
        {"preflight": succeed(changed=False)},
        "preflight",
        dict(outcome="done", changed=False),
    ),
    "preflight of the workflow for a VIP": (
        dict(scenario="vip"),
        dict(workflow="switch_vip"),
        {"preflight": refuse("refused", 1)},
        "preflight",
        dict(outcome="refused", changed=False),
    ),
    "switch_upstream": (
        dict(SERVER, new_mysql_password=PASSWORD, task_files="conf\nmore\n", drain_timeout=7),
        dict(args=["--diff"]),
        SWITCHED,
        "plan written",
        dict(outcome="done", changed=True, summary=SUMMARY),
    ),
    "switch_upstream, check": (
        dict(SERVER, new_mysql_password=PASSWORD),
        dict(args=["--check", "--diff"]),
        SWITCHED,
        "plan written",
        dict(outcome="done", changed=True),
    ),
    "switch_vip": (
        dict(SERVER, vip_timeout=5),
        {},
        dict(SWITCHED, **{"vip looked_at": succeed(changed=False, shows="old")}),
        "plan written",
        dict(outcome="done", changed=True, summary=SUMMARY),
    ),
    "rollback": (
        WORKER,
        dict(args=["-l", "dm-control"]),
        {"rollback": succeed(journal="/j")},
        "rollback",
        dict(outcome="done", changed=True, journal="/j"),
    ),
    "rescue_look of a workflow whose switch failed": (
        {},
        dict(workflow="switch_upstream", handed=dict(dm_switch=FAILED)),
        {"rescue looked_at": succeed(changed=False, **STATE)},
        "rescue looked_at",
        dict(outcome="done", changed=False, **STATE),
    ),
    "rescue_repair": (
        WORKER,
        dict(args=["-vvvv"]),
        {"rescue applied": succeed(**STATE)},
        "rescue applied",
        dict(outcome="done", changed=True, **STATE),
    ),
}


def answered(template, answers, **blank):
    """The answers as AWX's pages send them: what was left blank as an empty text."""
    asked = questions(template).items()
    empty = {v: "" for v, q in asked if q["type"] in ("text", "textarea", "password")}
    return dict(empty, **answers)


class Ran:
    """A job, and what the backend was asked."""

    def __init__(self, folder, archive, case, **how):
        name, (answers, launch, replies, self.first, self.outcome) = case, JOBS[case]
        template = name.replace(",", "").split()[0]
        handed = dict(launch.get("handed", {}))
        if "workflow" in launch:
            # Of a workflow's survey every job gets every answer.
            given = dict(SERVER)
            if launch["workflow"] == "switch_upstream":
                given["new_mysql_password"] = PASSWORD
            handed.update(answered(launch["workflow"], given))
            answers = dict(answers, **(SERVER if template == "preflight" else WORKER))
        else:
            answers = answered(template, answers)
        self.stub = how.pop("stub", None) or Stub(folder)
        self.stub.answers(replies)
        settings = dict(host=HERE, java_home=self.stub.home, args=launch.get("args", ()))
        settings.update(how)
        self.job = Job(folder / "job", archive, template, answers, handed=handed, **settings)
        self.template = template

    def request(self):
        """What the backend was asked first."""
        assert self.stub.steps(), self.job.stdout
        assert self.stub.steps()[0].startswith(self.first), self.stub.steps()
        return self.stub.calls()[0]["request"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The AWX project archive."""
    return project_archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module", params=JOBS)
def ran(request, archive, tmp_path_factory):
    """See Ran."""
    return Ran(tmp_path_factory.mktemp("ran"), archive, request.param)


def test_the_job_ends_as_the_backend_says(ran):
    assert ran.job.status == ("successful" if ran.outcome["outcome"] == "done" else "failed"), ran.job.stdout
    request = ran.request()
    assert request["dm_worker"] == "dm_worker1"
    assert request["dm_ansible_dir"] == "/home/tidb/dm-ansible"
    # What was left blank is not there, or has the module's own default.
    assert "" not in request.values()


def test_the_artifacts_are_what_a_workflow_hands_on(ran):
    artifact = ran.job.artifacts()["dm_switch"]
    playbook = "rescue" if ran.template.startswith("rescue") else ran.template
    assert {name: artifact[name] for name in ran.outcome} == ran.outcome
    assert artifact["playbook"] == playbook
    assert ("problem" in artifact) == (ran.outcome["outcome"] != "done")


def test_no_password_is_in_a_file_of_the_runner(ran):
    assert ran.job.events
    assert ran.job.files_with(PASSWORD) == []


def test_answers_reach_the_backend(archive, tmp_path):
    ran = Ran(tmp_path, archive, "switch_upstream")
    request = ran.request()
    assert request["new_mysql_password"] == PASSWORD
    assert (request["drain_timeout"], request["task_files"]) == (7, ["conf", "more"])
    assert (int(request["new_mysql_port"]), request["relay_timeout"]) == (3306, 120)


# ---- over SSH ------------------------------------------------------------------------------------


class Control:
    """A DM control machine: an sshd, and the key of the machine credential for it."""

    def __init__(self, folder):
        sshd = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin")
        assert sshd, "sshd is missing: as root ./dev prepare-tests installs openssh-server"
        self.stub = Stub(folder)
        if os.getuid() == 0:
            pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        for name, phrase in (("host", ""), ("client", PASSPHRASE)):
            self._run("ssh-keygen", "-q", "-t", "ed25519", "-N", phrase, "-f", str(folder / name))
        self.key = (folder / "client").read_text()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = folder / "sshd_config"
        config.write_text(
            f"""Port {self.port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/client.pub
AuthenticationMethods publickey
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
Subsystem sftp internal-sftp
SetEnv JAVA_HOME={self.stub.home}
"""
        )
        self.log = folder / "sshd.log"
        words = [sshd, "-D", "-f", str(config), "-E", str(self.log)]
        self.process = subprocess.Popen(words, start_new_session=True)
        end = time.monotonic() + 20
        while self._closed():
            assert self.process.poll() is None and time.monotonic() < end, self.log.read_text()
            time.sleep(0.05)

    @staticmethod
    def _run(*words):
        subprocess.run(words, check=True, capture_output=True)

    def _closed(self):
        with socket.socket() as port:
            return port.connect_ex(("127.0.0.1", self.port)) != 0

    def stop(self):
        """Ends it."""
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def control(tmp_path):
    """See Control."""
    control = Control(tmp_path)
    yield control
    control.stop()


@pytest.fixture
def short():
    """A folder with a short path: ansible-runner knows a prompt by its last 100 characters."""
    with tempfile.TemporaryDirectory(prefix="awx_7_") as folder:
        yield pathlib.Path(folder)


def test_a_switch_over_ssh_with_a_machine_credential(archive, control, short, tmp_path):
    user = pwd.getpwuid(os.getuid())
    cache = pathlib.Path(user.pw_dir) / ".cache" / "dm-switch"
    there = set(cache.glob("*.jar"))
    ran = Ran(
        short,
        archive,
        "switch_upstream",
        stub=control.stub,
        java_home=tmp_path,
        host=dict(
            ansible_host="127.0.0.1",
            ansible_port=control.port,
            ansible_python_interpreter="/usr/bin/python3",
            ansible_user=user.pw_name,
            ansible_ssh_common_args="-o UserKnownHostsFile=/dev/null",
        ),
        args=["-vvvv"],
        ssh_key=control.key,
        passwords={r"Enter passphrase for .*:\s*?$": PASSPHRASE},
    )
    assert ran.job.status == "successful", ran.job.stdout[-4000:] + control.log.read_text()
    assert ran.request()["new_mysql_password"] == PASSWORD
    assert ran.job.artifacts()["dm_switch"]["summary"] == SUMMARY
    argv = ran.stub.calls()[0]["argv"]
    jar = pathlib.Path(argv[argv.index("-jar") + 1])
    assert jar.parent == cache and jar.read_bytes() == JAR.read_bytes()
    if jar not in there:
        jar.unlink()
    for secret in (PASSWORD, PASSPHRASE, control.key.splitlines()[1]):
        assert ran.job.files_with(secret) == []
