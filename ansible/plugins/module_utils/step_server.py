# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0
"""One process of the backend for all steps of a run: `dm-switch serve`.

Whatever stands against it (no such process, another jar or environment, a folder that others may
write to, a path that is too long for a socket), a step has its own process, with the same
result.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import hashlib
import json
import os
import socket
import stat
import subprocess

from ansible.module_utils.common.text.converters import to_bytes

# Of a login, or of one command by sudo or sshd; they mean nothing to the backend.
OF_A_LOGIN = (
    "SSH_CLIENT",
    "SSH_CONNECTION",
    "SSH_ORIGINAL_COMMAND",
    "SSH_TTY",
    "SUDO_COMMAND",
    "XDG_SESSION_ID",
    "SHLVL",
    "_",
)


def prefix(jar, request, environment):
    """How the path of the socket begins: the journal, and what a process cannot change later."""
    folder = request.get("journal_dir") or os.path.join(".dm-switch", request["dm_worker"])
    folder = os.path.join(request["dm_ansible_dir"], folder)
    state = os.stat(jar)
    same = [os.path.realpath(jar), state.st_size, state.st_mtime, os.getcwd()]
    same += sorted(pair for pair in environment.items() if pair[0] not in OF_A_LOGIN)
    key = hashlib.sha256(to_bytes(repr(same), errors="surrogate_or_replace")).hexdigest()[:8]
    return to_bytes(os.path.join(folder, "backend-" + key), errors="surrogate_or_strict")


def is_private(folder):
    """Whether no other user may put a socket there, or see one."""
    state = os.stat(folder)
    return state.st_uid == os.geteuid() and not state.st_mode & 0o077


class Ended(object):
    """A process that has ended, or has said all that it will say."""

    def __init__(self, process, stdout, stderr):
        self.process = process
        self.stdout = stdout
        self.stderr = stderr


def start(command, path, words, request, environment):
    """Starts one with the first step; what it has said once that has ended.

    The process lives on where a switch is open.
    """
    process = subprocess.Popen(
        command + ["serve", "--socket", path],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        close_fds=True,
        preexec_fn=os.setsid,
    )
    try:
        process.stdin.write(encoded(words, request))
        process.stdin.close()
    except (IOError, OSError):
        # It has ended; its output says why.
        pass
    stdout = process.stdout.read()
    return Ended(process, stdout, process.stderr.read())


def find(path, run):
    """A connection to the server of a run; None when there is none."""
    folder, name = os.path.split(path + b"-" + to_bytes(run[:8]) + b"-")
    try:
        if not is_private(folder):
            return None
        found = [each for each in os.listdir(folder) if each.startswith(name)]
    except OSError:
        return None
    for each in found:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            if stat.S_ISSOCK(os.lstat(os.path.join(folder, each)).st_mode):
                connection.connect(os.path.join(folder, each))
                return connection
        except (IOError, OSError):
            # Of one that was killed.
            pass
        connection.close()
    return None


def ask(connection, words, request):
    """Has a step done; the reply, which is empty when the step was not begun."""
    reply = b""
    try:
        connection.sendall(encoded(words, request))
        connection.shutdown(socket.SHUT_WR)
        while True:
            part = connection.recv(1 << 16)
            if not part:
                break
            reply += part
    except (IOError, OSError):
        # What had arrived by then shows how far it got.
        pass
    finally:
        connection.close()
    return reply


def encoded(words, request):
    """As dm-switch serve reads it: the request as the text that the command reads."""
    return json.dumps(dict(words=words, request=json.dumps(request))).encode("utf-8")


def decoded(reply):
    """What dm-switch serve replies: a dict with status, stdout and stderr; None when it is cut."""
    try:
        return json.loads(reply.decode("utf-8", "replace"))
    except ValueError:
        return None
