"""The order of the steps behind a VIP, how it moves, and the way back: the playbook over the stub."""

import json

import pytest
from harness import refuse, run_playbook, succeed

VARIABLES = dict(
    dm_ansible_dir="/home/tidb/dm-ansible",
    dm_worker="dm_worker1",
    new_mysql_host="10.0.1.12",
    new_mysql_port=3306,
)
PLAN = "plan written"
UNTIL_THE_LOOK = [
    "binary_logs flushed current",
    "relay fenced",
    "tasks drained",
    "binary_logs flushed new",
    "tasks stopped",
    "vip looked_at",
]
MOVED = "vip moved"
ONCE_MOVED = [
    "relay switched",
    "relay resumed",
    "relay observed",
    "tasks running",
    "switchover verified",
    "switchover finished",
]
WAY_BACK = "relay running"
GOOD = {
    PLAN: succeed(
        run_id="run-7",
        plan=dict(
            scenario="vip",
            worker="dm_worker1",
            worker_address="10.0.0.72:8262",
            old_server=dict(host="10.0.1.30", port=3306),
            new_server=dict(host="10.0.1.12", port=3306),
            tasks=[dict(name="app", handling="PAUSE_ON_WORKER")],
            leave_hole=False,
            abort_possible=True,
        ),
    ),
    "vip looked_at": succeed(changed=False, shows="old"),
    "switchover finished": succeed(summary={"dm_worker": "dm_worker1"}, summary_text="done"),
}


def switch(stub, *args, answers=None, **variables):
    """Runs switch-vip.yml."""
    stub.answers(dict(GOOD, **(answers or {})))
    return run_playbook("switch-vip.yml", dict(VARIABLES, **variables), *args, stub=stub)


def test_the_steps_in_their_order_and_the_vip_by_hand(stub):
    run = switch(stub)
    assert run.returncode == 0, run.stdout
    assert stub.steps() == [PLAN] + UNTIL_THE_LOOK + [MOVED] + ONCE_MOVED
    assert {call["request"]["scenario"] for call in stub.calls()} == {"vip"}
    assert not any("task_mode" in call["request"] for call in stub.calls())
    assert "Move the VIP to 10.0.1.12:3306 now." in run.stdout
    assert "          the VIP 10.0.1.30:3306 moves to 10.0.1.12:3306" in run.stdout.splitlines()
    assert "way back until relay is switched: resume-relay and resume-task" in run.stdout


def test_a_vip_that_has_moved_is_not_moved_again(stub, tmp_path):
    trace = tmp_path / "trace"
    run = switch(
        stub,
        answers={"vip looked_at": succeed(changed=False, shows="new")},
        vip_move="command",
        vip_move_command=["touch", str(trace)],
    )
    assert run.returncode == 0, run.stdout
    assert not trace.exists()


def test_the_vip_moved_by_a_command(stub, tmp_path):
    trace = tmp_path / "a b"
    run = switch(stub, vip_move="command", vip_move_command=["touch", str(trace)])
    assert run.returncode == 0, run.stdout
    assert trace.exists()


def test_the_vip_moved_by_tasks(stub, tmp_path):
    trace = tmp_path / "trace"
    tasks = tmp_path / "move.yml"
    tasks.write_text(
        "- name: Move it\n"
        "  ansible.builtin.copy:\n"
        f"    dest: {trace}\n"
        '    content: "{{ new_mysql_host }}"\n'
    )
    run = switch(stub, vip_move="tasks_file", vip_move_tasks_file=str(tasks))
    assert run.returncode == 0, run.stdout
    assert trace.read_text() == "10.0.1.12"


def test_a_command_that_fails_leads_back(stub):
    run = switch(
        stub,
        answers={WAY_BACK: succeed(msg="relay and tasks run again")},
        vip_move="command",
        vip_move_command=["sh", "-c", "echo 'no such lease' >&2; exit 3"],
    )
    assert run.returncode == 2
    assert stub.steps() == [PLAN] + UNTIL_THE_LOOK + [WAY_BACK]
    told = run.stdout[run.stdout.index("The switch was not made") :]
    assert "Move the VIP by the given command: non-zero return code" in told
    assert "no such lease" in told
    assert "next:   mend what it says, then run the same playbook again" in told
    assert "state:  relay and tasks run again" in told


