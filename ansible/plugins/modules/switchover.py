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
  - Proves by what is observed that the worker reads the new server and that its tasks replay it;
    then closes the journal and sums up.
options:
  state:
    description:
      - V(verified) proves it; what cannot be proven yet, on an idle server, is said so.
      - V(finished) closes the journal and sums up.
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
  description: What was done or found, for people.
  type: str
  returned: always
summary:
  description: Worker, servers, W at the fence, tasks, standstill, what is proven and what not yet.
  type: dict
  returned: success of O(state=finished)
summary_text:
  description: The same for people.
  type: str
  returned: success of O(state=finished)
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

COMMAND = Command("switchover", states=("verified", "finished"))


def main():
    """Runs `dm-switch switchover`."""
    run_module(COMMAND)


if __name__ == "__main__":
    main()
