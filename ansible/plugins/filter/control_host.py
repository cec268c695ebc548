# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0 OR GPL-3.0-or-later
"""See DOCUMENTATION."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
name: control_host
short_description: The one host on which a playbook of this collection runs
version_added: 0.1.0
description:
  - Requires that a name is that of exactly one host, and that C(--limit) leaves it in.
  - Ansible itself succeeds when a play matches no host, and runs on each host of a group.
options:
  _input:
    description:
      - A host of the inventory, or a group with one host.
    type: str
    required: true
  _groups:
    description:
      - The C(groups) of the play.
    type: dict
    required: true
  _limit:
    description:
      - What C(--limit) was given, empty for nothing (C(ansible_limit)).
    type: str
    default: ""
  _purpose:
    description:
      - What the host is, for the text that says why it is left out.
    type: str
    default: the host with dm_ansible_dir (dm_control)
positional: _groups, _limit, _purpose
author:
  - The dm-switch maintainers
"""

EXAMPLES = r"""
- name: Check whether a dm-worker can be switched
  hosts: "{{ dm_control | dmswitch.upstream.control_host(groups, ansible_limit | default('')) }}"
  gather_facts: false
  tasks:
    - name: The checks
      ansible.builtin.import_role:
        name: dmswitch.upstream.preflight
"""

RETURN = r"""
_value:
  description: The name of the host.
  type: str
"""

from ansible.errors import AnsibleFilterError
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader


def control_host(name, groups, limit="", purpose="the host with dm_ansible_dir (dm_control)"):
    """See DOCUMENTATION."""
    name = str(name).strip()
    inventory = InventoryManager(loader=DataLoader(), sources=None, parse=False)
    for group, hosts in groups.items():
        inventory.add_group(group)
        for host in hosts:
            inventory.add_host(host, group)
    if name not in groups and not inventory.get_hosts(name):
        if limit:
            raise AnsibleFilterError(
                "dm_control {0} is not in the inventory, and --limit {1} leaves out localhost, which "
                "adds it, so that nothing would be done. Leave --limit away.".format(name, limit)
            )
        # Where the plays are only listed it has not been added.
        return name
    hosts = [name] if name not in groups else groups[name]
    if len(hosts) != 1:
        raise AnsibleFilterError(
            "dm_control is {0}, a group of {1} hosts. Set it to one host, the one with "
            "dm_ansible_dir.".format(name, len(hosts))
        )
    inventory.subset(limit or None)
    if not inventory.get_hosts(hosts[0]):
        raise AnsibleFilterError(
            "--limit {0} leaves out {1}, {2}, so that nothing would be done. Leave --limit away.".format(
                limit, hosts[0], purpose
            )
        )
    return hosts[0]


class FilterModule(object):
    """What Ansible loads."""

    def filters(self):
        """The filters by their names."""
        return {"control_host": control_host}
