# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""The options that every module takes: the worker, and how it is reached."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment:
    """Shared documentation."""

    DOCUMENTATION = r"""
options:
  dm_ansible_dir:
    description:
      - The operator's DM-Ansible directory, with its inventory, on the host on which the module
        runs.
    type: path
    required: true
  dm_inventory:
    description:
      - The inventory of DM-Ansible, one file in INI form; a relative path starts in
        O(dm_ansible_dir). It is edited, and every call of DM-Ansible gets it by C(-i).
      - When not given, what C(ansible.cfg) in O(dm_ansible_dir) names, else C(inventory.ini) there;
        a switch in progress continues with the one that it began with.
    type: path
  dm_worker:
    description:
      - The dm-worker, by its alias in the inventory.
    type: str
    required: true
  new_mysql_ssl_mode:
    description:
      - Whether dm-switch's own connection to the new server uses TLS, in MySQL's terms.
        Connections to every other server use TLS without verification if it is offered, else none,
        as dm-worker has none. rescue and rollback, which name no new server, ignore this option.
      - V(preferred) continues without TLS, with a warning, if the server offers none that Java
        still supports.
    type: str
    choices: [disabled, preferred, required, verify_ca, verify_identity]
    default: preferred
  new_mysql_ssl_ca:
    description:
      - The PEM file with the certificates that V(verify_ca) and V(verify_identity) trust.
    type: path
  task_files:
    description:
      - Files and folders (not recursive) that are searched for the YAML files of the tasks;
        relative ones start in O(dm_ansible_dir).
      - V(conf), V(tasks) and O(dm_ansible_dir) itself when not given.
    type: list
    elements: path
  dm_ansible_playbook:
    description:
      - The C(ansible-playbook) that runs DM-Ansible; C(ansible) and C(ansible-inventory) are next
        to it. A bare name is looked for in PATH, outside the environment of this Ansible.
    type: path
    default: ansible-playbook
  dm_ansible_args:
    description:
      - Further arguments for DM-Ansible's ansible, such as C(--vault-password-file) or C(--become).
      - C(--diff), C(--check), C(-l) and C(--tags) are refused.
    type: list
    elements: str
    default: []
  dmctl:
    description:
      - The C(dmctl) program; a relative path starts in O(dm_ansible_dir).
    type: path
    default: dmctl/dmctl
  upgrade_timeout:
    description:
      - Seconds that DM-Ansible may take to roll, stop or start the worker.
    type: int
    default: 900
  relay_timeout:
    description:
      - Seconds to wait for a state of relay, such as Running.
    type: int
    default: 120
  start_timeout:
    description:
      - Seconds to try to start the tasks; after a restart of the worker dm-master has to reconnect
        to it first.
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
"""
