# Gives files that dm-switch has just made owner, mode, access list and all other extended attributes
# of the file that one of them will replace. Arguments: the old file, then the new ones.
# Python 2.6 to 3.13, standard library only. Exit status 0 when they have all of it; otherwise the
# reason is on stderr. At no moment may more people read a new file than the old one.
import errno
import os
import stat
import sys

# The kernel makes them itself, of content and inode.
OF_KERNEL = ("security.evm", "security.ima")


class Failed(Exception):
    """What cannot be kept."""


class Libc(object):
    """What Python has in its module os from 3.3 on."""

    def __init__(self):
        import ctypes

        self.c = ctypes
        library = ctypes.CDLL(None, use_errno=True)
        text, data, size = ctypes.c_char_p, ctypes.c_void_p, ctypes.c_size_t
        for name, result, arguments in (
            ("flistxattr", ctypes.c_ssize_t, (ctypes.c_int, data, size)),
            ("fgetxattr", ctypes.c_ssize_t, (ctypes.c_int, text, data, size)),
            ("fsetxattr", ctypes.c_int, (ctypes.c_int, text, data, size, ctypes.c_int)),
            ("fremovexattr", ctypes.c_int, (ctypes.c_int, text)),
        ):
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def call(self, function, *arguments):
        result = function(*arguments)
        if result < 0:
            number = self.c.get_errno()
            raise OSError(number, os.strerror(number))
        return result

    def read(self, function, *arguments):
        length = self.call(function, *(arguments + (None, 0)))
        buffer = self.c.create_string_buffer(length + 1)
        return buffer.raw[: self.call(function, *(arguments + (buffer, length)))]

    def listxattr(self, fd):
        return [name for name in self.read(self.flistxattr, fd).split(b"\0") if name]

    def getxattr(self, fd, name):
        return self.read(self.fgetxattr, fd, name)

    def setxattr(self, fd, name, value):
        self.call(self.fsetxattr, fd, name, value, len(value), 0)

    def removexattr(self, fd, name):
        self.call(self.fremovexattr, fd, name)


system = os if hasattr(os, "listxattr") else Libc()


def attributes(fd):
    try:
        names = system.listxattr(fd)
    except OSError:
        if sys.exc_info()[1].errno in (errno.EOPNOTSUPP, errno.ENOSYS):
            return {}
        raise
    return dict((name, system.getxattr(fd, name)) for name in names if name not in OF_KERNEL)


def equip(fd, path, like, wanted):
    made = os.fstat(fd)
    if not stat.S_ISREG(made.st_mode) or made.st_nlink != 1 or made.st_uid != os.geteuid():
        raise Failed("%s is no longer the file that was just made" % path)
    # An access list that its folder gives to new files; so far its mask lets nobody in.
    for name in attributes(fd):
        if name not in wanted and not name.startswith("security."):
            system.removexattr(fd, name)
    if (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
        os.fchown(fd, like.st_uid, like.st_gid)
    put(fd, wanted)
    # Not before the access list, under which its group bits are no rights of the group.
    os.fchmod(fd, stat.S_IMODE(like.st_mode))
    put(fd, wanted)
    os.fsync(fd)


def put(fd, wanted):
    there = attributes(fd)
    for name in wanted:
        if there.get(name) != wanted[name]:
            system.setxattr(fd, name, wanted[name])


def require_kept(fd, like, wanted):
    made, there = os.fstat(fd), attributes(fd)
    lost = [name for name in wanted if there.get(name) != wanted[name]]
    lost += [
        name for name in there if name not in wanted and not name.startswith("security.")
    ]
    for what in ("st_uid", "st_gid", "st_mode"):
        if getattr(made, what) != getattr(like, what):
            lost.append(what[3:])
    if lost:
        raise Failed("cannot be kept: %s" % ", ".join(sorted(lost)))


def main(old, *new):
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    source = os.open(old, flags)
    like, wanted = os.fstat(source), attributes(source)
    for path in new:
        fd = os.open(path, flags)
        equip(fd, path, like, wanted)
        require_kept(fd, like, wanted)


try:
    main(*sys.argv[1:])
except (Failed, OSError, IOError):
    sys.stderr.write("%s\n" % sys.exc_info()[1])
    sys.exit(1)
