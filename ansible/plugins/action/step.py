# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0 OR GPL-3.0-or-later
"""Runs a module of the procedure: brings the backend to its host, and shows people what it says.

The modules are the documented interface; meta/runtime.yml leads all of them through here.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import hashlib
import json
import os
import shlex
import sys
from importlib import import_module

from ansible.errors import AnsibleActionFail
from ansible.module_utils import basic
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.release import __version__
from ansible.utils.display import Display
from ansible_collections.dmswitch.upstream.plugins.module_utils.backend import (
    MEANINGS,
    BackendProblem,
)

COLLECTION_JAR = os.path.join(
    os.path.dirname(os.path.dirname(os.path.realpath(__file__))), "module_utils", "dm-switch.jar"
)
MODULES = "ansible_collections.dmswitch.upstream.plugins.modules."
WORDS_OF_OUTCOMES = {
    "passed": ("ok      ", None),
    "warning": ("WARNING ", "yellow"),
    "refused": ("REFUSED ", "red"),
    "cannot_tell": ("UNCLEAR ", "red"),
    "wrong_use": ("WRONG   ", "red"),
}
WORDS_OF_HANDLINGS = {
    "STOP_ON_WORKER": "stop-task and start-task on this worker",
    "STOP_WHOLE": "stop-task and start-task on all its workers, since it is sharded",
    "PAUSE_ON_WORKER": "pause-task and resume-task on this worker",
    "LEAVE_PAUSED": "left Paused, as an operator has it",
}

display = Display()


class ActionModule(ActionBase):
    """See above."""

    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp=None, task_vars=None):
        """Runs the module; its result is ours."""
        result = super().run(tmp, task_vars)
        args = given(self._task.args, self._command().spec)
        own_jar = not args.get("backend_jar")
        if own_jar:
            if not os.path.exists(COLLECTION_JAR):
                raise AnsibleActionFail(
                    "the collection has no backend at {0}; in a checkout run ./dev setup, "
                    "otherwise install the collection again".format(COLLECTION_JAR)
                )
            args["backend_jar"] = COLLECTION_JAR if self._here() else self._cached_path()
        if self._here() and sys.prefix != sys.base_prefix:
            # So that the backend looks for DM-Ansible's ansible outside of ours.
            self._task.environment = list(self._task.environment or [])
            self._task.environment.append({"VIRTUAL_ENV": sys.prefix})
        answer = self._said(args, task_vars)
        if answer.pop("backend_missing", False) and own_jar and not self._here():
            self._copy_jar(args["backend_jar"])
            answer = self._said(args, task_vars)
        while answer.get("waiting"):
            # One call waits a short while only, so that the operator sees how much time is left.
            display.display("  " + answer["msg"])
            args["waited"] = answer["waited"]
            answer = self._said(args, task_vars)
        show(answer, args.get("dm_ansible_dir") or "")
        result.update(shortened(answer) if answer.get("problem") else answer)
        return result

    def _said(self, args, task_vars):
        """What the module answers, without the ways it went, which -vvv shows."""
        answer = self._answer(args, task_vars)
        for way in answer.pop("looks", []):
            display.vvv("  " + way)
        return answer

    def _answer(self, args, task_vars):
        """What the module answers; run in this process where no other one would see more."""
        if not self._here() or self._task.async_val:
            return self._execute(args, task_vars)
        command = self._command()
        options = ArgumentSpecValidator(command.spec).validate(args)
        if options.error_messages:
            # In the words in which Ansible says it of every module.
            return self._execute(args, task_vars)
        environment = {}
        self._compute_environment_string(environment)
        answer, warnings = command.run(
            options.validated_parameters,
            self._task.check_mode,
            dict((key, str(value)) for key, value in environment.items()),
        )
        if warnings:
            answer["warnings"] = warnings
        if "stderr" in answer:
            answer["stderr_lines"] = answer["stderr"].splitlines()
        return answer

    def _execute(self, args, task_vars):
        """Runs the module on its host; reports a Python there that is too old for it."""
        answer = self._execute_module(module_args=args, task_vars=task_vars)
        stderr = answer.get("module_stderr", "").strip()
        if "problem" in answer or "SyntaxError" not in stderr:
            return answer
        problem = BackendProblem(
            "cannot_tell",
            "the Python on {0} is too old for the modules of ansible-core {1}: {2}".format(
                task_vars["inventory_hostname"], __version__, stderr.splitlines()[-1]
            ),
            "there Python {0} or later".format(oldest_python()),
            "set ansible_python_interpreter of that host to such a Python, or run this playbook with "
            "ansible-core 2.16, whose modules run on Python 2.7 and 3.6 too; nothing was changed",
        )
        return dict(
            failed=True, changed=False, rc=MEANINGS["cannot_tell"][0], msg=problem.text(), problem=problem.problem
        )

    def _command(self):
        return import_module(MODULES + self._task.action.rpartition(".")[2]).COMMAND

    def _here(self):
        """Whether the module can read the collection's own files."""
        return self._connection.transport == "local" and not self._connection.become

    def _cached_path(self):
        """Where the jar is on another host: by its content, so that it is never a stale one."""
        with open(COLLECTION_JAR, "rb") as jar:
            digest = hashlib.sha256(jar.read()).hexdigest()
        home = self._remote_expand_user("~")
        return self._connection._shell.join_path(
            home, ".cache", "dm-switch", "dm-switch-{0}.jar".format(digest[:16])
        )

    def _copy_jar(self, path):
        """Puts the jar there, in check mode as well: without it nothing can be looked at."""
        display.display("  copying the backend to {0}".format(path))
        folder = self._make_tmp_path()
        try:
            sent = self._transfer_file(
                COLLECTION_JAR, self._connection._shell.join_path(folder, "dm-switch.jar")
            )
            self._fixup_perms2((folder, sent))
            # Moved into place whole, so that a lost connection leaves no half a jar.
            script = "umask 077 && mkdir -p {folder} && cp {sent} {path}.$$ && mv {path}.$$ {path}"
            done = self._low_level_execute_command(
                script.format(
                    folder=shlex.quote(os.path.dirname(path)),
                    sent=shlex.quote(sent),
                    path=shlex.quote(path),
                )
            )
        finally:
            self._remove_tmp_path(folder)
        if done["rc"] != 0:
            raise AnsibleActionFail(
                "cannot put the backend at {0}: {1}".format(path, done["stderr"].strip())
            )


