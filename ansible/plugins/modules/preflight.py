#!/usr/bin/python
# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""Checks whether a dm-worker can be switched to a new upstream."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: preflight
short_description: Checks whether a dm-worker can be switched to a new upstream
version_added: 0.1.0
description:
  - Checks every condition of a switch and reports which hold. Changes nothing.
  - A condition that does not hold is a failure, with all conditions in C(checks).
attributes:
  check_mode:
    support: full
    description: Runs all checks, shows plan and difference, and changes nothing.
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
- name: Can the worker be switched
  dmswitch.upstream.preflight:
    dm_ansible_dir: /home/tidb/dm-ansible
    dm_worker: dm_worker1
    new_mysql_host: 10.0.1.12
    new_mysql_port: 3306
"""

RETURN = r"""
msg:
  description: What was done or found, as text for the operator.
  type: str
  returned: always
already_there:
  description:
    - True if the worker already reads from the new server, relay and tasks run, and the inventory
      names it, so that a switch would change nothing.
  type: bool
  returned: when that is so
checks:
  description:
    - Each condition and whether it holds. On a failure the playbooks show all of them, and this
      has the names and outcomes of those that do not hold.
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
    before_header:
      description: The inventory.
      type: str
    after_header:
      description: The inventory.
      type: str
    prepared:
      description: Settings in C(ansible.cfg) that can change the rolling upgrade, a line each.
      type: str
      returned: when there are such that differ from DM-Ansible 1.0.7
plan:
  description: The plan as the journal has it.
  type: dict
  returned: success, where a switch has something to change
  contains:
    scenario:
      description: One of V(address) and V(vip).
      type: str
    inventory:
      description: The inventory of DM-Ansible that is edited and rolled.
      type: str
    ansible_settings:
      description:
        - What C(ansible.cfg) sets differently from DM-Ansible 1.0.7 and can change the rolling upgrade;
          empty in the scenario V(vip).
      type: list
      elements: dict
      contains:
        name:
          description: The setting, as C([section] option).
          type: str
        value:
          description: Its value, without a password; C(not set) if it is missing.
          type: str
        of_dm_ansible:
          description: Its value in DM-Ansible 1.0.7.
          type: str
    worker:
      description: The alias of the dm-worker in the inventory.
      type: str
    worker_address:
      description: C(host:port) as DM knows the dm-worker.
      type: str
    dm_master_addr:
      description: C(host:port) of dm-master.
      type: str
    dmctl:
      description: The path of C(dmctl).
      type: str
    source_id:
      description: The source-id of the dm-worker.
      type: str
    deploy_dir:
      description: The deploy_dir of the dm-worker on its host.
      type: str
    relay_dir:
      description: The relay directory on the host of the dm-worker.
      type: str
    surroundings:
      description:
        - Who made the plan (boot, namespaces, users), if ansible runs as the same on the worker's host;
          empty otherwise.
      type: str
    looks_by_ssh:
      description:
        - Whether later looks at the worker's host use the ssh command of ansible. The command is
          only in plan.json, in the journal.
      type: bool
    old_server:
      description: The upstream before; its address is the VIP in the scenario V(vip).
      type: dict
      contains:
        host:
          description: Host name or address.
          type: str
        port:
          description: Port.
          type: int
        user:
          description: The MySQL user of the dm-worker.
          type: str
        uuid:
          description: The server_uuid.
          type: str
        answers:
          description:
            - What was seen at its address. One of V(open), V(refused), V(hung_up), V(no_route),
              V(silent), V(mute), V(unresolved) (its name has no address), V(replaced) (another server
              answers), V(unseen) (not seen which one).
          type: str
    new_server:
      description: The upstream after.
      type: dict
      contains:
        host:
          description: Host name or address.
          type: str
        port:
          description: Port.
          type: int
        user:
          description: The MySQL user of the dm-worker.
          type: str
        uuid:
          description: The server_uuid.
          type: str
    task_mode:
      description: One of V(stop) and V(pause).
      type: str
    flush_binary_logs:
      description: One of V(auto) and V(never).
      type: str
    roll_mode:
      description: One of V(documented) and V(staged); behind a virtual IP V(documented), and unused.
      type: str
    tasks:
      description: Every task that runs on the dm-worker.
      type: list
      elements: dict
      contains:
        name:
          description: The name of the task.
          type: str
        file:
          description: Its file; empty where none is needed.
          type: str
        stage:
          description: Its stage before the switch.
          type: str
        workers:
          description: C(host:port) of every dm-worker on which it runs.
          type: list
          elements: str
        handling:
          description:
            - What the switch does with it. One of V(STOP_ON_WORKER), V(STOP_WHOLE) (it is sharded),
              V(PAUSE_ON_WORKER), V(LEAVE_PAUSED) (an operator has paused it).
          type: str
    relay_sub_dir:
      description: The sub dir of relay before the switch.
      type: str
    relay_paused_before:
      description: Whether a lost upstream had Paused relay before anything was done.
      type: bool
    leave_hole:
      description: Whether relay must first leave a file that begins with a hole.
      type: bool
    abort_possible:
      description: Whether resume-relay is a way back until the tasks are stopped.
      type: bool
    gtid_w:
      description: W, the GTID set relayBinlogGtid, when the plan was made.
      type: str
    warnings:
      description: What the operator should know but does not stop the switch.
      type: list
      elements: str
    lasting_warnings:
      description: The warnings that still hold after the switch.
      type: list
      elements: str
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

COMMAND = Command("preflight")


def main():
    """Runs `dm-switch preflight`."""
    run_module(COMMAND)


if __name__ == "__main__":
    main()
