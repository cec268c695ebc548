# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0 OR GPL-3.0-or-later
"""See DOCUMENTATION."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
name: collection_installed
short_description: Whether a collection is found by this Ansible
version_added: 0.1.0
description:
  - A task that names a module of a collection that is missing fails while the file with it is read, in words
    that do not say what to do. This filter reports it beforehand.
options:
  _input:
    description:
      - The name of the collection.
    type: str
    required: true
author:
  - The dm-switch maintainers
"""

EXAMPLES = r"""
- name: Show whether awx.awx can be used here
  ansible.builtin.debug:
    msg: "{{ 'awx.awx' | dmswitch.upstream.collection_installed }}"
"""

RETURN = r"""
_value:
  description: Whether it is found.
  type: bool
"""

from importlib import import_module


def collection_installed(name):
    """See DOCUMENTATION."""
    try:
        import_module("ansible_collections." + name)
    except ImportError:
        return False
    return True


class FilterModule(object):
    """What Ansible loads."""

    def filters(self):
        """The filters by their names."""
        return {"collection_installed": collection_installed}
