"""The order of the steps behind a VIP, how it moves, and the way back: the playbook over the stub."""

import json

import pytest
from harness import Cases, Stub, refuse, run_playbook, succeed

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



# ---- a VIP that is moved by hand, and takes its time -------------------------------------------


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    """A whole switch; its stub, and what was printed."""
    stub = Stub(tmp_path_factory.mktemp("by_hand"))
    stub.answers(GOOD)
    # The stub answers a call by its words alone: of two calls this one is the first.
    java = stub.home / "bin" / "java"
    java.write_text(
        java.read_text().replace(
            "answer = answers.get",
            "if words == ['vip', 'moved'] and call['request'].get('waited') != 15:\n"
            "    print(json.dumps(dict(changed=False, msg='85 s left', waiting=True, waited=15)))\n"
            "    sys.exit(0)\n"
            "answer = answers.get",
        )
    )
    run = run_playbook("switch_vip.yml", dict(VARIABLES, vip_timeout=100), stub=stub)
    assert run.returncode == 0, run.stdout
    return stub, run.stdout


def test_the_steps_in_their_order_and_the_vip_by_hand(by_hand):
    stub, stdout = by_hand
    assert stub.steps() == [PLAN] + UNTIL_THE_LOOK + [MOVED, MOVED] + ONCE_MOVED
    assert {call["request"]["scenario"] for call in stub.calls()} == {"vip"}
    assert not any("task_mode" in call["request"] for call in stub.calls())
    assert "Move the VIP to 10.0.1.12, port 3306, now." in stdout
    assert "          the VIP 10.0.1.30:3306 moves to 10.0.1.12:3306" in stdout.splitlines()
    assert "way back until relay is switched: resume-relay and resume-task" in stdout


def test_the_time_that_is_left_is_shown(by_hand):
    stub, stdout = by_hand
    assert "  85 s left" in stdout.splitlines()
    waits = [call["request"] for call in stub.calls() if call["words"] == ["vip", "moved"]]
    assert [wait.get("waited") for wait in waits] == [None, 15]
    assert {wait["vip_timeout"] for wait in waits} == {100}


def test_the_summary_is_there_for_other_programs(by_hand):
    assert json.dumps({"dm_worker": "dm_worker1"}) in by_hand[1]


# ---- other ways of moving it, and steps that fail ----------------------------------------------

LEADS_BACK = {WAY_BACK: succeed(msg="relay and tasks run again")}
ANSWERS = {
    # Each of these continues once the VIP has moved, until another step fails.
    "has_moved": {
        "vip looked_at": succeed(changed=False, shows="new"),
        ONCE_MOVED[0]: refuse("stopped_midway", 4),
    },
    "by_a_command": {ONCE_MOVED[1]: refuse("stopped_midway", 4)},
    "by_tasks": {ONCE_MOVED[2]: refuse("stopped_midway", 4)},
    # These lead back.
    "failing_command": LEADS_BACK,
    "hidden_failure": LEADS_BACK,
    "not_coming": {MOVED: refuse("refused", 1), WAY_BACK: succeed(msg="everything is as before")},
}


class Moves:
    """A run for each of ANSWERS."""

    def __init__(self, folder):
        self.trace_of_what_has_moved = folder / "moved again"
        self.trace_of_the_command = folder / "a b"
        self.trace_of_the_tasks = folder / "trace"
        tasks = folder / "move.yml"
        tasks.write_text(
            "- name: Move it\n"
            "  ansible.builtin.copy:\n"
            f"    dest: {self.trace_of_the_tasks}\n"
            '    content: "{{ new_mysql_host }}"\n'
        )
        hiding = folder / "hiding.yml"
        hiding.write_text(
            "- name: Move it in secret\n"
            "  ansible.builtin.command: sh -c 'echo hidden-word >&2; exit 1'\n"
            "  no_log: true\n"
        )

        def command(*words):
            return dict(vip_move="command", vip_move_command=list(words))

        def tasks_file(path):
            return dict(vip_move="tasks_file", vip_move_tasks_file=str(path))

        self.cases = Cases(
            folder,
            "switch_vip.yml",
            {
                "has_moved": command("touch", str(self.trace_of_what_has_moved)),
                "by_a_command": command("touch", str(self.trace_of_the_command)),
                "by_tasks": tasks_file(tasks),
                "failing_command": command("sh", "-c", "echo 'no such lease' >&2; exit 3"),
                "hidden_failure": tasks_file(hiding),
                "not_coming": {},
            },
            answers={name: dict(GOOD, **answers) for name, answers in ANSWERS.items()},
            **VARIABLES,
        )


