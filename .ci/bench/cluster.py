"""A sandbox cluster to measure on, with its DM-Ansible called through the meter."""

import contextlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from bench.record import ROOT, java_program

JAR = ROOT / "sandbox/target/dm-switch-sandbox.jar"
PLAYBOOK = ROOT / ".venv/bin/ansible-playbook"
DM_ANSIBLE = ROOT / ".cache/dm-ansible-venv/bin"
METER = pathlib.Path(__file__).with_name("meter.py")
TASK = "app"
# Short, as the path of the socket has to be on which the backend serves a run.
SANDBOX = "s"


class Failed(Exception):
    """What stands between us and a figure: found, next."""


class Cluster:
    """One that is up; all of it is below folder."""

    def __init__(self, folder, overview):
        self.folder = folder
        self.sandbox = folder / SANDBOX
        self.dm_ansible = self.sandbox / "dm-ansible"
        self.alias, self.worker = re.search(r"^(\S+) at (\S+), source", overview, re.M).groups()
        self.master = re.search(r"^dmctl .* --master-addr (\S+)$", overview, re.M)[1]
        self.servers = {
            name: (host, int(port))
            for name, host, port in re.findall(r"^  (\w+) +([0-9.]+):(\d+) ", overview, re.M)
        }
        self.notes = folder / "notes"
        self.programs = self._metered_programs()
        self.log = folder / "log"

    def _metered_programs(self):
        """A folder with the programs of DM-Ansible, of which ansible-playbook is metered."""
        programs = self.folder / "bin"
        programs.mkdir()
        for name in ("ansible", "ansible-inventory"):
            (programs / name).symlink_to(DM_ANSIBLE / name)
        metered = programs / "ansible-playbook"
        metered.write_text(
            f"#!/bin/sh\nexec {sys.executable} -B {METER} {self.notes}"
            f' {DM_ANSIBLE / "ansible-playbook"} "$@"\n'
        )
        metered.chmod(0o755)
        return programs

    def variables(self, server):
        """Of our playbooks, for a move to a server."""
        host, port = self.servers[server]
        return {
            "dm_ansible_dir": str(self.dm_ansible),
            "dm_worker": self.alias,
            "new_mysql_host": host,
            "new_mysql_port": port,
            "dm_ansible_playbook": str(self.programs / "ansible-playbook"),
        }

    def call(self, command, folder=ROOT):
        """Runs a command under the meter; what the meter noted of it and of what it called."""
        self.notes.unlink(missing_ok=True)
        with self.log.open("w") as log:
            status = subprocess.run(
                [sys.executable, "-B", METER, self.notes, *map(str, command)],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        if status:
            last = "\n".join(self.log.read_text().splitlines()[-30:])
            raise Failed(f"{command[0]} {command[1]} ended with {status}:\n{last}")
        notes = [json.loads(line) for line in self.notes.read_text().splitlines()]
        return notes[-1], notes[:-1]

    @contextlib.contextmanager
    def standstill(self):
        """Rows are written to the old server meanwhile; answers a list that gets the seconds."""
        seconds = []
        with subprocess.Popen(
            sandbox("standstill", "--dir", self.sandbox, "old"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as watch:
            try:
                if watch.stdout.readline() != "ready\n":
                    raise Failed("no rows arrive in the target of the sandbox: see above")
                yield seconds
                watch.stdin.close()
                text = watch.stdout.readline()
                if not text:
                    raise Failed("rows did not arrive in the target after a switch: see above")
                seconds.append(float(text))
            except BaseException:
                # It would wait for rows that may never come.
                watch.kill()
                raise

    def judge(self):
        """Fails when the target does not have exactly the rows of the old server."""
        run = subprocess.run(
            sandbox("judge", "--dir", self.sandbox, "old"),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if run.returncode:
            raise Failed("after the switches rows are lost or doubled:\n" + run.stdout)


def sandbox(*words):
    """The command line of ./dev sandbox, without its look whether something is to be built."""
    return [java_program(), "-jar", str(JAR), *map(str, words)]


@contextlib.contextmanager
def up(*options):
    """A fresh cluster, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = pathlib.Path(scratch)
        # Others may use the programs of DM-Ansible's user.
        folder.chmod(0o755)
        place = ["--dir", folder / SANDBOX]
        try:
            run = subprocess.run(
                sandbox("up", "--no-keyless-table", *place, *options),
                text=True,
                stdout=subprocess.PIPE,
                check=False,
            )
            if run.returncode:
                raise Failed("the sandbox did not come up: see above")
            yield Cluster(folder, run.stdout)
        finally:
            subprocess.run(sandbox("down", *place), stdout=subprocess.DEVNULL, check=False)
