"""How long the target stands still during a switch, beside the bare commands in a shell script.

docs/benchmarks.md describes how it is measured.
"""

import json
import pathlib
import re
import statistics

from bench import cluster, record

HERE = pathlib.Path(__file__).parent
DM_ANSIBLE_PLAYBOOKS = {"deploy.yml", "rolling_update.yml", "start.yml", "stop.yml"}

ADDRESS = """`switch-upstream.yml` against `bare-address.sh`, which runs the documented commands and
nothing else: pause-relay, wait until the new server has executed W, stop-task, inventory, rolling
upgrade, start-task."""
VIP = """`switch-vip.yml` against `bare-vip.sh`, which runs the documented commands and nothing else:
pause-relay, wait until the new server has executed W, pause-task, move the virtual IP,
switch-relay-master, resume-relay, resume-task. Both move it by the same script."""


def add_options(parser):
    """Of this benchmark."""
    parser.add_argument("--vip", action="store_true", help="switch-vip.yml; as root")
    parser.add_argument(
        "--dm-bin", metavar="FOLDER", help="real dm-master, dm-worker, dmctl of DM 1.0"
    )
    parser.add_argument(
        "--roll-mode", choices=["documented", "staged"], help="roll_mode of switch-upstream.yml"
    )


def wrong_use(options):
    """What is wrong with the options; None when nothing is."""
    if options.vip and options.roll_mode:
        return "--roll-mode with --vip, where nothing is rolled"
    return None


def section(options):
    """The name of its section: each way has one of its own."""
    return (
        ("standstill behind a virtual IP" if options.vip else "standstill")
        + (f", roll_mode {options.roll_mode}" if options.roll_mode else "")
        + (", real DM" if options.dm_bin else "")
    )


def of_dm_ansible(notes):
    """The processor seconds of DM-Ansible's own playbooks, as the meter has noted them."""
    return sum(note["processor"] for note in rolls(notes))


def of_summary(output):
    """The standstill in seconds as the playbook itself tells it."""
    return float(re.search(r"^ *standstill +([0-9.]+) s\b", output, re.MULTILINE)[1])


def rolls(notes):
    """The runs of DM-Ansible's own playbooks that do something."""
    return [
        note
        for note in notes
        if DM_ANSIBLE_PLAYBOOKS.intersection(note["words"])
        and not any(word.startswith("--list-") for word in note["words"])
    ]


class Address:
    """The worker gets a new upstream address."""

    def __init__(self, sandbox, roll_mode):
        self.sandbox = sandbox
        self.roll_mode = roll_mode

    def ours(self, server):
        """The command line."""
        variables = self.sandbox.variables(server)
        if self.roll_mode:
            variables["roll_mode"] = self.roll_mode
        return playbook("switch-upstream.yml", variables)

    def bare(self, server):
        """The command line."""
        box = self.sandbox
        host, port = box.servers[server]
        script = [HERE / "bare-address.sh", box.programs / "ansible-playbook", box.alias]
        return [*script, box.worker, box.master, cluster.TASK, host, port]


class Vip:
    """The worker's address moves to the new server."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.move = move_script(sandbox)

    def ours(self, server):
        """The command line."""
        variables = self.sandbox.variables(server)
        variables["vip_move"] = "command"
        variables["vip_move_command"] = [str(self.move), self.sandbox.servers[server][0]]
        return playbook("switch-vip.yml", variables)

    def bare(self, server):
        """The command line."""
        box = self.sandbox
        host, port = box.servers[server]
        script = [HERE / "bare-vip.sh", box.worker, box.master, cluster.TASK, host, port]
        return [*script, self.move, host]


def playbook(name, variables):
    """The command line of one of our playbooks."""
    return [
        cluster.PLAYBOOK,
        record.ROOT / "ansible/playbooks" / name,
        "-e",
        json.dumps(variables),
    ]


def move_script(sandbox):
    """A script that moves the virtual IP to the host with that address; without a JVM's start."""
    inventory = (sandbox.dm_ansible / "inventory.ini").read_text()
    vip = re.search(r" mysql_host=(\S+)", inventory)[1]
    script = sandbox.folder / "move-vip"
    # The names of namespaces are those of Network and Host of the sandbox.
    script.write_text(f"""#!/bin/sh
set -eu
network=dms-$(cat {sandbox.sandbox}/network)
for host in $(ip netns list | sed -n "s/^\\($network-[0-9]*\\).*/\\1/p"); do
  ip -n "$host" addr del {vip}/32 dev eth0 2>/dev/null || true
done
host=$network-${{1##*.}}
ip -n "$host" addr add {vip}/32 dev eth0
ip netns exec "$host" arping -q -U -c 1 -I eth0 {vip}
""")
    script.chmod(0o755)
    return script


def measure(options, say):
    """The text of its section."""
    up = (["--vip"] if options.vip else []) + (
        ["--dm-bin", options.dm_bin] if options.dm_bin else []
    )
    pairs, processors, rolled, summaries = [], [], [], []
    with cluster.up(*up) as sandbox:
        way = Vip(sandbox) if options.vip else Address(sandbox, options.roll_mode)
        for number in range(options.pairs):
            times = {}
            halves = ["ours", "bare"] if number % 2 == 0 else ["bare", "ours"]
            for half, server in zip(halves, ["new", "old"]):
                with sandbox.standstill() as seconds:
                    # The bare commands are given in the DM-Ansible directory.
                    folder = record.ROOT if half == "ours" else sandbox.dm_ansible
                    note, called = sandbox.call(getattr(way, half)(server), folder)
                times[half] = seconds[0]
                rolled.append((half, rolls(called)))
                if half == "ours":
                    processors.append(note["processor"] - of_dm_ansible(called))
                    summaries.append(of_summary(sandbox.log.read_text(encoding="utf-8")))
                say(f"pair {number + 1}, {half}, to the {server} server: {seconds[0]:.1f} s")
            pairs.append(record.Pair(times["ours"], times["bare"]))
        sandbox.judge()
    comparison = record.Comparison("standstill: playbook, bare commands", pairs)
    say("the target has exactly the primary's rows")
    return "\n\n".join(
        [
            ADDRESS if not options.vip else VIP,
            record.table(comparison),
            f"The playbook's own summary says {record.told(statistics.median(summaries))} (median).",
            f"Processor seconds of a whole run of the playbook: {statistics.median(processors):.1f} s (median).",
            *roll_lines(rolled),
        ]
    )


def roll_lines(rolled):
    """What DM-Ansible took, which both have in their standstill; of pairs of half and notes."""
    took = []
    for which, words in ("ours", "in the playbook"), ("bare", "in the script"):
        seconds, processor = (
            [sum(note[kind] for note in notes) for half, notes in rolled if half == which]
            for kind in ("seconds", "processor")
        )
        took.append(
            f"{statistics.median(seconds):.1f} s {words}, with"
            f" {statistics.median(processor):.1f} processor seconds"
        )
    if not any(notes for _, notes in rolled):
        return []
    return [f"DM-Ansible takes of it {'; '.join(took)} (medians). On a real cluster: 9.6 s."]
