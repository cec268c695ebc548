#!/usr/bin/python
# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""Finds out what is wrong with a dm-worker, or repairs it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: rescue
short_description: Finds out what is wrong with a dm-worker, or repairs it
version_added: 0.1.0
description:
  - Names the state that a dm-worker is in and says what can be repaired.
  - Repairs only what is provably safe to repair. Any other state is a failure that says why and
    what to do.
options:
  state:
    description:
      - V(looked_at) only looks.
      - V(applied) repairs what is found, and continues an interrupted repair.
    type: str
    choices: [looked_at, applied]
    required: true
  rescue_gtid_w:
    description:
      - W, the GTID set relayBinlogGtid, at the fence of the switch after which DM cut a relay
        file, if no journal has it.
    type: str
extends_documentation_fragment:
  - dmswitch.upstream.worker
  - dmswitch.upstream.onward
notes:
  - Files on the worker's host are touched only while the worker is stopped, after a copy, through
    DM-Ansible's own ansible.
attributes:
  check_mode:
    support: full
    description: Says what would be repaired, or refuses; changes nothing.
  diff_mode:
    support: full
    description: Shows the changes of the files in the relay directory.
author:
  - The dm-switch maintainers (@dm-switch)
"""

EXAMPLES = r"""
- name: What is wrong with the worker
  dmswitch.upstream.rescue:
    state: looked_at
    dm_ansible_dir: /home/tidb/dm-ansible
    dm_worker: dm_worker1

- name: Repair it, where that is provably safe
  dmswitch.upstream.rescue:
    state: applied
    dm_ansible_dir: /home/tidb/dm-ansible
    dm_worker: dm_worker1
"""

RETURN = r"""
msg:
  description: The state and what to do, as text for the operator.
  type: str
  returned: always
state:
  description: The name of the state, V(healthy) when nothing is wrong.
  type: str
  returned: when the worker could be looked at
found:
  description: What was found.
  type: str
  returned: when the worker could be looked at
healable:
  description: Whether O(state=applied) repairs it.
  type: bool
  returned: when the worker could be looked at
will:
  description: What O(state=applied) does, step by step.
  type: list
  elements: str
  returned: when the worker could be looked at
why_not:
  description: Why it is not repaired, apart from the state itself; else empty.
  type: str
  returned: when the worker could be looked at
next:
  description: What to do.
  type: str
  returned: when the worker could be looked at
journal:
  description: The folder with the record of what was done.
  type: str
  returned: with O(state=applied), when something was done, and failure that has one
diff:
  description: The changes in the relay directory, as lines before and after.
  type: dict
  returned: with O(state=applied), when files are changed
  contains:
    before:
      description: The lines as they are.
      type: str
    after:
      description: The lines as they will be.
      type: str
    before_header:
      description: The folder.
      type: str
    after_header:
      description: The folder.
      type: str
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

from ansible_collections.dmswitch.upstream.plugins.module_utils.backend import (
    Command,
    OPTIONS_OF_RESCUE,
    run_module,
)

COMMAND = Command(
    "rescue",
    states=("looked_at", "applied"),
    shared=OPTIONS_OF_RESCUE,
    rescue_gtid_w=dict(type="str"),
)


def main():
    """Runs `dm-switch rescue`."""
    run_module(COMMAND)


if __name__ == "__main__":
    main()
