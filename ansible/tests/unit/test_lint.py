"""The collection as its tools see it."""

import json
import pathlib
import shutil
import subprocess
import sys

import ansible.release
import ansible_test
import pytest
import yaml
from harness import COLLECTION, COLLECTIONS, environment

BIN = pathlib.Path(sys.executable).parent
SANITY = COLLECTION / "tests" / "sanity"
SANITY_TESTS = pathlib.Path(ansible_test.__path__[0]) / "_util/controller/sanity"
VERSIONS = [f"2.{minor}" for minor in range(14, 21)]


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


def ignored(version):
    """The lines of an ignore file of sanity: path and test to the reason."""
    lines = {}
    for line in (SANITY / f"ignore-{version}.txt").read_text().splitlines():
        what, _, reason = line.partition(" # ")
        path, test = what.split()
        lines[path, test] = reason
    return lines


def test_documentation_and_arguments_of_the_modules_are_valid():
    # `ansible-test sanity --test validate-modules` without the environment that ansible-test makes
    # for itself: it fetches that from its own host.
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
    errors = {
        (path, "validate-modules:" + error["code"])
        for path, report in reports.items()
        for error in report["errors"]
    }
    wanted = ignored(".".join(ansible.release.__version__.split(".")[:2]))
    assert errors == {line for line in wanted if line[1].startswith("validate-modules:")}


@pytest.mark.parametrize("version", VERSIONS)
def test_sanity_ignores_what_is_there_for_a_reason(version):
    lines = ignored(version)
    assert lines == ignored(VERSIONS[-1])
    assert all(reason and (COLLECTION / path).exists() for (path, _), reason in lines.items())


def test_sanity_has_a_file_for_each_ansible_core_that_runs_the_collection():
    runtime = yaml.safe_load((COLLECTION / "meta" / "runtime.yml").read_text())
    assert runtime["requires_ansible"] == f">={VERSIONS[0]}.0"
    assert {path.name for path in SANITY.glob("ignore-*")} == {
        f"ignore-{version}.txt" for version in VERSIONS
    }


def sanity(*command, paths):
    """Runs what ansible-test would in its own environment; what it has to say."""
    env = dict(environment(), PYTHONPATH=f"{SANITY_TESTS / 'pylint/plugins'}:{COLLECTIONS}")
    for kind in ("modules", "module_utils"):
        env[f"ANSIBLE_TEST_{kind.upper()}_PATH"] = f"{COLLECTION}/plugins/{kind}/"
    process = subprocess.run(
        [sys.executable, "-B", *command],
        input="\n".join(paths),
        cwd=COLLECTION,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return process.stdout


def files(*patterns):
    """The files of the collection, as sanity names them."""
    return sorted(str(p.relative_to(COLLECTION)) for x in patterns for p in COLLECTION.glob(x))


def test_sanity_pylint():
    plugins = [path.stem for path in SANITY_TESTS.glob("pylint/plugins/*.py")]
    paths = files("plugins/*/*.py")
    # The oldest Python of a DM control machine that pylint knows.
    options = ["--py-version", "3.7", "--load-plugins", ",".join(plugins), "--score", "n"]
    options += ["--rcfile", str(SANITY_TESTS / "pylint/config/collection.cfg")]
    options += ["--collection-name", "dmswitch.upstream", "--collection-path", str(COLLECTION)]
    assert len(paths) > 15
    assert sanity("-m", "pylint", *options, *paths, paths=[]) == ""


def test_sanity_pep8():
    ignored_codes = (SANITY_TESTS / "pep8/current-ignore.txt").read_text().split()
    options = ["--max-line-length", "160", "--config", "/dev/null"]
    options += ["--ignore", ",".join(ignored_codes)]
    paths = files("plugins/*/*.py")
    assert sanity("-m", "pycodestyle", *options, *paths, paths=[]) == ""


def test_sanity_yamllint():
    paths = files("plugins/*/*.py", "roles/**/*.yml", "meta/*.yml", "playbooks/*.yml", "galaxy.yml")
    linter = str(SANITY_TESTS / "yamllint/yamllinter.py")
    assert json.loads(sanity(linter, paths=paths)) == {"messages": []}


def test_sanity_runtime_metadata():
    script = str(SANITY_TESTS / "code-smell/runtime-metadata.py")
    assert sanity(script, paths=["meta/runtime.yml"]) == ""


def test_the_modules_can_be_read_up():
    modules = sorted(path.stem for path in (COLLECTION / "plugins" / "modules").glob("*.py"))
    text = run("ansible-doc", *[f"dmswitch.upstream.{module}" for module in modules])
    assert text.count("EXAMPLES:") == len(modules)


def test_the_changelog_is_what_its_tool_makes_of_the_fragments(tmp_path):
    for name in ("changelogs", "meta", "plugins", "roles"):
        shutil.copytree(COLLECTION / name, tmp_path / name, ignore=shutil.ignore_patterns("*.j*"))
    shutil.copy(COLLECTION / "galaxy.yml", tmp_path)
    run("antsibull-changelog", "lint", cwd=tmp_path)
    run("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml", cwd=tmp_path)
    run("antsibull-changelog", "generate", cwd=tmp_path)
    assert (tmp_path / "CHANGELOG.md").read_text() == (COLLECTION / "CHANGELOG.md").read_text()
    changes = yaml.safe_load((COLLECTION / "changelogs" / "changelog.yaml").read_text())
    galaxy = yaml.safe_load((COLLECTION / "galaxy.yml").read_text())
    assert galaxy["version"] in changes["releases"]