def oldest_python():
    """The oldest Python 3 on which the modules of this ansible-core run.

    Up to 2.16 they say only whether they run on the one that asks: it is 3.5 or 3.6.
    """
    oldest = getattr(basic, "_PY_MIN", None)
    return ".".join(str(part) for part in oldest) if isinstance(oldest, tuple) else "3.6"


def given(args, spec):
    """The arguments that say something, as a survey, a file or a command line gives them.

    A survey of AWX hands over an empty text for what was left blank, and every answer as text: a
    list has an element a line.
    """
    said = {}
    for name, value in args.items():
        option = spec.get(name, {})
        kind = option.get("type")
        if isinstance(value, str) and kind == "list" and "\n" in value.strip():
            value = [line.strip() for line in value.splitlines() if line.strip()]
        elif isinstance(value, str) and (kind != "str" or "choices" in option or not value.strip()):
            value = value.strip()
        if value is not None and value != "":
            said[name] = value
    return said


def show(answer, directory):
    """What the operator reads on the terminal, below the task's name; directory is dm_ansible_dir."""
    for line in lines_of(answer, directory):
        display.display(line[0], color=line[1])


def shortened(answer):
    """A failure that has been shown, with its problem as data: Ansible prints all of it again."""
    problem = answer["problem"]
    answer = dict(
        answer, msg="{0}: {1}".format(MEANINGS[problem["exit_code"]][1], problem["found"])
    )
    if "checks" in answer:
        answer["checks"] = [
            dict(name=check["name"], outcome=check["outcome"])
            for check in answer["checks"]
            if check["outcome"] != "passed"
        ]
    return answer


def is_shown(problem, checks):
    """Whether the lines of a check say the whole of a problem."""
    fields = ("found", "wanted", "next")
    return any(
        check["outcome"] != "passed" and all(check[field] == problem[field] for field in fields)
        for check in checks or []
    )


def lines_of(answer, directory):
    """The lines for the operator, each with its colour."""
    for check in answer.get("checks") or []:
        word, color = WORDS_OF_OUTCOMES.get(check["outcome"], (check["outcome"], None))
        yield "  {0}{1}: {2}".format(word, check["name"], check["found"]), color
        if check["outcome"] != "passed":
            for field in ("wanted", "next"):
                if check[field]:
                    yield "            {0:7} {1}".format(field + ":", check[field]), color
    if answer.get("plan"):
        for line in lines_of_plan(answer["plan"], directory):
            yield "  " + line, None
    problem = answer.get("problem")
    if not answer.get("failed"):
        text, color = answer.get("summary_text") or answer.get("msg") or "", None
    elif problem and is_shown(problem, answer.get("checks")):
        text, color = "", None
    elif problem:
        text, color = answer["msg"], "red"
    else:
        # Of Ansible itself, which says it.
        return
    for line in text if isinstance(text, list) else text.splitlines():
        yield "  " + line, color
    if answer.get("summary"):
        yield "  as JSON     " + json.dumps(answer["summary"], sort_keys=True), None


def lines_of_plan(plan, directory):
    """What will be done, as a person reads it."""
    old, new = plan["old_server"], plan["new_server"]
    behind_vip = plan.get("scenario") == "vip"
    yield "plan    {0} ({1})".format(plan["worker"], plan["worker_address"])
    yield "        {2} {0[host]}:{0[port]} {3} {1[host]}:{1[port]}".format(
        old, new, *(("the VIP", "moves to") if behind_vip else ("from", "to"))
    )
    usual = os.path.join(os.path.expanduser(os.path.expandvars(directory)), "inventory.ini")
    if plan.get("inventory") not in (None, os.path.abspath(usual)):
        yield "        inventory {0}".format(plan["inventory"])
    settings = plan.get("ansible_settings")
    if settings:
        yield "        settings {0}".format(
            "; ".join("{0[name]} = {0[value]}".format(setting) for setting in settings)
        )
    if plan.get("roll_mode") == "staged":
        yield "        roll_mode staged: the first roll leaves programs, run script and unit as they are"
    if plan.get("looks_by_ssh"):
        yield "        looks by ssh, as ansible goes"
    for task in plan["tasks"]:
        yield "        task {0}: {1}".format(
            task["name"], WORDS_OF_HANDLINGS.get(task["handling"], task["handling"])
        )
    if plan["leave_hole"]:
        yield "        first out of the relay file that begins with a hole"
    yield "        way back until {0}: {1}".format(
        "relay is switched" if behind_vip else "the tasks are touched",
        "none"
        if not plan["abort_possible"]
        else "resume-relay and resume-task"
        if behind_vip
        else "resume-relay",
    )
