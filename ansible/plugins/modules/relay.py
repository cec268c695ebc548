#!/usr/bin/python
# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""Brings the relay unit of a dm-worker into a state, and verifies it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: relay
short_description: Brings the relay unit of a dm-worker into a state, and verifies it
version_added: 0.1.0
description:
  - Pauses relay between two transactions, takes it to the new server behind a VIP, verifies that
    it reads from the new server, or resumes it.
options:
  state:
    description:
      - V(fenced) pauses relay after a whole transaction, and waits until the new server has
        executed everything that relay holds.
      - V(switched) runs C(switch-relay-master), at most once in a switch, and only while the VIP
        shows the new server on three fresh connections in a row.
      - V(resumed) resumes relay on the new server, if the VIP still shows it.
      - V(observed) verifies that relay runs on the new server, with nothing lost. If an error has
        Paused it there, it is resumed again, behind a VIP up to three times, as DM fails with
        C(invalid connection) on each connection that it has kept to the old server.
      - V(running) is the way back. It resumes relay on the old server, behind a VIP the tasks too,
        if the journal says that this is safe.
    type: str
    choices: [fenced, switched, resumed, observed, running]
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

- name: Pause relay after a whole transaction
  dmswitch.upstream.relay:
    state: fenced
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
relay_sub_dir:
  description: The sub dir that relay writes to.
  type: str
  returned: success of O(state=fenced), when it was fenced by this call, and of O(state=observed)
gtid_w:
  description: W, the GTID set relayBinlogGtid.
  type: str
  returned: success of O(state=fenced), when it was fenced by this call, and of O(state=observed)
relay_binlog:
  description: The position of relay at the fence.
  type: str
  returned: success of O(state=fenced), when it was fenced by this call
half_transaction:
  description: Whether a transaction without its end follows W.
  type: bool
  returned: success of O(state=fenced), when it was fenced by this call
gtid_behind_w:
  description: The transactions that follow W in the relay file; empty for none.
  type: str
  returned: success of O(state=fenced), when it was fenced by this call
bytes_behind_w:
  description: How many bytes follow W in the relay file.
  type: int
  returned: success of O(state=fenced), when it was fenced by this call
seen:
  description: Whether relay already has its sub dir for the new server.
  type: bool
  returned: success of O(state=switched), when switch-relay-master was run by this call
hole_bytes:
  description: The size in bytes of the hole at the beginning of relay's current file; 0 for none.
  type: int
  returned: success of O(state=observed)
first_file_hole_bytes:
  description: The size in bytes of the hole at the beginning of the sub dir's first file; 0 for none.
  type: int
  returned: success of O(state=observed)
dump_unseen:
  description:
    - Why it could not be verified that the new server itself sends its binary log to relay; empty
      if it was.
  type: str
  returned: success of O(state=observed)
way_judged_from:
  description: The sub dir of the fence; relay's sub dirs were read from there on.
  type: str
  returned: success of O(state=observed)
way_warnings:
  description: What the operator should know about these sub dirs.
  type: list
  elements: str
  returned: success of O(state=observed)
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

COMMAND = Command("relay", states=("fenced", "switched", "resumed", "observed", "running"))


def main():
    """Runs `dm-switch relay`."""
    run_module(COMMAND)


if __name__ == "__main__":
    main()
