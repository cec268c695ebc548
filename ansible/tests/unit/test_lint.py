"""The collection as its tools see it."""

import json
import pathlib
import subprocess
import sys

import ansible_test
from harness import COLLECTION, COLLECTIONS, environment

BIN = pathlib.Path(sys.executable).parent


def run(*command, cwd=COLLECTION, **variables):
    """Runs a tool of our environment; its output is the message of a failed assertion."""
    env = dict(environment(), ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS), **variables)
    env["PATH"] = f"{BIN}:{env['PATH']}"
    process = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    assert process.returncode == 0, process.stdout
    return process.stdout


def test_ansible_lint_finds_nothing_by_its_production_profile():
    run("ansible-lint", "--offline", "--nocolor", "--profile", "production")


def test_documentation_and_arguments_of_the_modules_are_valid():
    # `ansible-test sanity --test validate-modules` without the environment that ansible-test makes
    # for itself: it fetches that from a host of its own.
    folder = pathlib.Path(ansible_test.__path__[0]) / "_util/controller/sanity/validate-modules"
    process = subprocess.run(
        [sys.executable, folder / "validate.py", "--arg-spec", "--format", "json", "--collection"]
        + ["ansible_collections/dmswitch/upstream", "--collection-version", "0.1.0"]
        + sorted(str(p.relative_to(COLLECTION)) for p in COLLECTION.glob("plugins/modules/*.py")),
        cwd=COLLECTION,
        env=dict(
            environment(),
            ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS),
            PYTHONPATH=str(COLLECTIONS),
        ),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    reports = json.loads(process.stdout)
    assert len(reports) == len(list(COLLECTION.glob("plugins/modules/*.py")))
    errors = [error for report in reports.values() for error in report["errors"]]
    # No licence has been chosen yet.
    assert [error for error in errors if error["code"] != "missing-gplv3-license"] == []


def test_the_modules_can_be_read_up():
    modules = sorted(path.stem for path in (COLLECTION / "plugins" / "modules").glob("*.py"))
    text = run("ansible-doc", *[f"dmswitch.upstream.{module}" for module in modules])
    assert text.count("EXAMPLES:") == len(modules)
