"""One process of the backend for all steps of a run: `dm-switch serve`.

Whatever stands against it (no such process, another jar or environment, a path that is too long
for a socket), a step has a process of its own, with the same result.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import hashlib
import json
import os
import socket
import subprocess

# Of a login; they mean nothing to the backend.
OF_A_LOGIN = ("SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY", "XDG_SESSION_ID", "SHLVL", "_")


def prefix(jar, request, environment):
    """How the path of the socket begins: the journal, and what a process cannot change later."""
    folder = request.get("journal_dir") or os.path.join(".dm-switch", request["dm_worker"])
    folder = os.path.join(request["dm_ansible_dir"], folder)
    state = os.stat(jar)
    same = [os.path.realpath(jar), state.st_size, state.st_mtime, os.getcwd()]
    same += sorted(pair for pair in environment.items() if pair[0] not in OF_A_LOGIN)
    key = hashlib.sha256(json.dumps(same).encode("utf-8")).hexdigest()[:8]
    return os.path.join(folder, "backend-" + key)


def start(command, path, words, request, environment):
    """Starts one with the first step; its reply once that has ended, and the process.

    The process lives on where a switch is open; the reply is None when it has not replied.
    """
    process = subprocess.Popen(
        command + ["serve", "--socket", path],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        close_fds=True,
        # Ctrl-C ends the playbook; a step that works goes on to its end.
        preexec_fn=os.setsid,
    )
    try:
        process.stdin.write(encoded(words, request))
        process.stdin.close()
    except (IOError, OSError):
        # It has ended; what it said tells why.
        pass
    stdout = process.stdout.read()
    stderr = process.stderr.read()
    return decoded(stdout), process, stderr.decode("utf-8", "replace")


def find(path, run):
    """A connection to the server of a run; None when there is none."""
    folder, name = os.path.split("{0}-{1}-".format(path, run[:8]))
    try:
        found = [each for each in os.listdir(folder) if each.startswith(name)]
    except OSError:
        return None
    for each in found:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(os.path.join(folder, each))
            return connection
        except (IOError, OSError):
            # Of one that was killed.
            connection.close()
    return None


def ask(connection, words, request):
    """Has a step done; None when the server ended without a reply."""
    try:
        connection.sendall(encoded(words, request))
        connection.shutdown(socket.SHUT_WR)
        parts = []
        while not parts or parts[-1]:
            parts.append(connection.recv(1 << 16))
    except (IOError, OSError):
        return None
    finally:
        connection.close()
    return decoded(b"".join(parts))


def encoded(words, request):
    """As dm-switch serve reads it."""
    return json.dumps(dict(words=words, request=request)).encode("utf-8")


def decoded(reply):
    """What dm-switch serve replies: a dict with status, stdout and stderr."""
    try:
        return json.loads(reply.decode("utf-8", "replace"))
    except ValueError:
        return None
