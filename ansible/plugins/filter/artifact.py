# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0 OR GPL-3.0-or-later
"""See DOCUMENTATION."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
name: artifact
short_description: What a run of a playbook of this collection ended with, for other programs
version_added: 0.1.0
description:
  - Made of the result of the last step that ran. The roles hand it to C(set_stats) as C(dm_switch), so
    that it becomes an artifact of the job in AWX, by which a workflow can branch.
options:
  _input:
    description:
      - The registered result of a module of this collection; empty when none has run.
    type: dict
    required: true
  _playbook:
    description:
      - The name of the playbook.
    type: str
    required: true
  finishes:
    description:
      - Whether the last step of the playbook answers with a summary. A result without one is then no
        success, since the run ended on its way.
    type: bool
    default: false
positional: _playbook
author:
  - The dm-switch maintainers
"""

EXAMPLES = r"""
- name: Check whether the switch can be made
  dmswitch.upstream.preflight:
    dm_ansible_dir: /home/tidb/dm-ansible
    dm_worker: dm_worker1
    new_mysql_host: 10.0.1.12
    new_mysql_port: 3306
  register: checked

- name: Hand the outcome to the workflow
  ansible.builtin.set_stats:
    data:
      dm_switch: "{{ checked | dmswitch.upstream.artifact('preflight') }}"
"""

RETURN = r"""
_value:
  description: The outcome.
  type: dict
  contains:
    playbook:
      description: The name of the playbook.
      type: str
    outcome:
      description:
        - V(done), V(refused), V(wrong_use), V(cannot_tell), V(stopped_midway) or V(defect).
      type: str
    changed:
      description: Whether the last step changed something, or would have in check mode.
      type: bool
    problem:
      description: What it failed by; not there when it is done.
      type: dict
      contains:
        found:
          description: What was found.
          type: str
        wanted:
          description: What was wanted; empty of a failure of Ansible itself.
          type: str
        next:
          description: What to do next.
          type: str
    not_passed:
      description: The outcome of each check that did not pass, by its name.
      type: dict
    already_there:
      description: True of a switch that would change nothing; not there otherwise.
      type: bool
    summary:
      description:
        - Of a switch that is finished, RV(dmswitch.upstream.switchover#module:summary).
      type: dict
    state:
      description: Of a rescue, the state of the worker.
      type: str
    healable:
      description: Of a rescue, whether O(dmswitch.upstream.rescue#module:state=applied) repairs it.
      type: bool
    will:
      description: Of a rescue, what the repair does, step by step.
      type: list
      elements: str
    next:
      description: Of a rescue, what to do.
      type: str
    journal:
      description: The folder with the record of what was done.
      type: str
"""

# Before the first step only the variables are looked at.
NO_STEP = {
    "exit_code": "wrong_use",
    "found": "a variable that is missing or wrong; the output of the run names it",
    "wanted": "the variables of the role",
    "next": "correct it and run again; nothing was changed",
}
AS_THEY_ARE = ("already_there", "summary", "state", "healable", "will", "next", "journal")


# A failure of Ansible itself may leave the result of the step before as the last one.
ON_ITS_WAY = {
    "exit_code": "cannot_tell",
    "found": "the run ended before the last step; its output says where",
    "wanted": "the summary of the last step",
    "next": "fix what the output names, then run the same playbook again: it continues from what it finds",
}


def artifact(result, playbook, finishes=False):
    """See DOCUMENTATION."""
    if not result:
        result = {"failed": True, "problem": NO_STEP}
    elif finishes and not any(result.get(key) for key in ("failed", "summary", "already_there")):
        result = {"failed": True, "problem": ON_ITS_WAY}
    problem = result.get("problem") or {}
    # What is no problem of dm-switch is that of Ansible itself, such as a connection that is lost.
    failed = bool(result.get("failed") or result.get("unreachable"))
    made = {
        "playbook": playbook,
        "outcome": problem.get("exit_code", "cannot_tell" if failed else "done"),
        "changed": bool(result.get("changed")),
    }
    if failed:
        made["problem"] = {
            "found": problem.get("found") or str(result.get("msg", "")),
            "wanted": problem.get("wanted", ""),
            "next": problem.get("next") or ON_ITS_WAY["next"],
        }
    not_passed = {
        check["name"]: check["outcome"]
        for check in result.get("checks") or []
        if check["outcome"] != "passed"
    }
    if not_passed:
        made["not_passed"] = not_passed
    made.update((name, result[name]) for name in AS_THEY_ARE if name in result)
    return made


class FilterModule(object):
    """What Ansible loads."""

    def filters(self):
        """The filters by their names."""
        return {"artifact": artifact}
