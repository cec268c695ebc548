# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0 OR GPL-3.0-or-later
"""See DOCUMENTATION."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
name: given
short_description: A value, or the replacement for one that was not given
version_added: 0.1.0
description:
  - A survey of AWX hands over an empty text for what was left blank, and C(null) may be in a file
    of variables. Both count as not given, as does text of blanks only.
options:
  _input:
    description:
      - The value; C(default('')) in front where the variable may be undefined.
    type: raw
    required: true
  _default:
    description:
      - What the filter answers in its place.
    type: raw
    required: true
positional: _default
author:
  - The dm-switch maintainers
"""

EXAMPLES = r"""
- name: Say how long it is waited for the VIP
  ansible.builtin.debug:
    msg: "{{ vip_timeout | default('') | dmswitch.upstream.given(300) }} s"
"""

RETURN = r"""
_value:
  description: The value, of text without the blanks around it, or the default.
  type: raw
"""


def given(value, default):
    """See DOCUMENTATION."""
    if value is None or str(value).strip() == "":
        return default
    return value.strip() if isinstance(value, str) else value


class FilterModule(object):
    """What Ansible loads."""

    def filters(self):
        """The filters by their names."""
        return {"given": given}
