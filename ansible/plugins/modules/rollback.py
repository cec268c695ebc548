#!/usr/bin/python
# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""Takes back a switch of a dm-worker that stopped midway."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: rollback
short_description: Takes back a switch of a dm-worker that stopped midway
version_added: 0.1.0
description:
  - Restores the worker's entry of the inventory, resumes relay on the old server, brings back
    the tasks that ran before, and closes the journal. If no switch is in progress, there is
    nothing to do.
  - If a rolling upgrade was launched, or the worker is down, DM-Ansible's rolling upgrade restarts
    it on the old server in place of resuming relay.
  - Works as long as that is provably safe, that is until relay has opened a sub dir for the new
    server, or behind a VIP until relay is switched. After that it fails, and says why and what to do.
extends_documentation_fragment:
  - dmswitch.upstream.worker
notes:
  - The new server is not needed; it may be dead.
attributes:
  check_mode:
    support: full
    description: Says what would be done, or refuses; changes nothing.
  diff_mode:
    support: full
    description: Shows the worker's entry of the inventory before and after, passwords masked.
author:
  - The dm-switch maintainers (@dm-switch)
"""

EXAMPLES = r"""
- name: Take back the switch that stopped midway
  dmswitch.upstream.rollback:
    dm_ansible_dir: /home/tidb/dm-ansible
    dm_worker: dm_worker1
"""

RETURN = r"""
msg:
  description: What was done or found, as text for the operator.
  type: str
  returned: always
will:
  description: What brings the old state back, step by step; empty when no switch is in progress.
  type: list
  elements: str
  returned: success
journal:
  description: The folder to which the journal of the switch was moved.
  type: str
  returned: when something was done, and failure that has one
diff:
  description: The worker's entry of the inventory before and after, passwords masked.
  type: dict
  returned: when the inventory is restored
  contains:
    before:
      description: The entry as the switch left it.
      type: str
    after:
      description: The entry as it was before the switch.
      type: str
    before_header:
      description: The inventory.
      type: str
    after_header:
      description: The inventory.
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
    OPTIONS_OF_ROLLBACK,
    run_module,
)

COMMAND = Command("rollback", shared=OPTIONS_OF_ROLLBACK)


def main():
    """Runs `dm-switch rollback`."""
    run_module(COMMAND)


if __name__ == "__main__":
    main()
