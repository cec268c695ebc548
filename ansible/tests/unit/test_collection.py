"""The collection as it is built and addressed, and what AWX finds in this repository."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

import pytest
from harness import CHECKOUT, COLLECTION, JAR, Stub, environment, run_ansible, succeed

BIN = pathlib.Path(sys.executable).parent
OLDEST = CHECKOUT / ".cache/oldest-ansible-venv/bin/ansible-playbook"
VARIABLES = dict(
    dm_ansible_dir="/home/tidb/dm-ansible",
    dm_worker="dm_worker1",
    new_mysql_host="10.0.1.12",
    new_mysql_port=3306,
)
PLAYBOOKS = {
    "preflight": "preflight",
    "rescue": "rescue looked_at",
    "rollback": "rollback",
    "switch_upstream": "plan written",
    "switch_vip": "plan written",
}


def galaxy(*words, **variables):
    """Runs ansible-galaxy collection."""
    return subprocess.run(
        [str(BIN / "ansible-galaxy"), "collection", *words],
        env=dict(environment(), **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


class Installed:
    """The collection, built and installed somewhere."""

    def __init__(self, folder):
        built = galaxy("build", str(COLLECTION), "--output-path", str(folder))
        assert built.returncode == 0, built.stdout
        [self.archive] = folder.glob("*.tar.gz")
        self.folder = folder / "collections"
        done = galaxy("install", "--offline", str(self.archive), "-p", str(self.folder))
        assert done.returncode == 0, done.stdout
        self.stub = Stub(folder)

    def run(self, playbook, *args, cwd):
        """Runs a playbook that only these collections have."""
        env = dict(environment(self.stub), ANSIBLE_COLLECTIONS_PATH=str(self.folder))
        return run_ansible([playbook, "-e", json.dumps(VARIABLES), *args], env, cwd)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """See Installed."""
    return Installed(tmp_path_factory.mktemp("installed"))


def test_the_built_collection_has_the_jar_its_licence_and_what_sanity_ignores(installed):
    with tarfile.open(installed.archive) as entries:
        names = entries.getnames()
        jar = entries.extractfile("plugins/module_utils/dm-switch.jar").read()
        licence = entries.extractfile("LICENSE").read()
    assert jar == JAR.read_bytes()
    assert licence == (CHECKOUT / "LICENSE").read_bytes()
    assert not [n for n in names if n.startswith("playbooks/collections")]
    # The importer of Galaxy wants these.
    tests = {name for name in names if name.startswith("tests/")} - {"tests/sanity"}
    assert tests and all(name.startswith("tests/sanity/") for name in tests), tests
    # Galaxy takes no more.
    assert installed.archive.stat().st_size < 20_000_000


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_the_playbooks_are_found_by_their_full_names(installed, tmp_path, playbook):
    calls = len(installed.stub.steps())
    installed.stub.answers({PLAYBOOKS[playbook]: succeed(changed=False)})
    run = installed.run("dmswitch.upstream." + playbook, "--check", cwd=tmp_path)
    assert run.returncode == 0, run.stdout
    assert installed.stub.steps()[calls:] == [PLAYBOOKS[playbook]]


def test_the_oldest_ansible_core_runs_them_on_another_host(installed, tmp_path):
    calls = len(installed.stub.steps())
    installed.stub.answers({"preflight": succeed(changed=False)})
    inventory = tmp_path / "hosts"
    inventory.write_text(
        f"far ansible_connection=elsewhere ansible_python_interpreter={sys.executable}\n"
    )
    variables = json.dumps(dict(VARIABLES, dm_control="far"))
    words = ["-i", str(inventory), "-e", variables, "dmswitch.upstream.preflight"]
    run = subprocess.run(
        [str(OLDEST), *words],
        cwd=tmp_path,
        env=dict(
            environment(installed.stub),
            HOME=str(tmp_path),
            ANSIBLE_COLLECTIONS_PATH=str(installed.folder),
            ANSIBLE_CONNECTION_PLUGINS=str(COLLECTION / "tests" / "unit" / "connection"),
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    assert installed.stub.steps()[calls:] == ["preflight"]


def test_a_playbook_of_ones_own_imports_them(installed, tmp_path):
    calls = len(installed.stub.steps())
    installed.stub.answers({"plan written": succeed(changed=False)})
    path = tmp_path / "site.yml"
    path.write_text("- import_playbook: dmswitch.upstream.switch_upstream\n")
    run = installed.run(str(path), "--check", cwd=tmp_path)
    assert run.returncode == 0, run.stdout
    assert installed.stub.steps()[calls:] == ["plan written"]


@pytest.mark.parametrize("name", ["switch-upstream.yml", "switch-vip.yml"])
def test_the_names_with_a_dash_are_names_by_path(installed, tmp_path, name):
    calls = len(installed.stub.steps())
    installed.stub.answers({"plan written": succeed(changed=False)})
    path = installed.folder / "ansible_collections/dmswitch/upstream/playbooks" / name
    run = installed.run(str(path), "--check", cwd=tmp_path)
    assert run.returncode == 0, run.stdout
    assert installed.stub.steps()[calls:] == ["plan written"]


# Those of 2.19 that need nothing from the network; test_lint.py has most of the others.
SANITY = """action-plugin-docs compile empty-init ignores line-endings no-assert no-get-exception
no-illegal-filenames no-smart-quotes replace-urlopen shebang symlinks use-argspec-type-path
use-compat-six""".split()


def test_sanity_finds_nothing_that_is_not_ignored_for_a_reason(installed):
    tests = [word for name in SANITY for word in ("--test", name)]
    process = subprocess.run(
        [str(BIN / "ansible-test"), "sanity", *tests, "--python", "default", "--color", "no"],
        cwd=installed.folder / "ansible_collections/dmswitch/upstream",
        # Of other Pythons there may be only the shims.
        env=dict(environment(), LC_ALL="C.UTF-8", PATH=f"{BIN}:/usr/bin:/bin"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert process.returncode == 0, process.stdout
    for name in SANITY:
        assert f'Running sanity test "{name}"' in process.stdout, process.stdout


def test_without_the_backend_no_collection_is_built(tmp_path):
    copy = tmp_path / "ansible"
    shutil.copytree(
        COLLECTION, copy, symlinks=True, ignore=shutil.ignore_patterns("*.jsa", "tests", ".*")
    )
    shutil.copy(CHECKOUT / "LICENSE", tmp_path)
    assert not (copy / "plugins/module_utils/dm-switch.jar").exists()
    built = galaxy("build", str(copy), "--output-path", str(tmp_path))
    assert built.returncode != 0
    assert "made-by-dev-setup/dm-switch.jar" in built.stdout
    assert not list(tmp_path.glob("*.tar.gz"))


# ---- AWX -----------------------------------------------------------------------------------------


def files_of_the_checkout():
    """What a clone has."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [pathlib.PurePosixPath(name) for name in names.split("\0") if name]


def is_offered(path):
    """Whether AWX offers a file as a playbook: awx/main/utils/ansible.py, could_be_playbook."""
    if path.suffix not in (".yml", ".yaml") or not (CHECKOUT / path).is_file():
        return False
    for folder in path.parts[:-1]:
        if folder.startswith(".") or folder in ("roles", "tasks", "group_vars", "host_vars"):
            return False
    # Newer ones know the full names too.
    play = re.compile(r"\s*-?\s*(hosts|include|(ansible\.builtin\.)?import_playbook):")
    return any(play.match(line) for line in (CHECKOUT / path).read_text().splitlines())


def test_awx_offers_our_playbooks_and_no_other():
    offered = {str(path) for path in files_of_the_checkout() if is_offered(path)}
    ours = {*(name + ".yml" for name in PLAYBOOKS), "switch-upstream.yml", "switch-vip.yml", "awx.yml"}
    assert offered == {"ansible/playbooks/" + name for name in ours}


def test_no_link_leads_back_to_a_folder_above_it():
    for path in files_of_the_checkout():
        path = CHECKOUT / path
        if path.is_symlink():
            target = os.path.realpath(path)
            assert not str(path.parent.resolve()).startswith(target + os.sep), path
