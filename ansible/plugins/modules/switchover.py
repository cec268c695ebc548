#!/usr/bin/python
# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""Proves that a switch worked, and ends it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: switchover
short_description: Proves that a switch worked, and ends it
version_added: 0.1.0
description:
  - Proves from the observed state that the worker reads from the new server and that its tasks
    replay it. Then closes the journal and prints a summary.
options:
  state:
    description:
      - V(verified) proves it. What cannot be proven yet, on an idle server, is reported as such.
      - V(finished) closes the journal and prints a summary.
    type: str
    choices: [verified, finished]
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

- name: Sum up
  dmswitch.upstream.switchover:
    state: finished
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
summary:
  description: Worker, servers, W at the fence, tasks, standstill, what is proven and what not yet.
  type: dict
  returned: success of O(state=finished)
  contains:
    scenario:
      description: One of V(address) and V(vip).
      type: str
    dm_worker:
      description: The dm-worker.
      type: str
    from:
      description: C(host:port) of the old server; with the scenario V(address).
      type: str
    vip:
      description: C(host:port) of the virtual IP; with the scenario V(vip).
      type: str
    from_uuid:
      description: The server_uuid of the old server.
      type: str
    to:
      description: C(host:port) of the new server.
      type: str
    to_uuid:
      description: The server_uuid of the new server.
      type: str
    gtid_w_at_fence:
      description: W, the GTID set relayBinlogGtid, at the fence.
      type: str
    relay_sub_dir:
      description: The sub dir of relay for the new server.
      type: str
    tasks:
      description: The tasks that were stopped or paused and run again.
      type: list
      elements: str
    tasks_left_paused:
      description: The tasks that an operator had paused and that are still Paused.
      type: list
      elements: str
    task_mode:
      description: One of V(stop) and V(pause).
      type: str
    roll_mode:
      description: One of V(documented) and V(staged); not given behind a virtual IP.
      type: str
    standstill_seconds:
      description:
        - How long no fresh rows reached the target, in seconds.
        - From the moment before relay was paused until the tasks ran again.
      type: float
    tasks_stopped_seconds:
      description: For how much of that the tasks were stopped or paused, in seconds.
      type: float
    proven:
      description: What is proven.
      type: list
      elements: str
    not_yet_proven:
      description: What is not proven yet, on an idle server.
      type: list
      elements: str
    warnings:
      description: What the operator should know.
      type: list
      elements: str
    journal:
      description: The folder to which the journal of the switch was moved.
      type: str
summary_text:
  description: The same for the operator, line by line.
  type: list
  elements: str
  returned: success of O(state=finished)
relay_sub_dir:
  description: The sub dir that relay writes to.
  type: str
  returned: success of O(state=verified)
gtid_w:
  description: W, the GTID set relayBinlogGtid.
  type: str
  returned: success of O(state=verified)
transaction_followed:
  description: Whether a transaction of the new server has followed.
  type: bool
  returned: success of O(state=verified)
tasks_proven:
  description: Of each task by its name, whether its checkpoint is in the new sub dir.
  type: dict
  returned: success of O(state=verified)
tasks_left_paused:
  description: The stage of each task that an operator had paused, by its name.
  type: dict
  returned: success of O(state=verified)
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

COMMAND = Command("switchover", states=("verified", "finished"))


def main():
    """Runs `dm-switch switchover`."""
    run_module(COMMAND)


if __name__ == "__main__":
    main()
