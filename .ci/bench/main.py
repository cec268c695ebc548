"""The command `./dev bench NAME`, after ./dev has built what it needs."""

import argparse
import subprocess
import sys

from bench import cluster, gtid, preflight, record, standstill, start_up

MEASURED = {
    "standstill": (standstill, 6),
    "start-up": (start_up, 21),
    "preflight": (preflight, 7),
}


def parser():
    """Of all but gtid, whose options are JMH's."""
    whole = argparse.ArgumentParser(prog="./dev bench")
    names = whole.add_subparsers(dest="name", required=True, metavar="NAME")
    for name, (module, pairs) in MEASURED.items():
        one = names.add_parser(name, help=module.__doc__.splitlines()[0])
        one.add_argument(
            "--pairs",
            type=int,
            default=pairs,
            help=f"how many pairs are measured, at least {record.LEAST} (default: {pairs})",
        )
        module.add_options(one)
    names.add_parser("gtid", help=gtid.__doc__.splitlines()[0])
    return whole


def say(line):
    """For the one who waits."""
    print(line, file=sys.stderr, flush=True)


def refuse(found, wanted, following, status):
    """Says why not; the exit status."""
    say(f"bench: {found}\n  wanted: {wanted}\n  next: {following}")
    return status


def main(args):
    """The exit status."""
    if args[:1] == ["gtid"]:
        return gtid.main(args[1:])
    options = parser().parse_args(args)
    module, _ = MEASURED[options.name]
    if options.pairs < record.LEAST:
        return refuse(
            f"{options.pairs} pairs",
            f"at least {record.LEAST}, of which one that was disturbed makes no figure",
            f"leave --pairs out, or give {record.LEAST} or more",
            2,
        )
    if problem := module.wrong_use(options):
        return refuse(problem, "options that go together", "correct them", 2)
    surroundings = record.surroundings()
    try:
        body = module.measure(options, say)
    except (cluster.Failed, subprocess.CalledProcessError) as failed:
        return refuse(
            failed,
            "every pair measured",
            f"fix what it says; {record.FILE.name} stays as it was",
            1,
        )
    record.write(record.FILE, module.section(options), body, surroundings)
    print(f"## {module.section(options)}\n\n{', '.join(surroundings)}\n\n{body}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
