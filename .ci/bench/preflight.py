"""How long preflight.yml takes for one worker, beside one call of DM-Ansible's own ansible."""

from bench import cluster, record, standstill

ABOUT = """`preflight.yml` for one worker of a sandbox cluster against one call of the ansible that
runs DM-Ansible, `ansible ALIAS -m ping`: the shortest look at that worker's host that an operator can
have. Wall time, in turn."""


def add_options(_parser):
    """It has none of its own."""


def wrong_use(_options):
    """Nothing can be wrong."""
    return None


def section(_options):
    """The name of its section."""
    return "preflight"


def measure(options, say):
    """The text of its section."""
    pairs = []
    with cluster.up() as sandbox:
        ours = standstill.playbook("preflight.yml", sandbox.variables("new"))
        ping = [cluster.DM_ANSIBLE / "ansible", sandbox.alias, "-m", "ping"]
        for number in range(options.pairs):
            note, _ = sandbox.call(ours)
            theirs, _ = sandbox.call(ping, sandbox.dm_ansible)
            pairs.append(record.Pair(note["seconds"], theirs["seconds"]))
            say(f"pair {number + 1}: {pairs[-1].ours:.1f} s, ping {pairs[-1].theirs:.1f} s")
    return ABOUT + "\n\n" + record.table(record.Comparison("preflight.yml, ansible ping", pairs))
