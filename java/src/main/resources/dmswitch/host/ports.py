# Who this is run as and where, and which ports can be reached from here.
import socket
import struct
import time


@operation
def surroundings(_):
    """The same as Surroundings.java of its own process; where both are the same, both may look."""
    root = os.stat("/")
    rights = ("Uid:", "Gid:", "Groups:", "CapEff:")
    found = {
        "boot": read_text("/proc/sys/kernel/random/boot_id").strip(),
        "root": "%d:%d" % (root.st_dev, root.st_ino),
        "rights": "\n".join(
            line.strip()
            for line in read_text("/proc/self/status").splitlines()
            if line.startswith(rights)
        ),
    }
    for namespace in ("mnt", "net", "pid", "user", "uts"):
        found[namespace] = os.readlink("/proc/self/ns/" + namespace)
    return found


@operation
def port(request):
    """Opens a TCP connection to each address, awaits a greeting where one is wanted, closes it."""
    deadline = time.time() + request["limit"]
    greeting = request.get("greeting", 0)
    try:
        found = socket.getaddrinfo(
            request["host"], request["port"], socket.AF_UNSPEC, socket.SOCK_STREAM
        )
    except (socket.gaierror, UnicodeError):
        return {"state": "UNRESOLVED", "detail": str(sys.exc_info()[1])}
    answers = []
    greetings = []
    closed = []
    for family, kind, protocol, _, address in found:
        limit = max(0.1, deadline - time.time())
        answers.append(connect(family, kind, protocol, address, limit, greeting))
        if "greeting" in answers[-1]:
            greetings.append(answers[-1].pop("greeting"))
        elif greeting:
            closed.append(dict(answers[-1], address=address[0]))
    # A connection proves that it is open; of several failures the least certain one counts.
    for state in ("OPEN", "MUTE", "SILENT", "NO_ROUTE", "HUNG_UP", "REFUSED"):
        for answer in answers:
            if answer["state"] == state:
                answer["greetings"] = greetings
                answer["closed"] = closed
                return answer
    return {"state": "UNRESOLVED", "detail": "no address"}


def connect(family, kind, protocol, address, limit, greeting):
    detail = address[0]
    try:
        s = socket.socket(family, kind, protocol)
    except socket.error:
        return {"state": "NO_ROUTE", "detail": "%s: %s" % (detail, sys.exc_info()[1])}
    s.settimeout(limit)
    try:
        s.connect(address)
        return greeted(s, detail, greeting) if greeting else {"state": "OPEN", "detail": detail}
    except socket.timeout:
        return {"state": "SILENT", "detail": detail}
    except (socket.error, OSError):
        e = sys.exc_info()[1]
        detail = "%s: %s" % (detail, e)
        if e.errno == errno.ECONNREFUSED:
            return {"state": "REFUSED", "detail": detail}
        if e.errno in (errno.ECONNRESET, errno.EPIPE):
            return {"state": "HUNG_UP", "detail": detail}
        if e.errno in (errno.ETIMEDOUT, errno.EAGAIN, errno.EINPROGRESS):
            return {"state": "SILENT", "detail": detail}
        return {"state": "NO_ROUTE", "detail": detail}
    finally:
        s.close()


def greeted(s, address, limit):
    """What a MySQL server says first: its greeting (version 10), or an error.

    A proxy accepts all the same, also when its server is gone.
    """
    deadline = time.time() + limit
    data = b""
    wanted = 4
    state, error = "OPEN", None
    try:
        while len(data) < wanted:
            s.settimeout(max(0.1, deadline - time.time()))
            part = s.recv(wanted - len(data))
            if not part:
                state, error = "HUNG_UP", "the connection was closed without a greeting"
                break
            data += part
            if len(data) == 4:
                wanted = 4 + min(struct.unpack("<I", data[:3] + b"\0")[0], 1024)
    except socket.timeout:
        state, error = "MUTE", "no greeting came"
    except (socket.error, OSError):
        state, error = "HUNG_UP", str(sys.exc_info()[1])
    told = {"error": error} if error else greeting_of(data[4:])
    # Whatever speaks is alive.
    told["address"] = address
    return {"state": "OPEN" if data else state, "detail": address, "greeting": told}


def greeting_of(body):
    if body[:1] == b"\xff" and len(body) >= 3:
        number = struct.unpack("<H", body[1:3])[0]
        words = text(body[9:] if body[3:4] == b"#" else body[3:])
        return {"error": "%s (MySQL error %d)" % (words, number), "number": number}
    end = body.find(b"\0")
    if body[:1] != b"\x0a" or end < 0 or len(body) < end + 5:
        return {"error": "what came is no greeting of MySQL"}
    return {"version": text(body[1:end]), "id": struct.unpack("<I", body[end + 1 : end + 5])[0]}
