"""A job as AWX runs it: the project out of its archive, the answers of a survey, ansible-runner.

By awx/main/tasks/jobs.py, awx/main/utils/safe_yaml.py and awx/playbooks/action_plugins/project_archive.py
of AWX 24.6.1. There is no container; ansible-runner is the one that runs inside of it.
"""

import json
import os
import pathlib
import subprocess
import sys
import tarfile

import yaml
from awx_stand_in import launched
from harness import CHECKOUT, COLLECTION, environment

from ansible_collections.dmswitch.upstream.plugins.filter.survey import survey

BIN = pathlib.Path(sys.executable).parent
ROLE = yaml.safe_load((COLLECTION / "roles/awx/vars/main.yml").read_text())
RUN = """
import json, sys
import ansible_runner
with open(sys.argv[1]) as job:
    run = ansible_runner.run(quiet=True, **json.load(job))
print(json.dumps([run.status, run.rc]))
"""


def options(role):
    """What a role takes."""
    path = COLLECTION / "roles" / role / "meta" / "argument_specs.yml"
    return yaml.safe_load(path.read_text())["argument_specs"]["main"]["options"]


def questions(template, role=None):
    """The survey of a job template, or of another one that asks the same, by variable."""
    facts = ROLE["awx_job_templates"][template]
    made = survey(facts["questions"], ROLE["awx_questions"], options(role or facts["role"]))
    return {question["variable"]: question for question in made["spec"]}


def project_archive(folder):
    """The AWX project archive, as ./dev package makes it."""
    words = [str(BIN / "ansible-galaxy"), "collection", "build", str(COLLECTION)]
    subprocess.run(
        [*words, "--output-path", str(folder)], env=environment(), check=True, capture_output=True
    )
    [built] = folder.glob("dmswitch-upstream-*.tar.gz")
    packed = folder / "packed"
    packed.mkdir()
    words = [sys.executable, str(CHECKOUT / "packaging" / "archives.py"), str(built), str(packed)]
    subprocess.run(words, check=True)
    [archive] = packed.glob("dm-switch-awx-*.tar.gz")
    return archive


def unpack(archive, folder):
    """Unpacks a project as AWX does: without modes, and without a folder that holds all."""
    with tarfile.open(archive) as entries:
        tops = {entry.name.split("/")[0] for entry in entries}
        start = len(next(iter(tops))) + 1 if len(tops) == 1 else 0
        for entry in entries:
            if not entry.name[start:]:
                continue
            path = folder / entry.name[start:]
            if entry.isdir():
                path.mkdir(parents=True, exist_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(entries.extractfile(entry).read())


class Unsafe(yaml.SafeDumper):
    """Text that Ansible does not template."""

    def represent_data(self, data):
        """See yaml."""
        if isinstance(data, str):
            return self.represent_scalar("!unsafe", data)
        return super().represent_data(data)


def extra_vars(variables, trusted):
    """env/extravars: only what is in the template itself is templated."""
    return "".join(
        yaml.dump(
            {name: value},
            Dumper=yaml.SafeDumper if trusted.get(name) == value and name in trusted else Unsafe,
            default_flow_style=False,
        )
        for name, value in variables.items()
    )


class Job:
    """A job that has run."""

    def __init__(self, folder, archive, template, answers, **how):
        """Runs it.

        answers: of the survey, by variable. how: `host`, the variables of dm-control in the inventory;
        `handed`, variables that a workflow hands over; `args`, further arguments of ansible-playbook;
        `java_home`; `ssh_key` and `passwords` of the machine credential.
        """
        facts = ROLE["awx_job_templates"][template]
        self.folder = folder
        project = folder / "project"
        project.mkdir(parents=True)
        unpack(archive, project)
        fixed = dict(
            facts.get("extra_vars", {}), dm_control="dm-control", dm_ansible_dir="/home/tidb/dm-ansible"
        )
        # What a workflow hands over is not held to the survey.
        variables = dict(launched(questions(template), answers, fixed), **how.get("handed", {}))
        variables.update(awx_job_id=7, tower_job_id=7, awx_job_template_name="dm-switch " + facts["title"])
        self._write("env/extravars", extra_vars(variables, fixed))
        self._write("env/cmdline", "-u root " + " ".join(how.get("args", ())))
        self._write("env/settings", json.dumps(dict(suppress_ansible_output=True, suppress_output_file=True)))
        inventory = {
            "all": {"hosts": ["dm-control"]},
            "_meta": {"hostvars": {"dm-control": dict(how["host"], remote_tower_enabled="true")}},
        }
        script = "#! /usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint(%r)\n" % json.dumps(inventory)
        self._write("inventory/hosts", script).chmod(0o700)
        (folder / "cp").mkdir()
        paths = [str(folder / "requirements_collections"), "~/.ansible/collections"]
        job = dict(
            ident="7",
            private_data_dir=str(folder),
            playbook=facts["role"] + ".yml",
            inventory=str(folder / "inventory" / "hosts"),
            passwords=how.get("passwords", {}),
            suppress_env_files=True,
            fact_cache_type="",
            envvars=dict(
                ANSIBLE_COLLECTIONS_PATH=":".join(paths),
                ANSIBLE_FORCE_COLOR="True",
                ANSIBLE_HOST_KEY_CHECKING="False",
                ANSIBLE_INVENTORY_UNPARSED_FAILED="True",
                ANSIBLE_RETRY_FILES_ENABLED="False",
                ANSIBLE_SSH_CONTROL_PATH_DIR=str(folder / "cp"),
                AWX_PRIVATE_DATA_DIR=str(folder),
                JOB_ID="7",
            ),
        )
        if "ssh_key" in how:
            job["ssh_key"] = how["ssh_key"]
        env = dict(environment(), HOME=str(folder), PATH=f"{BIN}:{os.environ['PATH']}")
        env.update({"JAVA_HOME": str(how["java_home"])} if "java_home" in how else {})
        run = subprocess.run(
            [sys.executable, "-c", RUN, str(self._write("job.json", json.dumps(job)))],
            stdin=subprocess.DEVNULL,
            env=env,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        self.status, self.rc = json.loads(run.stdout)
        paths = (folder / "artifacts" / "7" / "job_events").glob("*.json")
        events = [json.loads(path.read_text()) for path in paths]
        self.events = sorted(events, key=lambda event: event["counter"])
        self.stdout = "\n".join(event["stdout"] for event in self.events)

    def _write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def artifacts(self):
        """What AWX keeps as the job's artifacts, and hands on in a workflow."""
        [stats] = [event for event in self.events if event["event"] == "playbook_on_stats"]
        return stats["event_data"]["artifact_data"]

    def files_with(self, text):
        """The files of ansible-runner in which a text stands."""
        text = text.encode()
        return [
            path
            for path in (self.folder / "artifacts").rglob("*")
            if path.is_file() and text in path.read_bytes()
        ]
