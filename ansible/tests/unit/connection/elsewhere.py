"""Another machine, as far as Ansible can tell: this one under another name."""

import os

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: elsewhere
short_description: this machine under another name
description: See above.
extends_documentation_fragment: connection_pipelining
"""


class Connection(Local):
    """As local, but not known as such."""

    transport = "elsewhere"
    # For `~` to be what a test sets HOME to. Ansible then runs the modules by its own Python, too.
    _remote_is_local = "ELSEWHERE_PYTHON" not in os.environ
