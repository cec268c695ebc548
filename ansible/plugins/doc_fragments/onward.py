# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""The options that modules take which bring a worker onward: all but a rollback."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment:
    """Shared documentation."""

    DOCUMENTATION = r"""
options:
  dm_master_addr:
    description:
      - C(host:port) of dm-master; from the inventory when not given.
    type: str
  flush_binary_logs:
    description:
      - V(auto) runs FLUSH BINARY LOGS on a server if relay would otherwise meet a hole.
      - V(never) forbids it.
    type: str
    choices: [auto, never]
    default: auto
  catch_up_timeout:
    description:
      - Seconds to wait until the server that the worker continues with has executed everything
        that relay holds.
    type: int
    default: 300
  drain_timeout:
    description:
      - Seconds to wait until the tasks have replayed what relay holds. A timeout is a refusal only
        if a replicated table has no key, in the upstream or in the target, as its rows could
        double. Then the tasks' checkpoints must be written, which DM does 60 seconds after the
        last event.
    type: int
    default: 120
"""
