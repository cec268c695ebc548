"""The stub in place of Java, and the running of playbooks and modules with it.

The stub stands in for the backend only where the question is what the collection makes of an
answer; what the backend answers is tried on the real jar.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import zipfile

import yaml

COLLECTION = pathlib.Path(__file__).resolve().parents[2]
CHECKOUT = COLLECTION.parent
COLLECTIONS = COLLECTION / "playbooks" / "collections"
INSTALLED = COLLECTIONS / "ansible_collections" / "dmswitch" / "upstream"
JAR = COLLECTION / "plugins" / "module_utils" / "dm-switch.jar"

sys.path.insert(0, str(COLLECTIONS))

# Answers as the scenario of the worker says, and keeps what it was asked.
STUB = """#!{python}
import json, os, sys
words = sys.argv[sys.argv.index("-jar") + 2:]
request = json.load(sys.stdin)
serving = words[0] == "serve"
if serving:
    words, request = request["words"], json.loads(request["request"])
call = dict(words=words, argv=sys.argv, environment=dict(os.environ), request=request)
with open({calls!r}, "a") as calls:
    calls.write(json.dumps(call) + "\\n")
with open({scenario!r}) as scenario:
    scenarios = json.load(scenario)
answers = scenarios["workers"].get(call["request"].get("dm_worker"), scenarios["others"])
answer = answers.get(" ".join(words + [call["request"].get("server", "")]).strip()) or {{}}
reply = dict(
    status=answer.get("status", 0),
    stdout=answer.get("stdout", json.dumps(dict(changed=True, msg="done: " + " ".join(words)))),
    stderr=answer.get("stderr", ""),
)
if serving:
    json.dump(reply, sys.stdout)
else:
    sys.stderr.write(reply["stderr"])
    sys.stdout.write(reply["stdout"])
sys.exit(reply["status"])
"""


class Stub:
    """A JAVA_HOME whose java is the stub."""

    def __init__(self, folder):
        self.home = folder / "jdk"
        self._calls = folder / "calls"
        self._scenario = folder / "scenario.json"
        (self.home / "bin").mkdir(parents=True)
        (self.home / "release").write_text('JAVA_VERSION="17.0.99"\n')
        java = self.home / "bin" / "java"
        java.write_text(
            STUB.format(
                python="/usr/bin/python3", calls=str(self._calls), scenario=str(self._scenario)
            )
        )
        java.chmod(0o755)
        self.answers({})

    def answers(self, scenario, workers=None):
        """`words [server]` of a call to its status, stdout (text) and stderr.

        workers: the scenarios of some workers by their names; all others have the first.
        """
        self._scenario.write_text(json.dumps(dict(others=scenario, workers=workers or {})))

    def calls(self, worker=None):
        """Each call so far, of all workers or of one: words, argv, environment, request."""
        if not self._calls.exists():
            return []
        calls = [json.loads(line) for line in self._calls.read_text().splitlines()]
        return [call for call in calls if worker in (None, call["request"].get("dm_worker"))]

    def steps(self, worker=None):
        """The words of each call, with the server where there is one."""
        return [
            " ".join(call["words"] + [call["request"].get("server", "")]).strip()
            for call in self.calls(worker)
        ]


def succeed(**fields):
    """An answer of the stub."""
    return {"stdout": json.dumps(dict({"changed": True, "msg": "done"}, **fields))}


def refuse(exit_code, status, found="FOUND it", **fields):
    """A problem as the stub's answer."""
    problem = dict(exit_code=exit_code, found=found, wanted="WANTED that", next="DO this")
    return {"stdout": json.dumps(dict({"problem": problem}, **fields)), "status": status}


def environment(stub=None):
    """The environment of an operator: none of the tests' own settings in it."""
    env = {
        k: v for k, v in os.environ.items() if not k.startswith(("ANSIBLE_", "PYTHON", "VIRTUAL_"))
    }
    if stub:
        env["JAVA_HOME"] = str(stub.home)
    return env


