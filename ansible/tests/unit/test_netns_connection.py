"""The connection to hosts of the sandbox. Needs root: without, ip says so."""

import pathlib
import subprocess
import sys

import pytest
from harness import COLLECTION, environment

NAMESPACE = "dmswitch-test"
ADDRESS = "198.51.100.2"


def ip(*words):
    """Runs ip, which has to succeed."""
    subprocess.run(["ip", *words], check=True)


@pytest.fixture
def host():
    """A host at ADDRESS, this machine at the address before it."""
    try:
        ip("netns", "add", NAMESPACE)
        ip("link", "add", NAMESPACE, "type", "veth", "peer", "name", "eth0", "netns", NAMESPACE)
        ip("addr", "add", "198.51.100.1/30", "dev", NAMESPACE)
        ip("link", "set", NAMESPACE, "up")
        ip("-n", NAMESPACE, "addr", "add", ADDRESS + "/30", "dev", "eth0")
        ip("-n", NAMESPACE, "link", "set", "eth0", "up")
        yield
    finally:
        subprocess.run(["ip", "link", "del", NAMESPACE], check=False)
        subprocess.run(["ip", "netns", "del", NAMESPACE], check=False)


def run(folder, *arguments):
    """Runs ansible on it; its exit status and what it printed."""
    inventory = folder / "hosts"
    inventory.write_text(
        f"old ansible_host={ADDRESS} ansible_connection=netns netns_name={NAMESPACE}"
        f" ansible_python_interpreter={sys.executable}\n"
    )
    process = subprocess.run(
        [
            str(pathlib.Path(sys.executable).parent / "ansible"),
            "-i",
            str(inventory),
            "old",
            *arguments,
        ],
        cwd=folder,
        env=dict(
            environment(),
            ANSIBLE_CONNECTION_PLUGINS=str(COLLECTION / "tests" / "unit" / "connection"),
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return process.returncode, process.stdout


@pytest.mark.usefixtures("host")
def test_commands_run_in_the_namespace(tmp_path):
    status, output = run(tmp_path, "-m", "shell", "-a", "ip netns identify $$; echo \"it's\" $((1+1))")
    assert status == 0, output
    assert output.splitlines()[1:] == [NAMESPACE, "it's 2"]


@pytest.mark.usefixtures("host")
def test_a_host_that_does_not_answer_is_unreachable(tmp_path):
    ip("-n", NAMESPACE, "link", "set", "eth0", "down")
    status, output = run(tmp_path, "-m", "command", "-a", "true")
    assert status == 4, output
    assert f"{ADDRESS} does not answer" in output
    ip("route", "add", "unreachable", ADDRESS)
    try:
        status, output = run(tmp_path, "-m", "command", "-a", "true")
        assert status == 4, output
        assert f"no route to {ADDRESS}" in output
    finally:
        ip("route", "del", "unreachable", ADDRESS)
