#!/usr/bin/python
# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""Looks at the virtual IP of a dm-worker's upstream, or waits until it shows the new server."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: vip
short_description: Looks at the virtual IP of a dm-worker's upstream, or waits for the new server
version_added: 0.1.0
description:
  - Moves nothing itself. Reports which server the VIP shows on fresh connections, or waits until
    it shows the new server, to this machine and to the worker.
options:
  state:
    description:
      - V(looked_at) reports which server the VIP shows, and records in the journal that it is
        about to be moved.
      - V(moved) waits until it shows the new server on three fresh connections in a row, and as far
        as query-status shows it, to the worker.
    type: str
    choices: [looked_at, moved]
    required: true
  vip_timeout:
    description:
      - Seconds to wait until the VIP shows the new server.
    type: int
    default: 300
  waited:
    description:
      - Seconds of O(vip_timeout) that earlier calls of the same task have waited; the action sets it.
    type: int
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
    scenario: vip
    dm_ansible_dir: /home/tidb/dm-ansible
    dm_worker: dm_worker1
    new_mysql_host: 10.0.1.12
    new_mysql_port: 3306
  register: written

- name: See the new server through the VIP
  dmswitch.upstream.vip:
    state: moved
    scenario: vip
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
shows:
  description: Which server the VIP shows, one of V(old), V(new), V(nobody), V(unknown).
  type: str
  returned: with O(state=looked_at)
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

COMMAND = Command(
    "vip",
    states=("looked_at", "moved"),
    vip_timeout=dict(type="int", default=300),
    waited=dict(type="int"),
)


def main():
    """Runs `dm-switch vip`."""
    run_module(COMMAND)


if __name__ == "__main__":
    main()
