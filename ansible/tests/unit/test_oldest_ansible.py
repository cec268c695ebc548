"""Each playbook on the oldest ansible-core that meta/runtime.yml takes."""

import json
import subprocess

import pytest
import yaml
from harness import CHECKOUT, COLLECTION, COLLECTIONS, environment, refuse, succeed

ANSIBLE = CHECKOUT / ".cache" / "oldest-ansible-venv" / "bin" / "ansible-playbook"
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


def run(playbook, stub):
    """Runs a playbook in check mode."""
    assert ANSIBLE.exists(), f"{ANSIBLE} is missing: ./dev prepare-tests makes it"
    words = [str(ANSIBLE), str(COLLECTION / "playbooks" / (playbook + ".yml")), "--check"]
    return subprocess.run(
        [*words, "-e", json.dumps(VARIABLES)],
        env=dict(environment(stub), ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS)),
        cwd=COLLECTION,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_is_the_one_that_the_collection_requires():
    requires = yaml.safe_load((COLLECTION / "meta/runtime.yml").read_text())["requires_ansible"]
    version = subprocess.run(
        [str(ANSIBLE), "--version"], capture_output=True, text=True, check=True
    ).stdout
    assert requires.startswith(">=") and "core " + requires[2:].rpartition(".")[0] + "." in version


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_the_playbooks_run(stub, playbook):
    stub.answers({PLAYBOOKS[playbook]: succeed(changed=False)})
    done = run(playbook, stub)
    assert done.returncode == 0, done.stdout
    assert stub.steps() == [PLAYBOOKS[playbook]]


def test_a_refusal_is_told(stub):
    stub.answers({"preflight": refuse("refused", 1)})
    done = run("preflight", stub)
    assert done.returncode == 2
    assert "found:  FOUND it" in done.stdout and "next:   DO this" in done.stdout
