# The transactions in relay files: what follows a position.
# Types of binlog events, besides those of relay_files.py.
XID, TABLE_MAP = 16, 19
# Rows as MySQL has written them since 5.1.18: a table's number leads to its table map.
ROWS = (23, 24, 25, 30, 31, 32, 39, 166, 167, 168, 169, 170, 171)
GTID, ANONYMOUS_GTID, XA_PREPARE, PAYLOAD, TAGGED_GTID = 33, 34, 38, 40, 42
MARIA_GTID, MARIA_QUERY_COMPRESSED = 162, 165
# LOAD DATA, table map, rows in all their versions, MariaDB's compressed ones.
CHANGES = (17, 18, 19, 20, 21, 22, 23, 24, 25, 30, 31, 32, 39, 165, 166, 167, 168, 169, 170, 171)

TABLES_TOLD = 1000
LEADING_COMMENT = re.compile(r"^(?:\s+|/\*!\d*|/\*.*?\*/|--\s.*?(?:\n|$)|#.*?(?:\n|$))", re.S)
TABLE_DDL = re.compile(
    r"^(?:CREATE|ALTER|DROP|RENAME|TRUNCATE)\s+"
    r"(?:OR\s+REPLACE\s+|ONLINE\s+|OFFLINE\s+|IGNORE\s+|UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+)*"
    r"(?:TABLE|TABLES|DATABASE|SCHEMA|INDEX)\b",
    re.I,
)
BARE_TRUNCATE = re.compile(r"^TRUNCATE\s", re.I)
DML = re.compile(r"^(?:INSERT|UPDATE|DELETE|REPLACE|LOAD|CALL)\b", re.I)

def statement(query):
    """The statement without leading comments, so that its first word tells what it is."""
    words = text(query)
    while True:
        match = LEADING_COMMENT.match(words)
        if not match or match.end() == 0:
            return words
        words = words[match.end() :]


def first_words(words):
    """The first keywords only: no name, no password hash."""
    found = re.match(r"[A-Za-z]+(?:\s+(?:TABLE|USER|DATABASE|INDEX|VIEW|PASSWORD)\b)?", words, re.I)
    return re.sub(r"\s+", " ", found.group(0).upper()) if found else "?"


class Changes(object):
    """What one transaction changes, or several do, and by which GTIDs they go."""

    def __init__(self, gtid=None):
        self.any = False  # rows, or a statement that changes tables or rows
        self.named = gtid is not None
        self.gtids = {}  # uuid: intervals of numbers as [first, last]
        if gtid:
            self.gtids[gtid[0]] = [[gtid[1], gtid[1]]]
        self.tables = []  # the tables that were mapped, as [schema, name]
        self.opaque = False  # something changes tables that are not told

    @classmethod
    def none(cls):
        changes = cls()
        changes.named = True
        return changes

    def add(self, other):
        """Takes another transaction in, unless it changes nothing."""
        if not other.any:
            return
        self.any = True
        self.named = self.named and other.named
        self.opaque = self.opaque or other.opaque
        for uuid, intervals in other.gtids.items():
            mine = self.gtids.setdefault(uuid, [])
            for first, last in intervals:
                if mine and mine[-1][1] + 1 == first:
                    mine[-1][1] = last
                else:
                    mine.append([first, last])
        for table in other.tables:
            if table not in self.tables:
                self.tables.append(table)

    def told(self):
        gtids = [
            "%s:%s" % (uuid, ":".join("%d-%d" % tuple(one) for one in intervals))
            for uuid, intervals in sorted(self.gtids.items())
        ]
        hidden = self.opaque or len(self.tables) > TABLES_TOLD
        return {
            "gtids": ",".join(gtids) if self.named else None,
            "tables": None if hidden else self.tables,
        }


