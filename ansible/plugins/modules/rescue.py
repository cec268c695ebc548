#!/usr/bin/python
"""Looks at a dm-worker for what is wrong with it, or heals it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: rescue
short_description: Looks at a dm-worker for what is wrong with it, or heals it
version_added: 0.1.0
description:
  - Names the state that a dm-worker is in and says what can be healed.
  - Heals only what is provably safe to heal; a state that is not is a failure that says why and
    what to do.
options:
  state:
    description:
      - V(looked_at) looks only.
      - V(applied) heals what is found, and goes on with a healing that was cut off.
    type: str
    choices: [looked_at, applied]
    required: true
  rescue_gtid_w:
    description:
      - W, the GTID set relayBinlogGtid, at the fence of the switch after which DM has cut a relay
        file, where no journal knows it.
    type: str
  dm_ansible_dir:
    description:
      - The operator's DM-Ansible directory, with its C(inventory.ini), on the host on which the
        module runs.
    type: path
    required: true
  dm_worker:
    description:
      - The dm-worker that is looked at, by its alias in C(inventory.ini).
    type: str
    required: true
  new_mysql_ssl_mode:
    description:
      - Whether our own connections to the servers use TLS, in MySQL's words.
      - V(preferred) goes on without TLS, with a warning, where the server offers none that Java
        still speaks.
    type: str
    choices: [disabled, preferred, required, verify_ca, verify_identity]
    default: preferred
  new_mysql_ssl_ca:
    description:
      - The PEM file with the certificates that V(verify_ca) and V(verify_identity) trust.
    type: path
  task_files:
    description:
      - Files and folders (not recursive) in which the YAML files of the tasks are looked for;
        relative ones start in O(dm_ansible_dir).
      - V(conf), V(tasks) and O(dm_ansible_dir) itself when not given.
    type: list
    elements: path
  dm_ansible_playbook:
    description:
      - The C(ansible-playbook) that runs DM-Ansible; C(ansible) and C(ansible-inventory) stand
        beside it. A bare name is looked for in PATH, outside the environment of this Ansible.
    type: path
    default: ansible-playbook
  dm_ansible_args:
    description:
      - What DM-Ansible's ansible needs besides, such as C(--vault-password-file) or C(--become).
      - C(--diff), C(--check), C(-l) and C(--tags) are refused.
    type: list
    elements: str
    default: []
  dmctl:
    description:
      - The C(dmctl) program; a relative path starts in O(dm_ansible_dir).
    type: path
    default: dmctl/dmctl
  dm_master_addr:
    description:
      - C(host:port) of dm-master; from C(inventory.ini) when not given.
    type: str
  flush_binary_logs:
    description:
      - V(auto) lets FLUSH BINARY LOGS run on a server where relay would otherwise meet a hole.
      - V(never) forbids it.
    type: str
    choices: [auto, never]
    default: auto
  catch_up_timeout:
    description:
      - Seconds to wait until the server at the upstream's address has executed all that relay holds.
    type: int
    default: 300
  drain_timeout:
    description:
      - Seconds to let the tasks replay what relay holds before they are paused. Not reaching the
        end is a refusal only where a replicated table has no key; its rows could double.
    type: int
    default: 60
  upgrade_timeout:
    description:
      - Seconds that DM-Ansible may take to stop or to start the worker.
    type: int
    default: 900
  relay_timeout:
    description:
      - Seconds to wait for relay to run.
    type: int
    default: 120
  start_timeout:
    description:
      - Seconds to try to start the tasks while dm-master reconnects to the worker.
    type: int
    default: 120
  journal_dir:
    description:
      - The folder of plan, journal, inventory backup and logs.
      - C(.dm-switch/ALIAS) in O(dm_ansible_dir) when not given.
    type: path
  backend_jar:
    description:
      - The backend C(dm-switch.jar) on the host on which the module runs.
      - The collection's own when not given; on another host it is copied to
        C(~/.cache/dm-switch) first.
    type: path
requirements:
  - Java 17 or later on the host on which the module runs
notes:
  - The module runs on the DM control machine, where the DM-Ansible directory lives.
  - Files on the worker's host are touched only while the worker is stopped, after a copy, through
    DM-Ansible's own ansible.
attributes:
  check_mode:
    support: full
    description: Says what would be healed, or refuses; changes nothing.
  diff_mode:
    support: full
    description: Shows what becomes of the files in the relay directory.
author:
  - The dm-switch maintainers (@dm-switch)
"""

EXAMPLES = r"""
- name: What is wrong with the worker
  dmswitch.upstream.rescue:
    state: looked_at
    dm_ansible_dir: /home/tidb/dm-ansible
    dm_worker: dm_worker1

- name: Heal it, where that is provably safe
  dmswitch.upstream.rescue:
    state: applied
    dm_ansible_dir: /home/tidb/dm-ansible
    dm_worker: dm_worker1
"""

RETURN = r"""
msg:
  description: The state and what there is to do, for people.
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
  description: Whether O(state=applied) heals it.
  type: bool
  returned: when the worker could be looked at
will:
  description: What O(state=applied) does, step by step.
  type: list
  elements: str
  returned: when the worker could be looked at
why_not:
  description: Why it is not healed, beyond the state itself; empty otherwise.
  type: str
  returned: when the worker could be looked at
next:
  description: What to do.
  type: str
  returned: when the worker could be looked at
journal:
  description: The folder with the record of what was done.
  type: str
  returned: with O(state=applied), when something was done
diff:
  description: What is changed in the relay directory, lines before and after.
  type: dict
  returned: with O(state=applied), when files are changed
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

from ansible_collections.dmswitch.upstream.plugins.module_utils.backend import (
    OPTIONS_OF_RESCUE,
    run_module,
)


def main():
    """Runs `dm-switch rescue`."""
    run_module(
        "rescue",
        states=("looked_at", "applied"),
        shared=OPTIONS_OF_RESCUE,
        rescue_gtid_w=dict(type="str"),
    )


if __name__ == "__main__":
    main()
