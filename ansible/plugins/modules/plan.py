#!/usr/bin/python
"""Checks everything and writes down how a dm-worker will be switched."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: plan
short_description: Checks everything and writes down how a dm-worker will be switched
version_added: 0.1.0
description:
  - Checks what M(dmswitch.upstream.preflight) checks; when all of it holds, writes the plan into
    the journal, before anything is changed.
  - Finds a switch that an earlier run left unfinished; the later modules then go on from there.
options:
  state:
    description:
      - The plan lies in the journal.
    type: str
    choices: [written]
    default: written
  waited:
    description:
      - Seconds of O(upgrade_timeout) that earlier calls of the same task have waited for a step
        whose playbook has ended; the action sets it.
    type: int
attributes:
  check_mode:
    support: full
    description: Checks all and shows plan and difference, and changes nothing.
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
"""

RETURN = r"""
msg:
  description: What was done or found, for people.
  type: str
  returned: always
already_there:
  description:
    - True where the worker reads the new server already, relay and tasks run, and the inventory names
      it, so that a switch would change nothing.
  type: bool
  returned: when that is so
checks:
  description:
    - Each condition and whether it holds. Of a failure the playbooks show them all, and here stand the
      names and outcomes of those that do not.
  type: list
  elements: dict
  returned: when the worker and the servers could be looked at
  contains:
    name:
      description: The condition.
      type: str
    outcome:
      description: One of V(passed), V(warning), V(refused), V(cannot_tell), V(wrong_use).
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
diff:
  description: The worker's entry of the inventory before and after, passwords masked.
  type: dict
  returned: when the inventory could be read
  contains:
    before:
      description: The entry as it is.
      type: str
    after:
      description: The entry as it will be.
      type: str
    prepared:
      description: Settings in C(ansible.cfg) that can change the rolling upgrade, a line each.
      type: str
      returned: when there are such that differ from DM-Ansible 1.0.7
plan:
  description:
    - The plan as the journal has it; among its fields the C(inventory) that is edited and rolled, and
      C(ansible_settings), what C(ansible.cfg) sets otherwise than DM-Ansible 1.0.7 and can change the
      rolling upgrade (C(name), C(value), C(of_dm_ansible)).
  type: dict
  returned: success
run_id:
  description: Names this run; the later modules want it back.
  type: str
  returned: success
problem:
  description: What keeps the step from being done.
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

COMMAND = Command("plan", states=("written",), waited=dict(type="int"))


def main():
    """Runs `dm-switch plan`."""
    run_module(COMMAND)


if __name__ == "__main__":
    main()