class Tail(object):
    """Follows transactions: what is complete, and what has begun and not ended."""

    def __init__(self):
        self.begun = None  # (file, offset) of the first event of an open transaction
        self.in_block = False  # after BEGIN or XA START
        self.broken = None  # an open transaction that another one followed
        self.torn = None
        self.now = Changes()  # the open transaction
        self.whole = Changes.none()  # complete transactions
        self.half = Changes.none()  # those without their end
        self.rows = 0  # complete transactions with rows
        self.ddl = []  # complete statements that change tables
        self.others = []  # complete statements that do not
        self.mapped = set()  # numbers of the tables that were mapped

    def open_at(self, name, offset):
        if self.begun is None:
            self.begun = (name, offset)

    def end(self):
        self.whole.add(self.now)
        self.begun = None
        self.in_block = False
        self.now = Changes()

    def end_rows(self):
        if self.now.any:
            self.rows += 1
        self.end()

    def end_statement(self, words):
        """A statement that changes tables or rows, outside BEGIN."""
        self.ddl.append(words)
        self.now.any = self.now.opaque = True
        self.end()

    def cut_off(self):
        """The open transaction has no end."""
        if self.in_block or self.now.any:
            self.broken = self.broken or self.begun
        self.half.add(self.now)

    def event(self, binlog, name, offset, kind, length):
        if length is None:
            self.torn = (name, offset)
        elif kind in (GTID, ANONYMOUS_GTID, TAGGED_GTID, MARIA_GTID):
            self.cut_off()
            self.begun = (name, offset)
            self.now = Changes(binlog.gtid(offset, length) if kind == GTID else None)
            # Without FL_STANDALONE a MariaDB GTID begins a block that has no BEGIN.
            self.in_block = (
                kind == MARIA_GTID and not bytearray(binlog.body(offset, length, 13))[12] & 1
            )
        elif kind in (XID, XA_PREPARE):
            self.end_rows()
        elif kind == PAYLOAD:
            # A whole compressed transaction, its end included.
            self.now.any = self.now.opaque = True
            self.end_rows()
        elif kind == QUERY:
            self.query(name, offset, binlog.query(offset, length))
        elif kind == MARIA_QUERY_COMPRESSED and not self.in_block:
            self.end_statement("?")
        elif kind in CHANGES:
            self.open_at(name, offset)
            self.now.any = True
            self.change(binlog, offset, kind, length)

    def change(self, binlog, offset, kind, length):
        if kind == TABLE_MAP:
            self.mapped.add(binlog.table_id(offset, length))
            table = binlog.table_map(offset, length)
            if table not in self.now.tables:
                self.now.tables.append(table)
        elif kind not in ROWS or binlog.table_id(offset, length) not in self.mapped:
            self.now.opaque = True

    def query(self, name, offset, query):
        if query.startswith(DUMMY_QUERY):
            return
        words = statement(query)
        upper = words.upper().strip()
        if upper == "BEGIN" or upper.startswith(("START TRANSACTION", "XA START", "XA BEGIN")):
            self.open_at(name, offset)
            self.in_block = True
        elif self.in_block:
            # DM has applied rows before it reads a ROLLBACK, which it passes over.
            if upper in ("COMMIT", "ROLLBACK"):
                self.end_rows()
            elif not upper.startswith(("SAVEPOINT", "ROLLBACK TO", "RELEASE", "XA END")):
                self.now.any = self.now.opaque = True
        elif TABLE_DDL.match(words) or BARE_TRUNCATE.match(words) or DML.match(words):
            self.end_statement(first_words(words))
        else:
            self.others.append(first_words(words))
            self.end()

    def told(self):
        open_one = self.begun
        self.cut_off()
        shown = self.broken or open_one or self.torn
        half = None
        if shown:
            half = {"file": shown[0], "at": shown[1], "torn": self.torn is not None}
            half.update(self.half.told())
        whole = {"rows": self.rows, "ddl": self.ddl[:20]}
        whole.update(self.whole.told())
        return {"whole": whole, "half": half, "others": self.others[:20]}


