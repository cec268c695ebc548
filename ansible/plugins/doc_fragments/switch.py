# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""The options that every module of the procedure takes: the switch that is to be made."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment:
    """Shared documentation."""

    DOCUMENTATION = r"""
options:
  scenario:
    description:
      - V(address) gives the worker a new upstream address, V(vip) leaves it on the address that it
        has, a virtual IP that moves to the new server.
    type: str
    choices: [address, vip]
    default: address
  new_mysql_host:
    description:
      - Host name or address of the new upstream server, as the worker will use it; with
        O(scenario=vip) its own address, from which its GTID sets are read.
    type: str
    required: true
  new_mysql_port:
    description:
      - Port of the new upstream server, 1 to 65535.
    type: raw
    required: true
  new_mysql_user:
    description:
      - The user that the worker will use on the new server.
      - The one in the inventory stays when this is not given.
    type: str
  new_mysql_password:
    description:
      - The plain password of the user on the new server. It is written in DM's form.
      - The one in the inventory stays when this is not given.
    type: str
  task_mode:
    description:
      - V(stop) stops the tasks and starts them again from their files, as documented for DM.
      - V(pause) pauses and resumes them; it needs no files and no pre-check.
      - V(stop) when not given; with O(scenario=vip) always V(pause).
    type: str
    choices: [stop, pause]
  roll_mode:
    description:
      - V(documented) runs all of DM-Ansible's rolling upgrade.
      - V(staged) runs its stop of the worker, its task for dm-worker.toml and its start. Programs,
        run script and systemd unit stay as they are, and the standstill is shorter. Refused if a
        task that it skips could depend on the upstream.
      - V(documented) when not given; with O(scenario=vip) nothing is rolled.
    type: str
    choices: [documented, staged]
  verify_timeout:
    description:
      - Seconds to wait for the proof that each task replays what comes from the new server.
    type: int
    default: 120
  run_id:
    description:
      - Names this run of the playbook, as returned by M(dmswitch.upstream.plan), so that a
        concurrent run is refused.
    type: str
attributes:
  check_mode:
    support: partial
    description: Changes nothing.
    details:
      - A step depends on the steps before it, so it is not run at all. M(dmswitch.upstream.plan)
        shows what can be checked beforehand.
  diff_mode:
    support: none
    description: Shows the difference that it makes, passwords masked.
"""
