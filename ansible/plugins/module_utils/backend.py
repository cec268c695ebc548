# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""Runs the backend dm-switch for a module: request and answer as JSON, one step a call."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import glob
import json
import locale
import os
import re
import subprocess
import zipfile

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.dmswitch.upstream.plugins.module_utils import step_server

# A word such as KEY=VALUE or JSON.
HOLDS_A_VALUE = re.compile("[=:{]")

VERSION = "0.1.0"
OLDEST_JAVA = 17

# The words of dm-switch --help for its exit codes, by their names in answers.
MEANINGS = {
    "refused": (1, "refused: a condition does not hold"),
    "wrong_use": (2, "wrong use: an option or value is not valid"),
    "cannot_tell": (3, "cannot tell: something could not be reached or understood"),
    "stopped_midway": (4, "stopped midway: the journal says where, resume or roll back"),
    "defect": (5, "a defect of dm-switch itself"),
}

# What doc_fragments/ document.
OPTIONS = dict(
    scenario=dict(type="str", choices=["address", "vip"], default="address"),
    dm_ansible_dir=dict(type="path", required=True),
    dm_inventory=dict(type="path"),
    dm_worker=dict(type="str", required=True),
    new_mysql_host=dict(type="str", required=True),
    # The backend judges it, so that a bad value gives the same message everywhere.
    new_mysql_port=dict(type="raw", required=True),
    new_mysql_user=dict(type="str"),
    new_mysql_password=dict(type="str", no_log=True),
    new_mysql_ssl_mode=dict(
        type="str",
        choices=["disabled", "preferred", "required", "verify_ca", "verify_identity"],
        default="preferred",
    ),
    new_mysql_ssl_ca=dict(type="path"),
    task_files=dict(type="list", elements="path"),
    dm_ansible_playbook=dict(type="path", default="ansible-playbook"),
    # A password in it is refused, and not shown before that.
    dm_ansible_args=dict(type="list", elements="str", default=[], no_log=True),
    dmctl=dict(type="path", default="dmctl/dmctl"),
    dm_master_addr=dict(type="str"),
    task_mode=dict(type="str", choices=["stop", "pause"]),
    roll_mode=dict(type="str", choices=["documented", "staged"]),
    flush_binary_logs=dict(type="str", choices=["auto", "never"], default="auto"),
    catch_up_timeout=dict(type="int", default=300),
    drain_timeout=dict(type="int", default=120),
    upgrade_timeout=dict(type="int", default=900),
    relay_timeout=dict(type="int", default=120),
    start_timeout=dict(type="int", default=120),
    verify_timeout=dict(type="int", default=120),
    journal_dir=dict(type="path"),
    run_id=dict(type="str"),
    backend_jar=dict(type="path"),
)

# Those of them that a rollback takes; the rest is in the plan of the switch that it takes back.
OPTIONS_OF_ROLLBACK = dict(
    (name, OPTIONS[name])
    for name in (
        "dm_ansible_dir",
        "dm_inventory",
        "dm_worker",
        "new_mysql_ssl_mode",
        "new_mysql_ssl_ca",
        "task_files",
        "dm_ansible_playbook",
        "dm_ansible_args",
        "dmctl",
        "upgrade_timeout",
        "relay_timeout",
        "start_timeout",
        "journal_dir",
        "backend_jar",
    )
)

# Those that a rescue takes; it knows of no new server either.
OPTIONS_OF_RESCUE = dict(
    OPTIONS_OF_ROLLBACK,
    dm_master_addr=OPTIONS["dm_master_addr"],
    flush_binary_logs=OPTIONS["flush_binary_logs"],
    catch_up_timeout=OPTIONS["catch_up_timeout"],
    drain_timeout=OPTIONS["drain_timeout"],
)


class BackendProblem(Exception):
    """What the user has to know and do; `answer` holds what else is known.

    Made of exit code, found, wanted and next; not by name, since an answer may have these too.
    """

    def __init__(self, *told, **answer):
        Exception.__init__(self, told[1])
        self.problem = dict(zip(("exit_code", "found", "wanted", "next"), told))
        self.answer = answer

    def text(self):
        """The problem in lines, as dm-switch itself prints it."""
        return "{meaning}\n  found:  {found}\n  wanted: {wanted}\n  next:   {next}".format(
            meaning=MEANINGS[self.problem["exit_code"]][1], **self.problem
        )