@operation
def tail(request):
    """What follows a position of a relay file, and in the files after it.

    Relay names no file until a transaction has come whole: then all that is there comes after.
    """
    directory, position = request["dir"], request["position"]
    deadline = time.time() + request["limit"]
    names = binlogs(directory)
    first = request["file"] or (names[0] if names else None)
    if first is None:
        return dict(Tail().told(), size=0, files_behind=0, bytes_behind=0)
    if first not in names:
        raise Refused("missing", "%s has no file %s" % (directory, first))
    tail_ = Tail()
    size_of_first = None
    bytes_behind = 0
    for name in names[names.index(first) :]:
        binlog = Binlog(os.path.join(directory, name), deadline)
        try:
            start = FIRST_EVENT
            if name == first:
                size_of_first = binlog.size
                if position > binlog.size:
                    raise Refused(
                        "short", "%s has %d bytes, position is %d" % (name, binlog.size, position)
                    )
                start = max(position, FIRST_EVENT)
            bytes_behind += max(0, binlog.size - start)
            for offset, kind, length, _ in binlog.events(start):
                tail_.event(binlog, name, offset, kind, length)
        finally:
            binlog.close()
    told = tail_.told()
    told["size"] = size_of_first
    told["files_behind"] = len(names) - names.index(first) - 1
    told["bytes_behind"] = bytes_behind
    return told


@operation
def rows(request):
    """The tables whose rows come after a position, up to relay's end, later sub dirs included."""
    top, suffix = request["dir"], request["suffix"]
    deadline = time.time() + request["limit"]
    sub_dirs = [name for name in relay(request)["index"] if NAME.match(name)]
    behind = [name for name in sub_dirs if number(name) >= suffix]
    if not behind or number(behind[0]) != suffix:
        raise Refused("missing", "%s has no sub dir with the suffix %d" % (top, suffix))
    found = RowTables()
    for sub_dir in behind:
        directory = os.path.join(top, sub_dir)
        names = binlogs(directory)
        start = FIRST_EVENT
        if not names and sub_dir != behind[-1]:
            # A wall: no task has read what follows it, so none reads it twice.
            break
        if number(sub_dir) == suffix:
            if request["file"] not in names:
                raise Refused("missing", "%s has no file %s" % (directory, request["file"]))
            names = names[names.index(request["file"]) :]
            start = max(request["position"], FIRST_EVENT)
        for name in names:
            found.read(os.path.join(directory, name), start, deadline)
            start = FIRST_EVENT
    opaque = found.opaque or len(found.tables) > TABLES_TOLD
    return {"tables": None if opaque else found.tables}


class RowTables(object):
    """Collects the tables of row events. A torn event at the end does not count: no task reads it."""

    def __init__(self):
        self.tables = []
        self.mapped = set()
        self.opaque = False  # something may change rows of tables that are not told

    def read(self, path, start, deadline):
        binlog = Binlog(path, deadline)
        try:
            if start > binlog.size:
                raise Refused(
                    "short", "%s has %d bytes, position is %d" % (path, binlog.size, start)
                )
            for offset, kind, length, _ in binlog.events(start):
                if length is not None:
                    self.event(binlog, offset, kind, length)
        finally:
            binlog.close()

    def event(self, binlog, offset, kind, length):
        if kind == TABLE_MAP:
            self.mapped.add(binlog.table_id(offset, length))
            table = binlog.table_map(offset, length)
            if table not in self.tables:
                self.tables.append(table)
        elif kind in ROWS:
            self.opaque = self.opaque or binlog.table_id(offset, length) not in self.mapped
        elif kind == QUERY:
            query = binlog.query(offset, length)
            if not query.startswith(DUMMY_QUERY) and DML.match(statement(query)):
                self.opaque = True
        elif kind == PAYLOAD or kind in CHANGES:
            self.opaque = True
