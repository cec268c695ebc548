#!/usr/bin/python
# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""Makes a MySQL server begin a new binary log file if relay would meet a hole."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: binary_logs
short_description: Makes a MySQL server begin a new binary log file if relay would meet a hole
version_added: 0.1.0
description:
  - Runs FLUSH BINARY LOGS on the server that relay reads from now, or on the new one, if the relay
    file begins, or would begin, with a hole at which DM could cut it.
  - On the current server it then waits until relay has left the file with the hole.
  - Does nothing if there is no such hole, or with O(flush_binary_logs=never).
options:
  state:
    description:
      - No hole is ahead.
    type: str
    choices: [flushed]
    default: flushed
  server:
    description:
      - V(current) is the server that relay reads from now, V(new) the new one.
    type: str
    choices: [current, new]
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

- name: Begin a fresh binary log on the new server
  dmswitch.upstream.binary_logs:
    state: flushed
    server: new
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
binlog_file:
  description: The binary log file that the new server wrote to before.
  type: str
  returned: success with O(server=new), where it was looked at
binlog_size:
  description: The size of that file in bytes.
  type: int
  returned: success with O(server=new), where it was looked at
clean_head:
  description: Whether relay will begin at the head of a fresh file, so that no hole is to come.
  type: bool
  returned: when the new server has begun a new file
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
    "binary_logs",
    states=("flushed",),
    server=dict(type="str", choices=["current", "new"], required=True),
)


def main():
    """Runs `dm-switch binary_logs`."""
    run_module(COMMAND)


if __name__ == "__main__":
    main()
