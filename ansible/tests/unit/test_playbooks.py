"""The order of the steps, and what happens to it when one fails: the playbooks over the stub."""

import json

import pytest
from harness import refuse, run_playbook, succeed

SECRET = "s3cret-Of-The-Test"
VARIABLES = dict(
    dm_ansible_dir="/home/tidb/dm-ansible",
    dm_worker="dm_worker1",
    new_mysql_host="10.0.1.12",
    new_mysql_port=3306,
)
UNTIL_TASKS_STOP = [
    "binary_logs flushed current",
    "relay fenced",
    "tasks drained",
    "binary_logs flushed new",
    "tasks stopped",
]
ONCE_TASKS_STOPPED = [
    "inventory switched",
    "worker upgraded",
    "relay observed",
    "tasks running",
    "switchover verified",
    "switchover finished",
]
PLAN = "plan written"
GOOD = {
    PLAN: succeed(
        run_id="run-7",
        diff={"before": "mysql_host=old\n", "after": "mysql_host=new\n"},
        plan=dict(
            worker="dm_worker1",
            worker_address="10.0.0.72:8262",
            old_server=dict(host="10.0.1.11", port=3306),
            new_server=dict(host="10.0.1.12", port=3307),
            tasks=[dict(name="app", handling="STOP_WHOLE"), dict(name="odd", handling="NEW_ONE")],
            leave_hole=False,
            abort_possible=False,
        ),
        warnings=["near: hurry"],
        checks=[
            dict(name="relay", outcome="passed", found="Running", wanted="", next=""),
            dict(name="purge", outcome="warning", found="near", wanted="far", next="hurry"),
        ],
    ),
    "switchover finished": succeed(
        summary={"worker": "dm_worker1", "standstill_seconds": 12},
        summary_text="dm_worker1: from old to new\nstandstill 12 s",
    ),
}


def test_the_switch_runs_its_steps_in_order(stub):
    stub.answers(GOOD)
    run = run_playbook("switch-upstream.yml", VARIABLES, stub=stub)
    assert run.returncode == 0, run.stdout
    assert stub.steps() == [PLAN] + UNTIL_TASKS_STOP + ONCE_TASKS_STOPPED
    assert "run_id" not in stub.calls()[0]["request"]
    assert {call["request"].get("run_id") for call in stub.calls()[1:]} == {"run-7"}
    assert not any(call["request"]["check_mode"] for call in stub.calls())


def test_the_operator_reads_checks_plan_and_summary_as_lines(stub):
    stub.answers(GOOD)
    lines = run_playbook("switch-upstream.yml", VARIABLES, stub=stub).stdout.splitlines()
    assert "  ok      relay: Running" in lines
    assert "  WARNING purge: near" in lines
    assert "            wanted: far" in lines
    assert "            next:   hurry" in lines
    assert not [line for line in lines if "[WARNING]: near" in line], "it stands among the checks"
    at = lines.index("  plan    dm_worker1 (10.0.0.72:8262)")
    assert lines[at + 1 : at + 5] == [
        "          from 10.0.1.11:3306 to 10.0.1.12:3307",
        "          task app: stop-task and start-task on all its workers, since it is sharded",
        "          task odd: NEW_ONE",
        "          way back until the tasks are touched: none",
    ]
    at = lines.index("  dm_worker1: from old to new")
    assert lines[at + 1] == "  standstill 12 s"
    assert json.loads(lines[at + 2].removeprefix("  as JSON")) == {
        "worker": "dm_worker1",
        "standstill_seconds": 12,
    }


def test_warnings_of_a_step_are_shown(stub):
    stub.answers(dict(GOOD, **{"relay fenced": succeed(warnings=["MIND this"])}))
    assert (
        "[WARNING]: MIND this" in run_playbook("switch-upstream.yml", VARIABLES, stub=stub).stdout
    )


def test_every_variable_reaches_the_backend(stub):
    stub.answers(GOOD)
    variables = dict(
        VARIABLES,
        new_mysql_user="dm",
        new_mysql_password=SECRET,
        new_mysql_ssl_mode="required",
        new_mysql_ssl_ca="/etc/ca.pem",
        task_files=["conf"],
        dm_ansible_playbook="/opt/ansible/bin/ansible-playbook",
        dm_ansible_args=["--become", "-v"],
        dmctl="/opt/dmctl",
        dm_master_addr="10.0.1.1:8261",
        task_mode="pause",
        flush_binary_logs="never",
        catch_up_timeout=1,
        drain_timeout=2,
        upgrade_timeout=3,
        relay_timeout=4,
        start_timeout=5,
        verify_timeout=6,
        journal_dir="/var/lib/dm-switch",
    )
    run = run_playbook("switch-upstream.yml", variables, stub=stub)
    assert run.returncode == 0, run.stdout
    for call in stub.calls():
        request = {k: v for k, v in call["request"].items() if k not in ("run_id", "server")}
        assert request == dict(variables, scenario="address", check_mode=False)


