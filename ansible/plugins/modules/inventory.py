#!/usr/bin/python
# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""Writes the new upstream into DM-Ansible's inventory."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: inventory
short_description: Writes the new upstream into DM-Ansible's inventory
version_added: 0.1.0
description:
  - Changes the worker's values in the inventory in place. Every other byte stays. A backup is in
    the journal's folder.
options:
  state:
    description:
      - The worker's entry names the new server.
    type: str
    choices: [switched]
    default: switched
attributes:
  diff_mode:
    support: full
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

- name: Write the new upstream into the inventory
  dmswitch.upstream.inventory:
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
diff:
  description: The worker's entry of the inventory before and after, passwords masked.
  type: dict
  returned: success
  contains:
    before:
      description: The entry as it is.
      type: str
    after:
      description: The entry as it will be.
      type: str
    before_header:
      description: The inventory.
      type: str
    after_header:
      description: The inventory.
      type: str
backup:
  description: The backup of the inventory.
  type: str
  returned: success
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

COMMAND = Command("inventory", states=("switched",))


def main():
    """Runs `dm-switch inventory`."""
    run_module(COMMAND)


if __name__ == "__main__":
    main()
