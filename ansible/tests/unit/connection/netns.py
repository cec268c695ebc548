"""A host of the sandbox: a network namespace of this machine."""

import re
import shlex
import subprocess

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: netns
short_description: a network namespace of this machine
description:
  - Files are those of this machine; commands run by C(ip netns exec), as root.
  - A host that does not answer at C(ansible_host) is unreachable, as it is over SSH.
options:
  netns_name:
    description: the namespace
    type: str
    required: true
    vars:
      - name: netns_name
  become_success_timeout:
    description: as of local, which asks for it from ansible-core 2.19 on
    type: int
    default: 10
  become_strip_preamble:
    description: as of local
    type: bool
    default: true
extends_documentation_fragment: connection_pipelining
"""


class Connection(Local):
    """As local, in the namespace."""

    transport = "netns"
    _remote_is_local = True

    def _connect(self):
        if not self._connected:
            address = self._play_context.remote_addr
            route = _run("ip", "-o", "route", "get", address)
            device = re.search(r" dev (\S+)", route.stdout)
            if route.returncode != 0 or not device:
                raise AnsibleConnectionFailure(f"no route to {address}: {route.stdout.strip()}")
            if _run("arping", "-f", "-c", "1", "-w", "2", "-I", device[1], address).returncode != 0:
                raise AnsibleConnectionFailure(f"{address} does not answer on {device[1]}")
        return super()._connect()

    def exec_command(self, cmd, in_data=None, sudoable=True):
        inside = ["ip", "netns", "exec", self.get_option("netns_name"), "/bin/sh", "-c", cmd]
        return super().exec_command(shlex.join(inside), in_data=in_data, sudoable=sudoable)


def _run(*command):
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
