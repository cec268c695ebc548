"""What a run leaves for other programs: artifacts of a job in AWX, by set_stats."""

import json
import re

import pytest
from harness import refuse, run_playbook, succeed

from ansible_collections.dmswitch.upstream.plugins.filter.artifact import artifact

VARIABLES = dict(
    dm_ansible_dir="/home/tidb/dm-ansible",
    dm_worker="dm_worker1",
    new_mysql_host="10.0.1.12",
    new_mysql_port=3306,
)
SHOWN = dict(ANSIBLE_SHOW_CUSTOM_STATS="1", ANSIBLE_CALLBACK_RESULT_FORMAT="json")
PLAN = {"plan written": succeed(run_id="run-7")}
PROBLEM = dict(found="FOUND it", wanted="WANTED that", next="DO this")
WARNED = [
    dict(name="relay", outcome="passed", found="Running", wanted="", next=""),
    dict(name="purge", outcome="warning", found="near", wanted="far", next="hurry"),
]
STATE = dict(state="wall", healable=True, will=["take it away"], next="rescue_apply")
# A playbook, its further arguments and variables, the backend's answers, the outcome.
RUNS = {
    "preflight": (
        ("preflight.yml",),
        {},
        {"preflight": succeed(changed=False, checks=WARNED)},
        dict(outcome="done", changed=False, not_passed={"purge": "warning"}),
    ),
    "a refusal": (
        ("preflight.yml",),
        {},
        {"preflight": refuse("refused", 1, checks=WARNED)},
        dict(outcome="refused", changed=False, problem=PROBLEM, not_passed={"purge": "warning"}),
    ),
    "check mode": (
        ("switch_upstream.yml", "--check"),
        {},
        PLAN,
        dict(outcome="done", changed=True),
    ),
    "a switch that was made before": (
        ("switch_vip.yml",),
        {},
        {"plan written": succeed(changed=False, already_there=True, msg="it is there")},
        dict(outcome="done", changed=False, already_there=True),
    ),
    "a switch": (
        ("switch_upstream.yml",),
        {},
        dict(PLAN, **{"switchover finished": succeed(summary=dict(worker="dm_worker1"))}),
        dict(outcome="done", changed=True, summary=dict(worker="dm_worker1")),
    ),
    "the way back": (
        ("switch_upstream.yml",),
        {},
        dict(PLAN, **{"relay fenced": refuse("cannot_tell", 3)}),
        dict(outcome="cannot_tell", changed=False, problem=PROBLEM),
    ),
    "a later step": (
        ("switch_upstream.yml",),
        {},
        dict(PLAN, **{"worker upgraded": refuse("stopped_midway", 4)}),
        dict(outcome="stopped_midway", changed=False, problem=PROBLEM),
    ),
    "the look at the VIP": (
        ("switch_vip.yml",),
        {},
        dict(PLAN, **{"vip looked_at": refuse("refused", 1)}),
        dict(outcome="refused", changed=False, problem=PROBLEM),
    ),
    "a rollback": (
        ("rollback.yml",),
        {},
        {"rollback": succeed(journal="/j")},
        dict(outcome="done", changed=True, journal="/j"),
    ),
    "a look": (
        ("rescue.yml",),
        {},
        {"rescue looked_at": succeed(changed=False, **STATE)},
        dict(outcome="done", changed=False, **STATE),
    ),
    "a repair that is refused": (
        ("rescue.yml",),
        dict(rescue_apply="yes"),
        {"rescue applied": refuse("refused", 1, **STATE)},
        dict(outcome="refused", changed=False, problem=PROBLEM, **STATE),
    ),
}


@pytest.mark.parametrize("case", RUNS)
def test_the_outcome(stub, case):
    (playbook, *args), variables, answers, outcome = RUNS[case]
    stub.answers(answers)
    run = run_playbook(
        playbook,
        dict(VARIABLES, **variables),
        *args,
        stub=stub,
        **SHOWN,
    )
    assert (run.returncode == 0) == (outcome["outcome"] == "done"), run.stdout
    # A line break (in JSON), not the two characters for one.
    assert r"\\n  next:" not in run.stdout
    assert seen(run.stdout) == dict(outcome, playbook=playbook.partition(".")[0])
    if "already_there" in outcome:
        assert stub.steps() == ["plan written"] and "changed=0" in run.stdout


def test_a_run_that_ended_on_its_way_is_no_success():
    last = dict(changed=True, msg="relay is Paused")
    assert artifact(last, "switch_vip", finishes=True)["outcome"] == "cannot_tell"
    assert artifact(last, "switch_vip")["outcome"] == "done"


def test_the_outcome_where_a_variable_is_missing(stub):
    run = run_playbook(
        "switch_vip.yml",
        dict(VARIABLES, vip_move="command"),
        stub=stub,
        **SHOWN,
    )
    assert seen(run.stdout)["outcome"] == "wrong_use"
    assert stub.calls() == []


def seen(stdout):
    """The artifact, as Ansible prints it at the end."""
    [text] = re.findall(r"^\tRUN: (\{.*\})$", stdout, re.MULTILINE)
    return json.loads(text)["dm_switch"]
