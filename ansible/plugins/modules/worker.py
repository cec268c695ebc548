#!/usr/bin/python
# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""Runs DM-Ansible's rolling upgrade of a dm-worker."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: worker
short_description: Runs DM-Ansible's rolling upgrade of a dm-worker
version_added: 0.1.0
description:
  - Runs C(rolling_update.yml --tags=dm-worker -l ALIAS) with the operator's own ansible; the
    worker restarts with the new address. The output is in the journal's folder.
  - With O(roll_mode=staged) in the plan the first attempt runs C(stop.yml), then
    C(rolling_update.yml) from its task C(create configuration file) on. A further attempt runs all
    of it.
options:
  state:
    description:
      - The worker runs with the configuration that the inventory gives.
    type: str
    choices: [upgraded]
    default: upgraded
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

- name: Restart the worker on the new upstream
  dmswitch.upstream.worker:
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
log:
  description: The file with the output of the rolling upgrade.
  type: str
  returned: when the rolling upgrade was run or waited for
output:
  description: The output of the rolling upgrade, passwords masked.
  type: list
  elements: str
  returned: when the rolling upgrade was run or waited for
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

COMMAND = Command("worker", states=("upgraded",))


def main():
    """Runs `dm-switch worker`."""
    run_module(COMMAND)


if __name__ == "__main__":
    main()
