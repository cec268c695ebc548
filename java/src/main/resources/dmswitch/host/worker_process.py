# The worker's process, and the dm-worker.toml that it was started with.
import hashlib


def is_writable_folder(path):
    return os.path.isdir(path) and os.access(path, os.W_OK | os.X_OK)


def salted(request, data):
    return hashlib.sha256(base64.b64decode(request["salt"].encode("ascii")) + data).hexdigest()


@operation
def toml(request):
    """A dm-worker.toml without its password, of which only a salted digest leaves the host."""
    with io.open(request["path"], "rb") as f:
        data = f.read()
    passwords = []
    lines = []
    for line in data.split(b"\n"):
        match = re.match(br"^(\s*password\s*=\s*)(.*?)\s*$", line)
        if match:
            passwords.append(salted(request, match.group(2)))
            line = match.group(1) + b'"********"'
        lines.append(line)
    return {
        "text": text(b"\n".join(lines)),
        "file": salted(request, data),
        "passwords": passwords,
        "backup": is_writable_folder(os.path.join(request["deploy_dir"], "backup")),
    }


def started(port_number):
    """When the process that listens on a port was started, in clock ticks since boot."""
    inodes = listening(port_number)
    for pid in [p for p in os.listdir("/proc") if p.isdigit()] if inodes else []:
        try:
            for fd in os.listdir("/proc/%s/fd" % pid):
                if os.readlink("/proc/%s/fd/%s" % (pid, fd)) in inodes:
                    stat = read_text("/proc/%s/stat" % pid)
                    return int(stat.rsplit(")", 1)[1].split()[19])
        except (OSError, IOError):
            continue  # it ended meanwhile, or belongs to another user
    return None


@operation
def configured(request):
    """Whether a file was written after the process on a port was started."""
    start = started(request["port"])
    if start is None:
        return {"later": None}
    start = start / float(os.sysconf("SC_CLK_TCK"))
    boot = re.search(r"^btime (\d+)$", read_text("/proc/stat"), re.M)
    # btime is in whole seconds.
    return {"later": os.stat(request["path"]).st_mtime > int(boot.group(1)) + start + 2}