@pytest.fixture(scope="module")
def moves(tmp_path_factory):
    """See Moves."""
    moves = Moves(tmp_path_factory.mktemp("moves"))
    assert moves.cases.returncode == 2, moves.cases.stdout
    return moves


def test_a_vip_that_has_moved_is_not_moved_again(moves):
    assert MOVED in moves.cases.steps("has_moved")
    assert not moves.trace_of_what_has_moved.exists()


def test_the_vip_moved_by_a_command(moves):
    assert MOVED in moves.cases.steps("by_a_command")
    assert moves.trace_of_the_command.exists()


def test_the_vip_moved_by_tasks(moves):
    assert MOVED in moves.cases.steps("by_tasks")
    assert moves.trace_of_the_tasks.read_text() == "10.0.1.12"


@pytest.mark.parametrize(
    "case, failing", [("has_moved", 0), ("by_a_command", 1), ("by_tasks", 2)]
)
def test_no_way_back_once_it_has_moved(moves, case, failing):
    assert moves.cases.failed(case)
    steps = [PLAN] + UNTIL_THE_LOOK + [MOVED] + ONCE_MOVED[: failing + 1]
    assert moves.cases.steps(case) == steps
    [told] = moves.cases.failures(case)
    assert "DO this" in told


def test_a_command_that_fails_leads_back(moves):
    assert moves.cases.failed("failing_command")
    assert moves.cases.steps("failing_command") == [PLAN] + UNTIL_THE_LOOK + [WAY_BACK]
    told = moves.cases.failures("failing_command")[-1]
    assert "Move the VIP by the given command: non-zero return code" in told
    assert "no such lease" in told
    assert "\n          next:   fix what it says, then run the same playbook again\n" in told
    assert "state:  relay and tasks run again" in told


def test_what_the_operators_own_tasks_hide_stays_hidden(moves):
    assert moves.cases.failed("hidden_failure")
    assert "Move it in secret" in moves.cases.failures("hidden_failure")[-1]
    assert "hidden-word" not in moves.cases.stdout


def test_a_vip_that_does_not_come_leads_back(moves):
    assert moves.cases.failed("not_coming")
    assert moves.cases.steps("not_coming") == [PLAN] + UNTIL_THE_LOOK + [MOVED, WAY_BACK]
    told = moves.cases.failures("not_coming")[-1]
    assert "FOUND it" in told
    assert "state:  everything is as before" in told


# ---- before anything ---------------------------------------------------------------------------


def test_check_mode_shows_the_plan_and_moves_nothing(stub, tmp_path):
    trace = tmp_path / "trace"
    stub.answers(GOOD)
    move = dict(vip_move="command", vip_move_command=["touch", str(trace)])
    run = run_playbook("switch_vip.yml", dict(VARIABLES, **move), "--check", stub=stub)
    assert run.returncode == 0, run.stdout
    assert stub.steps() == [PLAN]
    assert stub.calls()[0]["request"]["check_mode"] is True
    assert not trace.exists()


# Variables of a switch, and what is said of them.
INCOMPLETE = [
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
]


@pytest.fixture(scope="module")
def incomplete(tmp_path_factory):
    """A run for each of INCOMPLETE."""
    cases = {
        # A host that the inventory has.
        f"case{at}": {k: f"case{at}" if v == "localhost" else v for k, v in variables.items()}
        for at, (variables, _) in enumerate(INCOMPLETE)
    }
    folder = tmp_path_factory.mktemp("incomplete")
    return Cases(folder, "switch_vip.yml", cases, **VARIABLES)


@pytest.mark.parametrize("at", range(len(INCOMPLETE)))
def test_what_the_move_needs_is_required_before_anything(incomplete, at):
    assert incomplete.failed(f"case{at}"), incomplete.stdout
    [told] = incomplete.failures(f"case{at}")
    assert INCOMPLETE[at][1] in told
    assert incomplete.stub.calls() == []
