#!/usr/bin/env python3
"""Runs a command and notes what it cost: meter.py FILE COMMAND...

Appends a line of JSON to FILE: the command's words, its seconds on the clock, and the processor
seconds of it and of all that it started, whatever session that is in, as long as it has ended. A
`dm-switch serve`, which outlives the playbook by a moment, is awaited. What lives on, such as a
dm-worker that was started again, is not counted. Ends with the command's exit status.
"""

import ctypes
import json
import os
import pathlib
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
LIMIT = 60


def is_backend(pid):
    """Whether it is the backend that serves a run."""
    try:
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return any(pair == (b"serve", b"--socket") for pair in zip(words, words[1:]))


def children():
    """Those that live, adopted ones among them."""
    ids = pathlib.Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return ids.split()


def measure(command):
    """What the command ends with, what it and those that it left behind have used."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "cannot adopt what the command leaves behind")
    began = time.monotonic()
    command = subprocess.Popen(command)  # pylint: disable=consider-using-with
    used = 0
    status = None
    seconds = None
    end = None
    while status is None or (any(map(is_backend, children())) and time.monotonic() < end):
        pid, code, usage = os.wait4(-1, 0 if status is None else os.WNOHANG)
        if pid == 0:
            time.sleep(0.02)
            continue
        used += usage.ru_utime + usage.ru_stime
        if pid == command.pid:
            status = os.waitstatus_to_exitcode(code)
            seconds = time.monotonic() - began
            end = time.monotonic() + LIMIT
    # What has ended in between.
    try:
        while pid := (ended := os.wait4(-1, os.WNOHANG))[0]:
            used += ended[2].ru_utime + ended[2].ru_stime
    except ChildProcessError:
        pass
    return status, seconds, used


def main(args):
    """The exit status."""
    file, *command = args
    status, seconds, used = measure(command)
    with open(file, "a", encoding="utf-8") as notes:
        notes.write(json.dumps({"words": command, "seconds": seconds, "processor": used}) + "\n")
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