def run_playbook(playbook, variables, *args, stub=None, cwd=CHECKOUT, **settings):
    """Runs a playbook of the collection as an operator would; stdout and stderr are one text."""
    return run_ansible(
        [str(COLLECTION / "playbooks" / playbook), "-e", json.dumps(variables), *args],
        dict(environment(stub), **settings),
        cwd,
    )


def run_ansible(words, env, cwd=CHECKOUT):
    """Runs ansible-playbook with these words."""
    return subprocess.run(
        [str(pathlib.Path(sys.executable).parent / "ansible-playbook"), *words],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


class Cases:
    """Cases of one playbook, run as hosts of one ansible-playbook: to start it is what costs.

    Each case is a DM control machine with variables of its own. Its dm_worker has its name, by which
    the stub knows what to answer.
    """

    def __init__(self, folder, playbook, cases, *args, answers=None, **variables):
        """Runs them.

        cases: a case's name to its own variables; one that is None is not set at all.
        answers: a case's name to its scenario of the stub. variables: those of every case.
        """
        self.stub = Stub(folder)
        self.stub.answers({}, answers)
        hosts = {
            name: {
                variable: value
                for variable, value in {**variables, "dm_worker": name, **own}.items()
                if value is not None
            }
            for name, own in cases.items()
        }
        connection = dict(ansible_connection="local", ansible_python_interpreter=sys.executable)
        inventory = folder / "hosts.json"
        inventory.write_text(
            json.dumps({"all": {"children": {"cases": {"hosts": hosts, "vars": connection}}}})
        )
        # One after the other, so that their lines are not mixed.
        args = ["-i", str(inventory), "--forks", "1", *args]
        env = dict(environment(self.stub), ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS))
        run = run_ansible([str(self._on_all(folder, playbook)), *args], env)
        self.stdout = run.stdout
        self.returncode = run.returncode

    @staticmethod
    def _on_all(folder, playbook):
        """The playbook's own play, on the hosts that are cases: it takes one host on its own."""
        plays = yaml.safe_load((COLLECTION / "playbooks" / playbook).read_text())
        path = folder / playbook
        path.write_text(json.dumps([dict(plays[-1], hosts="cases")]))
        return path

    def calls(self, case):
        """The calls of the backend."""
        return self.stub.calls(case)

    def steps(self, case):
        """The words of these calls."""
        return self.stub.steps(case)

    def workers(self):
        """All for which the backend was called."""
        return {call["request"].get("dm_worker") for call in self.stub.calls()}

    def recap(self, case):
        """How many of its tasks ended how, as Ansible sums it up."""
        [line] = re.findall(rf"^{case} +: (.*)", self.stdout, re.MULTILINE)
        return {word: int(number) for word, number in re.findall(r"(\w+)=(\d+)", line)}

    def failed(self, case):
        """Whether the playbook failed; a run in which one did ends with status 2."""
        assert self.recap(case)["unreachable"] == 0
        return self.recap(case)["failed"] > 0

    def failures(self, case):
        """What Ansible printed of each task that failed."""
        pattern = rf"^fatal: \[{case}\]: FAILED! => *\n((?: {{4}}.*\n)*)"
        return re.findall(pattern, self.stdout, re.MULTILINE)


def run_module(name, options, stub=None, check_mode=False):
    """Runs one module as its own program; its result."""
    request = {"ANSIBLE_MODULE_ARGS": dict(options, _ansible_check_mode=check_mode)}
    process = subprocess.run(
        [sys.executable, str(INSTALLED / "plugins" / "modules" / (name + ".py"))],
        input=json.dumps(request),
        env=dict(environment(stub), PYTHONPATH=str(COLLECTIONS)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert process.stdout, process.stderr
    return json.loads(process.stdout)


def fake_jar(path, version):
    """A jar of which only the version is real."""
    with zipfile.ZipFile(path, "w") as jar:
        jar.writestr(
            "META-INF/MANIFEST.MF", f"Manifest-Version: 1.0\nImplementation-Version: {version}\n"
        )
    return str(path)
