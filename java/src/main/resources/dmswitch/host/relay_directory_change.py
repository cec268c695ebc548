# Changes the relay directory of a worker that is stopped.
#
# It runs as root in a directory that the deploy user owns, who may put links there at any time. So
# each folder is held open, what is done in it goes through its descriptor (by /proc/self/fd, which
# every Python can), the last step of a path never follows a link, and mode and owner are set on the
# descriptor of a file that this program has made itself.
import contextlib
import stat


def parts(name):
    """A path below the relay directory, as a list; never one that leads out of it."""
    found = name.split("/")
    if any(part in ("", ".", "..") for part in found):
        raise Refused("failed", "%r is no path below the relay directory" % name)
    return found


def not_the(what, shown):
    """Links are refused whatever they lead to, and so is whatever is not of the kind that it was."""
    return Refused("link", "%s is a link, or otherwise not the %s that belongs there" % (shown, what))


class Folder(object):
    """A folder that is held open."""

    def __init__(self, path, shown, flags=0):
        self.shown = shown
        try:
            self.fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | flags)
        except OSError:
            if sys.exc_info()[1].errno in (errno.ELOOP, errno.ENOTDIR):
                raise not_the("folder", shown)
            raise

    def close(self):
        os.close(self.fd)

    def at(self, name):
        """The path of an entry, which nobody can lead elsewhere but by its last part."""
        return "/proc/self/fd/%d/%s" % (self.fd, name)

    def show(self, name):
        return "%s/%s" % (self.shown, name)

    def names(self):
        return os.listdir(self.at(""))

    def look(self, name):
        """Of the entry itself; None when it is not there."""
        try:
            return os.lstat(self.at(name))
        except OSError:
            if sys.exc_info()[1].errno == errno.ENOENT:
                return None
            raise

    def folder(self, name):
        return Folder(self.at(name), self.show(name), os.O_NOFOLLOW)

    def made(self, name):
        """The folder of this name, made when it is missing, with this folder's owner."""
        if self.look(name) is not None:
            return self.folder(name)
        os.mkdir(self.at(name), 0o700)
        folder = self.folder(name)
        if folder.names():
            raise not_the("folder", folder.shown)  # it was exchanged for another one
        own(folder.fd, os.fstat(self.fd))
        os.fsync(self.fd)
        return folder

    def open_file(self, name, flags):
        """A regular file; O_NONBLOCK, since a FIFO would wait forever."""
        try:
            fd = os.open(self.at(name), flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
        except OSError:
            if sys.exc_info()[1].errno in (errno.ELOOP, errno.ENXIO, errno.EISDIR):
                raise not_the("file", self.show(name))
            raise
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise not_the("file", self.show(name))
        return fd

    def read(self, name):
        """Content and attributes of a file."""
        fd = self.open_file(name, os.O_RDONLY)
        with os.fdopen(fd, "rb") as f:
            return f.read(), os.fstat(f.fileno())

    def write(self, name, data, like):
        """Replaces a file as a whole, on disk before it returns, with mode and owner of `like`."""
        fresh = name + ".dm-switch"
        if self.look(fresh) is not None:
            os.unlink(self.at(fresh))  # of a call that was cut off, or a link: itself it is removed
        fd = self.open_file(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        with os.fdopen(fd, "wb") as f:
            f.write(data)
            f.flush()
            own(f.fileno(), like)
            os.fchmod(f.fileno(), like.st_mode & 0o666)
            os.fsync(f.fileno())
        os.rename(self.at(fresh), self.at(name))
        os.fsync(self.fd)


def own(fd, like):
    """Gives what is open the owner of another, as far as this user may."""
    is_now = os.fstat(fd)
    if (like.st_uid, like.st_gid) != (is_now.st_uid, is_now.st_gid):
        os.fchown(fd, like.st_uid, like.st_gid)


class Progress(object):
    """Which moves are done, on disk: the same change continues where it was cut off."""

    WHOLE = "whole"
    NAME = "progress"

    def __init__(self, backup):
        self.backup = backup
        self.done = []
        if backup is not None and backup.look(self.NAME) is not None:
            data, attributes = backup.read(self.NAME)
            self.require_ours(attributes)
            self.done = text(data).splitlines()

    def require_ours(self, attributes):
        """It is appended to: it has to be the file that an earlier call made, by no other name."""
        if attributes.st_uid != os.geteuid() or attributes.st_nlink != 1:
            raise not_the("file", self.backup.show(self.NAME))

    def is_whole(self):
        return self.WHOLE in self.done

    def add(self, step):
        exists = self.backup.look(self.NAME) is not None
        flags = os.O_APPEND if exists else os.O_CREAT | os.O_EXCL
        fd = self.backup.open_file(self.NAME, os.O_WRONLY | flags)
        with os.fdopen(fd, "ab") as f:
            self.require_ours(os.fstat(f.fileno()))
            f.write((step + "\n").encode("utf-8"))
            f.flush()
            os.fsync(f.fileno())
        os.fsync(self.backup.fd)
        self.done.append(step)


class DirectoryChange(object):
    """One change of the relay directory; every folder that it works in stays open until its end."""

    def __init__(self, request):
        self.request = request
        self.opened = []
        # The relay directory may be a link, to its own disk: the index tells that it is it.
        self.top = self.keep(Folder(request["dir"], request["dir"]))
        self.name = parts(request["name"])[0]
        home = self.top.folder(".dm-switch") if self.top.look(".dm-switch") is not None else None
        backup = home.folder(self.name) if home and home.look(self.name) is not None else None
        for folder in (home, backup):
            if folder is not None:
                self.keep(folder)
        self.progress = Progress(backup)

    def keep(self, folder):
        self.opened.append(folder)
        return folder

    def close(self):
        for folder in self.opened:
            folder.close()

    @contextlib.contextmanager
    def parent(self, name):
        """The folder of a path below the relay directory, and the path's last part."""
        path = parts(name)
        opened = [self.top]
        try:
            for part in path[:-1]:
                opened.append(opened[-1].folder(part))
            yield opened[-1], path[-1]
        finally:
            for folder in opened[1:]:
                folder.close()

    def exists(self, name):
        """Whether something is there, below folders of which one may be missing; no links."""
        above = name.rsplit("/", 1)[0]
        if above != name and not self.exists(above):
            return False
        with self.parent(name) as (folder, last):
            found = folder.look(last)
            if found is None:
                return False
            if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
                raise not_the("entry", folder.show(last))
            return True

    def is_folder(self, name):
        with self.parent(name) as (folder, last):
            return stat.S_ISDIR(folder.look(last).st_mode)

    def index(self):
        return text(self.top.read("server-uuid.index")[0]).split()

    def require_as_seen(self):
        """Before the first change: what goes, or continues by a new name, holds what was seen."""
        request = self.request
        if self.index() not in (request["index_before"], request["index_after"]):
            raise Refused("changed", "server-uuid.index is no longer as it was")
        for name in request["copy"]:
            self.exists(name)
        if self.progress.done:
            return
        moved = [name for name, _ in request["moves"]]
        for name, new_name in request["moves"]:
            if not self.exists(name) or new_name is not None:
                continue
            if self.is_folder(name) and self.binlogs(name):
                raise Refused("changed", "%s is no longer empty" % name)
        if request["meta"] is not None:
            name = request["meta"]["sub_dir"]
            self.exists(name + "/relay.meta")
            for f in self.binlogs(name):
                if name + "/" + f not in moved:
                    raise Refused("changed", "%s came into %s" % (f, name))

    def binlogs(self, name):
        with self.parent(name + "/any") as (folder, _):
            return sorted(f for f in folder.names() if NAME.match(f))

    def run(self):
        request = self.request
        home = self.keep(self.top.made(".dm-switch"))
        backup = self.keep(home.made(self.name))
        before = self.keep(backup.made("before"))
        taken = self.keep(backup.made("taken"))
        self.progress.backup = backup
        for name in ["server-uuid.index"] + request["copy"]:
            target = name.replace("/", "+")
            if before.look(target) is None and self.exists(name):
                with self.parent(name) as (folder, last):
                    before.write(target, *folder.read(last))
        for number, (name, new_name) in enumerate(request["moves"]):
            step = "%d %s" % (number, name)
            if step not in self.progress.done:
                if new_name is None:
                    self.move(name, taken, name.replace("/", "+"))
                else:
                    with self.parent(new_name) as (folder, last):
                        self.move(name, folder, last)
                self.progress.add(step)
        if request["meta"] is not None:
            with self.parent(request["meta"]["sub_dir"] + "/relay.meta") as (folder, meta):
                there = folder.look(meta) is not None
                like = folder.read(meta)[1] if there else os.fstat(folder.fd)
                folder.write(meta, request["meta"]["text"].encode("utf-8"), like)
        lines = "".join(line + "\n" for line in request["index_after"])
        like = self.top.read("server-uuid.index")[1]
        self.top.write("server-uuid.index", lines.encode("utf-8"), like)
        self.progress.add(Progress.WHOLE)

    def move(self, name, target, new_name):
        """Renames, or finds it renamed already."""
        there = self.exists(name)
        if there and target.look(new_name) is not None:
            raise Refused("changed", "both %s and its new name are there" % name)
        if there:
            with self.parent(name) as (folder, last):
                os.rename(folder.at(last), target.at(new_name))
                os.fsync(folder.fd)
            os.fsync(target.fd)
        elif target.look(new_name) is None:
            raise Refused("changed", "%s is no longer there" % name)


@operation
def change_relay_directory(request):
    """Takes sub dirs or files away into a backup, renames sub dirs, writes relay.meta and index."""
    if listening(request["port"]):
        raise Refused("running", "the worker runs: something listens on port %d" % request["port"])
    begun = True  # until an earlier call's progress is known
    work = None
    try:
        work = DirectoryChange(request)
        begun = bool(work.progress.done)
        # Done in a call whose answer was lost; the worker may have run on it since.
        if not work.progress.is_whole():
            work.require_as_seen()
            begun = True
            work.run()
    except Refused:
        kind, words = sys.exc_info()[1].args
        if begun:
            raise
        raise Unchanged(kind, words + "; nothing was changed")
    finally:
        if work is not None:
            work.close()
    return {"backup": os.path.join(request["dir"], ".dm-switch", request["name"])}