def test_what_the_operators_own_tasks_hide_stays_hidden(stub, tmp_path):
    tasks = tmp_path / "move.yml"
    tasks.write_text(
        "- name: Move it\n"
        "  ansible.builtin.command: sh -c 'echo hidden-word >&2; exit 1'\n"
        "  no_log: true\n"
    )
    run = switch(
        stub,
        answers={WAY_BACK: succeed(msg="relay and tasks run again")},
        vip_move="tasks_file",
        vip_move_tasks_file=str(tasks),
    )
    assert run.returncode == 2
    assert "Move it" in run.stdout[run.stdout.index("The switch was not made") :]
    assert "hidden-word" not in run.stdout


def test_a_vip_that_does_not_come_leads_back(stub):
    run = switch(
        stub,
        answers={MOVED: refuse("refused", 1), WAY_BACK: succeed(msg="all is as before")},
    )
    assert run.returncode == 2
    assert stub.steps() == [PLAN] + UNTIL_THE_LOOK + [MOVED, WAY_BACK]
    assert "FOUND it" in run.stdout
    assert "state:  all is as before" in run.stdout


@pytest.mark.parametrize("failing", ["relay switched", "relay resumed", "relay observed"])
def test_no_way_back_once_it_has_moved(stub, failing):
    run = switch(stub, answers={failing: refuse("stopped_midway", 4)})
    assert run.returncode == 2
    assert stub.steps()[-1] == failing
    assert "DO this" in run.stdout


def test_the_time_that_is_left_is_shown(stub, tmp_path):
    # The stub answers a call by its words alone, so the wait ends by a file that the first makes.
    java = stub.home / "bin" / "java"
    flag = tmp_path / "waited"
    java.write_text(
        java.read_text().replace(
            "answer = answers.get",
            "if words == ['vip', 'moved'] and call['request'].get('waited') != 15:\n"
            "    print(json.dumps(dict(changed=False, msg='85 s left', waiting=True, waited=15)))\n"
            f"    open({str(flag)!r}, 'w').close()\n"
            "    sys.exit(0)\n"
            "answer = answers.get",
        )
    )
    run = switch(stub, vip_timeout=100)
    assert run.returncode == 0, run.stdout
    assert flag.exists()
    assert "  85 s left" in run.stdout.splitlines()
    waits = [call["request"] for call in stub.calls() if call["words"] == ["vip", "moved"]]
    assert [wait.get("waited") for wait in waits] == [None, 15]
    assert {wait["vip_timeout"] for wait in waits} == {100}


def test_check_mode_shows_the_plan_and_moves_nothing(stub, tmp_path):
    trace = tmp_path / "trace"
    run = switch(
        stub, "--check", vip_move="command", vip_move_command=["touch", str(trace)]
    )
    assert run.returncode == 0, run.stdout
    assert stub.steps() == [PLAN]
    assert stub.calls()[0]["request"]["check_mode"] is True
    assert not trace.exists()


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        (dict(vip_move="command"), "set vip_move_command"),
        (dict(vip_move="command", vip_move_command="move it"), "set vip_move_command"),
        (dict(vip_move="tasks_file"), "set vip_move_tasks_file"),
        (dict(vip_move="iproute2", vip_old_host="no-such-host"), "set vip_old_host, vip_new_host"),
        (
            dict(vip_move="iproute2", vip_old_host="localhost", vip_new_host="localhost"),
            "set vip_cidr",
        ),
        (dict(vip_move="keepalived"), "set vip_old_host"),
        (
            dict(vip_move="keepalived", vip_old_host="localhost", vip_keepalived="priority"),
            "set vip_keepalived_track_file",
        ),
        (dict(vip_move="magic"), "vip_move"),
        (dict(new_mysql_user="other"), "new_mysql_user"),
    ],
)
def test_what_the_move_needs_is_required_before_anything(stub, variables, told):
    run = switch(stub, "-i", "localhost,", "-c", "local", **variables)
    assert run.returncode == 2, run.stdout
    assert told in run.stdout
    assert stub.steps() == []


def test_the_summary_is_there_for_other_programs(stub):
    run = switch(stub)
    assert json.dumps({"dm_worker": "dm_worker1"}) in run.stdout
