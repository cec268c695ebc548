"""Writes every task's result as a line of JSON to the file that RECORD_RESULTS names."""

from __future__ import annotations

import json
import os
import time

from ansible.parsing.ajson import AnsibleJSONEncoder
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record_results
type: notification
short_description: results as JSON lines
description: The terminal's output stays what an operator sees.
"""


class CallbackModule(CallbackBase):
    """See above."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record_results"
    CALLBACK_NEEDS_ENABLED = True

    def _record(self, status, result):
        line = {
            "task": result._task.get_name(),
            "action": result._task.action,
            "millis": int((time.monotonic() - self._started) * 1000),
            "status": status,
            "result": result._result,
        }
        with open(os.environ["RECORD_RESULTS"], "a") as lines:
            lines.write(json.dumps(line, cls=AnsibleJSONEncoder) + "\n")

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._started = time.monotonic()

    def v2_runner_on_ok(self, result):
        self._record("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._record("failed", result)

    def v2_runner_on_skipped(self, result):
        self._record("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._record("unreachable", result)
