"""A step on this machine runs without a module, and nobody sees a difference."""

import json
import sys

import pytest
from harness import COLLECTION, COLLECTIONS, environment, refuse, run_ansible, succeed

OPTIONS = dict(
    dm_ansible_dir="~/dm-ansible",
    dm_worker="dm_worker1",
    new_mysql_host="10.0.1.12",
    new_mysql_port="3306",
    new_mysql_password="S3cret-of-the-new",
    dm_ansible_args=["-v"],
    drain_timeout="60",
)
ANSWERS = {
    "tasks stopped": succeed(changed=True, w="1-5", warnings=["mind S3cret-of-the-new"]),
    "tasks drained": refuse("refused", 1, warnings=["tasks stand still"]),
    "tasks running": refuse("defect", 5, journal="/dm/.dm-switch"),
    "relay fenced": dict(stdout="no JSON", status=3, stderr="a stack"),
}


def results(stub, folder, steps, *args):
    """What each step (module, options) answers without a module and with one; the calls."""
    python = f"ansible_python_interpreter={sys.executable}"
    inventory = folder / "hosts"
    inventory.write_text(
        f"here ansible_connection=local {python}\nthere ansible_connection=elsewhere {python}\n"
    )
    tasks = []
    for number, (module, options) in enumerate(steps):
        step = dict(OPTIONS, **options)
        tasks.append(
            {f"dmswitch.upstream.{module}": step, "register": "result", "ignore_errors": True}
        )
        kept = dict(
            content="{{ result | to_json }}",
            dest=f"{folder}/{{{{ inventory_hostname }}}}{number}",
            mode="0600",
        )
        tasks.append({"ansible.builtin.copy": kept, "check_mode": False})
    play = dict(
        hosts="all", gather_facts=False, environment=dict(FROM_THE_PLAY="1"), tasks=tasks
    )
    playbook = folder / "play.yml"
    playbook.write_text(json.dumps([play]))
    run = run_ansible(
        [str(playbook), "-i", str(inventory), "--forks", "1", "-v", *args],
        dict(
            environment(stub),
            HOME=str(folder / "home"),
            ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS),
            ANSIBLE_CONNECTION_PLUGINS=str(COLLECTION / "tests" / "unit" / "connection"),
        ),
    )
    assert OPTIONS["new_mysql_password"] not in run.stdout
    pairs = []
    for number in range(len(steps)):
        pair = [json.loads((folder / f"{host}{number}").read_text()) for host in ("here", "there")]
        for result in pair:
            result.pop("invocation", None)
        pairs.append(pair)
    return pairs, stub.calls()


@pytest.fixture(name="folder")
def _folder(tmp_path):
    (tmp_path / "home").mkdir()
    return tmp_path


@pytest.mark.parametrize("args", [[], ["--check"]])
def test_its_result_is_that_of_the_module(stub, folder, args):
    stub.answers(ANSWERS)
    steps = [(words.split()[0], dict(state=words.split()[1])) for words in ANSWERS]
    pairs, calls = results(stub, folder, steps, *args)
    for here, there in pairs:
        assert here == there
    for words in ANSWERS:
        here, there = (call for call in calls if call["words"] == words.split())
        assert here["request"] == there["request"]
        assert here["request"]["check_mode"] is bool(args)
        assert here["request"]["drain_timeout"] == 60
        assert {call["environment"].get("FROM_THE_PLAY") for call in (here, there)} == {"1"}


def test_a_wrong_option_is_told_in_the_same_words(stub, folder):
    wrong = [dict(state="flying"), dict(state="stopped", drain_timeout="soon"), dict(colour=1)]
    pairs, calls = results(stub, folder, [("tasks", options) for options in wrong])
    assert calls == []
    for here, there in pairs:
        assert here == there
        assert here["failed"]
