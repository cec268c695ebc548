"""The execution environment, as far as it can be made without a container engine."""

import pathlib
import re
import shutil
import subprocess
import sys

import yaml
from harness import COLLECTION, environment

BIN = pathlib.Path(sys.executable).parent


def builder(*words, cwd):
    """Runs ansible-builder."""
    run = subprocess.run(
        [str(BIN / "ansible-builder"), *words],
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    return run.stdout


def test_ansible_builder_takes_the_definition(tmp_path):
    shutil.copy(COLLECTION / "execution-environment.yml", tmp_path)
    builder("create", "--output-filename", "Containerfile", "--context", "context", cwd=tmp_path)
    system = (tmp_path / "context/_build/bindep.txt").read_text()
    assert re.search(r"^java-17-openjdk-headless ", system, re.M)
    assert re.search(r"^openssh-clients ", system, re.M)
    definition = yaml.safe_load((COLLECTION / "execution-environment.yml").read_text())
    containerfile = (tmp_path / "context/Containerfile").read_text()
    assert definition["images"]["base_image"]["name"] in containerfile
    assert definition["dependencies"]["ansible_core"]["package_pip"] in containerfile


def test_ansible_builder_finds_java_in_the_collection(tmp_path):
    """Where somebody installs the collection into an execution environment of his own."""
    folder = tmp_path / "ansible_collections/dmswitch/upstream"
    (folder / "meta").mkdir(parents=True)
    for name in ("meta/execution-environment.yml", "bindep.txt", "galaxy.yml"):
        shutil.copy(COLLECTION / name, folder / name)
    found = yaml.safe_load(builder("introspect", str(tmp_path), cwd=tmp_path))
    packages = {line.split()[0] for line in found["system"]}
    assert packages == {"java-17-openjdk-headless", "openjdk-17-jre-headless"}
