# Looks at a dm-worker's host for dm-switch, or changes the relay directory of a stopped worker.
# HostScript.java puts this part and others into one script: Python 2.6 to 3.13, standard library
# only. One argument: a list of requests, JSON in base64. Prints dm-switch-host:BASE64: with one
# answer for each request, {"ok": ...} or {"error": ...}.
import base64
import errno
import io
import json
import os
import re
import sys

# Sub dirs of relay and binlog files: a name and a number.
NAME = re.compile(r"^(.+)\.(\d+)$")
OPERATIONS = {}


class Refused(Exception):
    """What cannot be answered: (kind, words)."""


class Unchanged(Refused):
    """A change that was not begun."""


def operation(function):
    """Lets requests ask for it by its name."""
    OPERATIONS[function.__name__] = function
    return function


def text(data):
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else data


def read_text(path):
    with io.open(path, "rb") as f:
        return text(f.read())


def listening(port_number):
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not os.path.exists(table):
            continue
        for line in read_text(table).splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port_number:
                inodes.add("socket:[%s]" % fields[9])
    return inodes


def answer(request):
    try:
        return {"ok": OPERATIONS[request["op"]](request)}
    except Refused:
        refusal = sys.exc_info()[1]
        kind, words = refusal.args
        return {"error": words, "kind": kind, "unchanged": isinstance(refusal, Unchanged)}
    except (OSError, IOError):
        e = sys.exc_info()[1]
        kind = {errno.ENOENT: "missing", errno.EACCES: "denied", errno.EPERM: "denied"}
        return {"error": str(e), "kind": kind.get(e.errno, "failed")}


def main():
    requests = json.loads(text(base64.b64decode(sys.argv[1].encode("ascii"))))
    answers = json.dumps([answer(request) for request in requests])
    print("dm-switch-host:%s:" % text(base64.b64encode(answers.encode("utf-8"))))