def java_version(java):
    """The major version of a java program; None when it has none or cannot be run."""
    release = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(java))), "release")
    try:
        with open(release) as lines:
            text = lines.read()
    except (IOError, OSError):
        try:
            process = subprocess.Popen(
                [java, "-version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        except OSError:
            return None
        text = process.communicate()[0].decode("utf-8", "replace")
    found = re.search(r'(?:JAVA_VERSION=|version )"(?:1\.)?(\d+)', text)
    return int(found.group(1)) if found else None


def find_java(environment):
    """The first java that is new enough: JAVA_HOME, PATH, then the folders of Linux systems."""
    homes = [environment["JAVA_HOME"]] if environment.get("JAVA_HOME") else []
    folders = [os.path.join(home, "bin") for home in homes]
    folders += environment.get("PATH", "").split(os.pathsep)
    folders += sorted(glob.glob("/usr/lib/jvm/*/bin"))
    seen = []
    for folder in folders:
        java = os.path.join(folder, "java")
        if folder and os.path.isfile(java) and os.access(java, os.X_OK):
            version = java_version(java)
            if version is not None and version >= OLDEST_JAVA:
                return java
            seen.append("{0} is of version {1}".format(java, version or "unknown"))
    raise BackendProblem(
        "cannot_tell",
        "no Java {0} or later on the DM control machine ({1})".format(
            OLDEST_JAVA, "; ".join(seen) or "no java in JAVA_HOME, PATH or /usr/lib/jvm"
        ),
        "a Java {0} runtime or later, which runs dm-switch".format(OLDEST_JAVA),
        "install one there, on Debian: apt-get install openjdk-17-jre-headless",
    )


def check_version(jar):
    """The jar has to be of the collection's own version: both change together."""
    try:
        with zipfile.ZipFile(jar) as entries:
            manifest = entries.read("META-INF/MANIFEST.MF").decode("utf-8")
    except (IOError, OSError, KeyError, zipfile.BadZipfile) as e:
        raise BackendProblem(
            "cannot_tell",
            "cannot read the backend {0}: {1}".format(jar, e),
            "the dm-switch.jar of version {0}".format(VERSION),
            "in a checkout run ./dev setup; otherwise install the collection again",
        )
    found = re.search(r"^Implementation-Version: *(\S+)", manifest, re.MULTILINE)
    version = found.group(1) if found else "unknown"
    if version != VERSION:
        raise BackendProblem(
            "wrong_use",
            "the backend {0} is of version {1}".format(jar, version),
            "version {0}, the collection's own".format(VERSION),
            "leave backend_jar out, or give the jar that came with this collection",
        )


def jvm_options(jar):
    """For a JVM that lives for a second; what it has to say itself stays off stdout."""
    options = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    # Of an archive that another JVM made, nothing has to be said.
    options += ["-Xlog:disable", "-Xlog:all=error,cds*=off:stderr"]
    archive = os.path.splitext(jar)[0] + ".jsa"
    return options + (["-XX:SharedArchiveFile=" + archive] if os.path.isfile(archive) else [])


def with_utf8(environment):
    """The environment with a locale in which file names are UTF-8, as they are for Ansible.

    Java takes their encoding from the locale alone, and so do some of the programs it runs. One that
    has UTF-8 already stays, whatever its language.
    """
    names = [environment.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    given = ([name for name in names if name] or ["C"])[0]
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in (given, "C.UTF-8", "C.utf8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            if locale.nl_langinfo(locale.CODESET).upper() in ("UTF-8", "UTF8"):
                return environment if name == given else dict(environment, LC_ALL=name)
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return environment


def call(java, jar, words, request, environment):
    """Runs one command of dm-switch; its answer and what it said to people."""
    environment = with_utf8(environment)
    command = [java] + jvm_options(jar) + ["-jar", jar]
    reply = None
    if not request["check_mode"]:
        path = step_server.prefix(jar, request, environment)
        if words == ["plan", "written"]:
            reply = start_server(command, path, words, request, environment)
        elif request.get("run_id"):
            reply = ask_server(path, words, request)
    reply = reply or run_once(command, words, request, environment)
    answer = read_answer(words, reply["status"], reply["stdout"], reply["stderr"])
    return answer, reply["stderr"]


def run_once(command, words, request, environment):
    """A process for this step alone; how it ended and what it said."""
    process = subprocess.Popen(
        command + words,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Ctrl-C ends the playbook; a step that is running finishes.
        preexec_fn=os.setsid,
    )
    stdout, stderr = process.communicate(json.dumps(request).encode("utf-8"))
    return dict(
        status=process.returncode,
        stdout=stdout.decode("utf-8", "replace"),
        stderr=stderr.decode("utf-8", "replace"),
    )


def start_server(command, path, words, request, environment):
    """As run_once, by a process that stays for the further steps."""
    ended = step_server.start(command, path, words, request, environment)
    stderr = ended.stderr.decode("utf-8", "replace")
    reply = step_server.decoded(ended.stdout)
    if reply is not None:
        # With what the JVM itself had to say.
        return dict(reply, stderr=stderr + reply["stderr"])
    stdout = ended.stdout.decode("utf-8", "replace")
    return dict(status=ended.process.wait(), stdout=stdout, stderr=stderr)


def ask_server(path, words, request):
    """As run_once, by the process that has written the plan; None when it is not there."""
    connection = step_server.find(path, request["run_id"])
    reply = connection and step_server.ask(connection, words, request)
    if not reply:
        return None
    told = step_server.decoded(reply)
    if told is None:
        raise BackendProblem(
            "cannot_tell",
            "the process of dm-switch that does the steps of this run has ended in the middle of "
            "{0}, without an answer".format(" ".join(words)),
            "its answer",
            "see what has ended it (the kernel log, if memory ran out), then run the same playbook "
            "again: it continues from what it observes",
        )
    return told


def read_answer(words, status, stdout, stderr):
    """The answer of a run that succeeded; anything else is a BackendProblem."""
    try:
        answer = json.loads(stdout)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        lines = (stderr.strip() or stdout.strip() or "nothing").splitlines()
        raise BackendProblem(
            "cannot_tell" if status != MEANINGS["defect"][0] else "defect",
            "dm-switch {0} ended with status {1} and without an answer; it said: {2}".format(
                " ".join(words), status, "\n".join(lines[-20:])
            ),
            "its answer in JSON",
            "fix what it names, then run the same playbook again: it continues from what it observes",
            rc=status,
            stderr=stderr,
        )
    problem = answer.pop("problem", None)
    if problem is not None:
        code = problem.get("exit_code")
        if code not in MEANINGS:
            code = "defect"
        # The problem's own text takes its place.
        answer.pop("msg", None)
        if code == "defect":
            # Where it happened.
            answer["stderr"] = stderr
        raise BackendProblem(
            code,
            problem.get("found", "nothing was said"),
            problem.get("wanted", "a description of the problem"),
            problem.get("next", "report this as a defect of dm-switch"),
            **dict(answer, rc=status)
        )
    if status != 0 or not isinstance(answer.get("changed"), bool):
        raise BackendProblem(
            "defect",
            "dm-switch {0} ended with status {1} and an answer that does not fit".format(
                " ".join(words), status
            ),
            "status 0 with `changed` true or false, or a problem",
            "report this as a defect of dm-switch, with the journal's folder",
            rc=status,
            stderr=stderr,
        )
    return answer


class Command(object):
    """What a module is: `dm-switch NAME STATE` with its options as the request.

    With one state it is the default; with several the user has to choose. `shared` are the shared
    options that it takes, all of them when not given.
    """

    def __init__(self, name, states=(), shared=None, **options):
        self.name = name
        self.has_state = bool(states)
        self.spec = dict(OPTIONS if shared is None else shared, **options)
        if states:
            state = dict(type="str", choices=list(states))
            state.update(dict(default=states[0]) if len(states) == 1 else dict(required=True))
            self.spec["state"] = state

    def secrets(self, params):
        """The values that no one may read.

        Of a list only the words that hold a value: --become would be hidden in every text.
        """
        secrets = []
        for name, option in self.spec.items():
            if option.get("no_log") and params.get(name):
                if option["type"] == "list":
                    secrets += [word for word in params[name] if HOLDS_A_VALUE.search(word)]
                else:
                    secrets.append(str(params[name]))
        return secrets

    def run(self, params, check_mode, environment=None):
        """Runs it with options that fit the spec; the result as Ansible wants it, warnings beside.

        environment: variables for the backend beside those of this process.
        """
        request = dict((key, value) for key, value in params.items() if value is not None)
        request["check_mode"] = check_mode
        jar = request.pop("backend_jar", None)
        words = [self.name] + ([request.pop("state")] if self.has_state else [])
        environment = dict(os.environ, **(environment or {}))
        try:
            if jar is None or not os.path.exists(jar):
                raise BackendProblem(
                    "cannot_tell",
                    "the backend {0} is not there".format(jar or "dm-switch.jar (no backend_jar)"),
                    "the dm-switch.jar of version {0}".format(VERSION),
                    "in a checkout run ./dev setup; otherwise install the collection again",
                    backend_missing=True,
                )
            check_version(jar)
            answer, stderr = call(find_java(environment), jar, words, request, environment)
        except BackendProblem as e:
            rc = MEANINGS[e.problem["exit_code"]][0]
            result = dict(dict(rc=rc, changed=False), **e.answer)
            result.update(failed=True, msg=e.text(), problem=e.problem)
        else:
            result = dict(answer, stderr=stderr)
        # The backend hides them too, but Ansible shows a module's warnings as they are.
        result = remove_values(result, self.secrets(params))
        warnings = result.pop("warnings", [])
        # Those that stand among the checks are read there.
        return result, [] if "checks" in result else warnings


def run_module(command):
    """The whole of a module."""
    module = AnsibleModule(argument_spec=command.spec, supports_check_mode=True)
    module.no_log_values = set(command.secrets(module.params))
    result, warnings = command.run(module.params, module.check_mode)
    for warning in warnings:
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