@pytest.mark.parametrize("verbosity", ["-v", "-vvvvv"])
@pytest.mark.parametrize("outcome", ["success", "failure"])
def test_no_output_holds_the_password(stub, tmp_path, verbosity, outcome):
    stub.answers(
        GOOD
        if outcome == "success"
        else dict(GOOD, **{"relay fenced": refuse("cannot_tell", 3, msg=f"leaked {SECRET}")})
    )
    # As a person would who does not want it on the command line.
    vault = tmp_path / "secret.yml"
    vault.write_text(f"new_mysql_password: {SECRET}\n")
    run = run_playbook(
        "switch-upstream.yml", VARIABLES, "-e", f"@{vault}", "--diff", verbosity, stub=stub
    )
    assert (run.returncode == 0) is (outcome == "success"), run.stdout
    assert all(call["request"]["new_mysql_password"] == SECRET for call in stub.calls())
    assert SECRET not in run.stdout
    assert SECRET not in json.dumps([[c["argv"], c["environment"]] for c in stub.calls()])


def test_check_mode_ends_with_the_plan_and_shows_the_diff(stub):
    stub.answers(GOOD)
    run = run_playbook("switch-upstream.yml", VARIABLES, "--check", "--diff", stub=stub)
    assert run.returncode == 0, run.stdout
    assert [(c["words"], c["request"]["check_mode"]) for c in stub.calls()] == [
        (["plan", "written"], True)
    ]
    assert "-mysql_host=old" in run.stdout and "+mysql_host=new" in run.stdout


def test_a_refused_plan_ends_everything(stub):
    holds = dict(name="relay", outcome="passed", found="Running", wanted="", next="")
    fails = dict(name="purge", outcome="refused", found="gone", wanted="there", next="mend")
    stub.answers({PLAN: refuse("refused", 1, checks=[holds, fails])})
    run = run_playbook("switch-upstream.yml", VARIABLES, stub=stub)
    assert "  ok      relay: Running\n  REFUSED purge: gone\n" in run.stdout
    printed = run.stdout[run.stdout.index("fatal:") :]
    assert "gone" in printed and "Running" not in printed
    assert run.returncode == 2
    assert stub.steps() == [PLAN]
    assert "  found:  FOUND it\n" in run.stdout and "  next:   DO this\n" in run.stdout


@pytest.mark.parametrize("failing", range(len(UNTIL_TASKS_STOP)))
def test_until_the_tasks_stop_a_failure_lets_relay_run_again(stub, failing):
    step = UNTIL_TASKS_STOP[failing]
    stub.answers(dict(GOOD, **{step: refuse("cannot_tell", 3)}))
    run = run_playbook("switch-upstream.yml", VARIABLES, stub=stub)
    assert run.returncode == 2
    assert stub.steps() == [PLAN] + UNTIL_TASKS_STOP[: failing + 1] + ["relay running"]
    assert stub.calls()[-1]["request"]["run_id"] == "run-7"
    # The last word is the first problem.
    assert run.stdout.rindex("FOUND it") > run.stdout.index("The switch was not made")


def test_the_first_problem_is_told_even_when_the_way_back_fails(stub):
    back = dict(exit_code="stopped_midway", found="NO WAY", wanted="a way", next="resume")
    stub.answers(
        dict(
            GOOD,
            **{
                "tasks drained": refuse("cannot_tell", 3),
                "relay running": {"stdout": json.dumps({"problem": back}), "status": 4},
            },
        )
    )
    run = run_playbook("switch-upstream.yml", VARIABLES, stub=stub)
    assert run.returncode == 2
    last = run.stdout[run.stdout.index("The switch was not made") :]
    assert "FOUND it" in last and "NO WAY" in last


@pytest.mark.parametrize("failing", range(len(ONCE_TASKS_STOPPED)))
def test_once_the_tasks_have_stopped_a_failure_stops_where_it_stands(stub, failing):
    step = ONCE_TASKS_STOPPED[failing]
    stub.answers(dict(GOOD, **{step: refuse("stopped_midway", 4)}))
    run = run_playbook("switch-upstream.yml", VARIABLES, stub=stub)
    assert run.returncode == 2
    assert stub.steps() == [PLAN] + UNTIL_TASKS_STOP + ONCE_TASKS_STOPPED[: failing + 1]
    assert "stopped midway: the journal says where, resume or roll back" in run.stdout
    assert "  next:   DO this\n" in run.stdout


def test_preflight_checks_and_nothing_else(stub):
    stub.answers({"preflight": dict(GOOD[PLAN])})
    run = run_playbook("preflight.yml", VARIABLES, stub=stub)
    assert run.returncode == 0, run.stdout
    assert stub.steps() == ["preflight"]
    assert "  WARNING purge: near\n" in run.stdout


@pytest.mark.parametrize("missing", sorted(VARIABLES))
def test_a_missing_variable_is_named_before_anything_runs(stub, missing):
    variables = {k: v for k, v in VARIABLES.items() if k != missing}
    run = run_playbook("switch-upstream.yml", variables, stub=stub)
    assert run.returncode != 0
    assert missing in run.stdout
    assert stub.calls() == []


def test_a_dm_control_that_no_inventory_names_is_not_success(stub):
    variables = dict(VARIABLES, dm_control="no-such-host.invalid")
    run = run_playbook("switch-upstream.yml", variables, stub=stub)
    assert run.returncode == 4
    assert "no-such-host.invalid" in run.stdout
    assert stub.calls() == []


def test_it_works_from_any_folder(stub, tmp_path):
    stub.answers(GOOD)
    run = run_playbook("switch-upstream.yml", VARIABLES, stub=stub, cwd=tmp_path)
    assert run.returncode == 0, run.stdout
