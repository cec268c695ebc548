#!/usr/bin/python
# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""Drains, stops or starts the tasks of a dm-worker."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: tasks
short_description: Drains, stops or starts the tasks of a dm-worker
version_added: 0.1.0
description:
  - Stops and starts, or pauses and resumes, every task that runs on the worker, as the plan has it;
    only on this worker, or as a whole if it is sharded over several.
  - A task that an operator had paused is left as it is.
options:
  state:
    description:
      - V(drained) waits until the tasks have replayed what relay holds. It changes nothing, and a
        timeout is a refusal only if a replicated table has no key.
      - V(stopped) stops or pauses the tasks, after a last check of relay.
      - V(running) starts or resumes them and waits until they run without errors.
    type: str
    choices: [drained, stopped, running]
    required: true
extends_documentation_fragment:
  - dmswitch.upstream.worker
  - dmswitch.upstream.onward
  - dmswitch.upstream.switch
author:
  - The dm-switch maintainers (@dm-switch)
"""

EXAMPLES = r"""
- name: Check everything and write the plan
  dmswitch.upstream.plan:
    dm_ansible_dir: /home/tidb/dm-ansible
    dm_worker: dm_worker1
    new_mysql_host: 10.0.1.12
    new_mysql_port: 3306
  register: written

- name: Stop the tasks
  dmswitch.upstream.tasks:
    state: stopped
    dm_ansible_dir: /home/tidb/dm-ansible
    dm_worker: dm_worker1
    new_mysql_host: 10.0.1.12
    new_mysql_port: 3306
    run_id: "{{ written.run_id }}"
"""

RETURN = r"""
msg:
  description: What was done or found, as text for the operator.
  type: str
  returned: always
tasks:
  description: The tasks that the switch stops or pauses and brings back.
  type: list
  elements: str
  returned: success of O(state=stopped) and O(state=running)
journal:
  description: The folder with plan, steps and logs.
  type: str
  returned: failure, when the switch has stopped midway or the backend has a defect
stderr:
  description: What dm-switch printed for the operator in addition to its answer.
  type: str
  returned: success, or a defect
problem:
  description: Why the step was not done.
  type: dict
  returned: failure
  contains:
    exit_code:
      description: One of V(refused), V(wrong_use), V(cannot_tell), V(stopped_midway), V(defect).
      type: str
    found:
      description: What was found.
      type: str
    wanted:
      description: What was wanted.
      type: str
    next:
      description: What to do next.
      type: str
rc:
  description: The exit status of dm-switch that belongs to the problem, 1 to 5.
  type: int
  returned: failure
"""

from ansible_collections.dmswitch.upstream.plugins.module_utils.backend import Command, run_module

COMMAND = Command("tasks", states=("drained", "stopped", "running"))


def main():
    """Runs `dm-switch tasks`."""
    run_module(COMMAND)


if __name__ == "__main__":
    main()
