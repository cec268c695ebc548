"""The order of the steps, and what happens to it when one fails: the playbooks over the stub."""

import json

import pytest
import yaml
from harness import COLLECTION, Cases, Stub, refuse, run_playbook, succeed

from ansible_collections.dmswitch.upstream.plugins.action import step

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
            inventory="/srv/hosts.ini",
            ansible_settings=[dict(name="[tags] skip", value="slow", of_dm_ansible="not set")],
            looks_by_ssh=True,
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


# All that the role takes, but for the password.
EVERY_VARIABLE = dict(
    VARIABLES,
    new_mysql_user="dm",
    new_mysql_ssl_mode="required",
    new_mysql_ssl_ca="/etc/ca.pem",
    task_files=["conf"],
    dm_inventory="/srv/dm/hosts.ini",
    dm_ansible_playbook="/opt/ansible/bin/ansible-playbook",
    dm_ansible_args=["--become", "-v"],
    dmctl="/opt/dmctl",
    dm_master_addr="10.0.1.1:8261",
    task_mode="pause",
    roll_mode="staged",
    flush_binary_logs="never",
    catch_up_timeout=1,
    drain_timeout=2,
    upgrade_timeout=3,
    relay_timeout=4,
    start_timeout=5,
    verify_timeout=6,
    journal_dir="/var/lib/dm-switch",
)


def vault(folder):
    """A file with the password, as a person would who does not want it on the command line."""
    path = folder / "secret.yml"
    path.write_text(f"new_mysql_password: {SECRET}\n")
    return "@" + str(path)


def require_that_the_password_is_hidden(stub, stdout):
    """The backend has it, and nobody else sees it."""
    assert all(call["request"]["new_mysql_password"] == SECRET for call in stub.calls())
    assert SECRET not in stdout
    assert SECRET not in json.dumps([[c["argv"], c["environment"]] for c in stub.calls()])


def leak(exit_code, status):
    """A refusal that is not careful."""
    return refuse(exit_code, status, msg=f"leaked {SECRET}")


# ---- a switch that is made ---------------------------------------------------------------------


class Switch:
    """One whole run, with every variable, from a folder that is not the checkout."""

    def __init__(self, folder):
        self.stub = Stub(folder)
        fenced = succeed(warnings=["MIND this"], looks=["look at the host by ssh: 0.2 s"])
        self.stub.answers(dict(GOOD, **{"relay fenced": fenced}))
        args = ["-e", vault(folder), "--diff", "-vvvvv"]
        self.run = run_playbook(
            "switch_upstream.yml", EVERY_VARIABLE, *args, stub=self.stub, cwd=folder
        )
        self.lines = self.run.stdout.splitlines()


@pytest.fixture(scope="module")
def switch(tmp_path_factory):
    """See Switch."""
    switch = Switch(tmp_path_factory.mktemp("switch"))
    assert switch.run.returncode == 0, switch.run.stdout
    return switch


def test_the_switch_runs_its_steps_in_order(switch):
    stub = switch.stub
    assert stub.steps() == [PLAN] + UNTIL_TASKS_STOP + ONCE_TASKS_STOPPED
    assert "run_id" not in stub.calls()[0]["request"]
    assert {call["request"].get("run_id") for call in stub.calls()[1:]} == {"run-7"}
    assert not any(call["request"]["check_mode"] for call in stub.calls())


SETTINGS = [
    dict(name="[defaults] forks", value="50", of_dm_ansible="not set"),
    dict(name="[ssh_connection] ssh_args", value="-C", of_dm_ansible="not set"),
]
SETTINGS_LINE = "        settings [defaults] forks = 50; [ssh_connection] ssh_args = -C"
# dm_ansible_dir, the plan's inventory and settings, and the lines that tell of them.
MEANS = {
    "as usual": ("/dm", "/dm/inventory.ini", [], []),
    "the same in other words": ("/dm/x/../", "/dm/inventory.ini", [], []),
    "another name": ("/dm", "/dm/prod.ini", [], ["        inventory /dm/prod.ini"]),
    "another folder": ("/dm", "/srv/inventory.ini", [], ["        inventory /srv/inventory.ini"]),
    "settings": ("/dm", "/dm/inventory.ini", SETTINGS, [SETTINGS_LINE]),
    "both": ("/dm", "/srv/x", SETTINGS, ["        inventory /srv/x", SETTINGS_LINE]),
}


@pytest.mark.parametrize("means", MEANS)
def test_the_plan_says_by_which_inventory_and_settings(means):
    directory, inventory, settings, wanted = MEANS[means]
    plan = json.loads(GOOD[PLAN]["stdout"])["plan"]
    plan.update(inventory=inventory, ansible_settings=settings, looks_by_ssh=False)
    lines = list(step.lines_of_plan(plan, directory))
    assert lines[2 : 2 + len(wanted)] == wanted
    assert lines[2 + len(wanted)].startswith("        task app: ")


def test_the_operator_reads_checks_plan_and_summary_as_lines(switch):
    lines = switch.lines
    assert "  ok      relay: Running" in lines
    assert "  WARNING purge: near" in lines
    assert "            wanted: far" in lines
    assert "            next:   hurry" in lines
    assert not [line for line in lines if "[WARNING]: near" in line], "it stands among the checks"
    at = lines.index("  plan    dm_worker1 (10.0.0.72:8262)")
    assert lines[at + 1 : at + 8] == [
        "          from 10.0.1.11:3306 to 10.0.1.12:3307",
        "          inventory /srv/hosts.ini",
        "          settings [tags] skip = slow",
        "          looks by ssh, as ansible goes",
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


def test_the_plan_says_that_its_roll_is_a_short_one(stub):
    for roll_mode, said in (("staged", True), ("documented", False)):
        answer = json.loads(GOOD[PLAN]["stdout"])
        answer["plan"]["roll_mode"] = roll_mode
        stub.answers(dict(GOOD, **{PLAN: {"stdout": json.dumps(answer)}}))
        run = run_playbook("switch_upstream.yml", VARIABLES, stub=stub)
        assert run.returncode == 0, run.stdout
        assert ("roll leaves programs, run script and unit as they are" in run.stdout) is said


def test_the_way_of_each_look_is_shown_with_vvv(switch, failing):
    assert "  look at the host by ssh: 0.2 s" in switch.lines
    assert '"looks"' not in switch.run.stdout
    assert "look at the host by ansible" not in failing.stdout


def test_warnings_of_a_step_are_shown(switch):
    assert "[WARNING]: MIND this" in switch.run.stdout


def test_every_variable_reaches_the_backend(switch):
    for call in switch.stub.calls():
        request = {k: v for k, v in call["request"].items() if k not in ("run_id", "server")}
        assert request == dict(
            EVERY_VARIABLE, new_mysql_password=SECRET, scenario="address", check_mode=False
        )


def test_no_output_of_a_switch_holds_the_password(switch):
    require_that_the_password_is_hidden(switch.stub, switch.run.stdout)


# ---- a step that fails -------------------------------------------------------------------------

REFUSED_PLAN = refuse(
    "refused",
    1,
    checks=[
        dict(name="relay", outcome="passed", found="Running", wanted="", next=""),
        dict(name="purge", outcome="refused", found="gone", wanted="there", next="fix"),
    ],
)
NO_WAY = dict(exit_code="stopped_midway", found="NO WAY", wanted="a way", next="resume")
# Of each part of the procedure: what holds for one step of a part holds for all of them, since
# they are in it side by side, with nothing that treats one otherwise; see the test of that.
FAILING = {
    "plan": {PLAN: REFUSED_PLAN},
    "first_before_the_tasks_stop": {
        UNTIL_TASKS_STOP[0]: refuse(
            "cannot_tell", 3, msg=f"leaked {SECRET}", looks=["look at the host by ansible: 2 s"]
        )
    },
    "last_before_the_tasks_stop": {UNTIL_TASKS_STOP[-1]: leak("cannot_tell", 3)},
    "and_the_way_back": {
        "tasks drained": leak("cannot_tell", 3),
        "relay running": {"stdout": json.dumps({"problem": NO_WAY}), "status": 4},
    },
    "first_once_tasks_stopped": {ONCE_TASKS_STOPPED[0]: leak("stopped_midway", 4)},
    "third_once_tasks_stopped": {ONCE_TASKS_STOPPED[2]: leak("stopped_midway", 4)},
}


@pytest.fixture(scope="module")
def failing(tmp_path_factory):
    """A run for each of FAILING."""
    folder = tmp_path_factory.mktemp("failing")
    cases = Cases(
        folder,
        "switch_upstream.yml",
        {name: {} for name in FAILING},
        *["-e", vault(folder), "--diff", "-v"],
        answers={name: dict(GOOD, **answers) for name, answers in FAILING.items()},
        **VARIABLES,
    )
    assert cases.returncode == 2, cases.stdout
    return cases


def test_a_refused_plan_ends_everything(failing):
    assert "  ok      relay: Running\n  REFUSED purge: gone\n" in failing.stdout
    [printed] = failing.failures("plan")
    assert "purge" in printed and "relay" not in printed
    assert failing.failed("plan")
    assert failing.steps("plan") == [PLAN]
    assert printed.count("FOUND it") == 2, "in one line, and as data"


def test_a_check_that_says_the_whole_problem_is_not_followed_by_it(stub):
    check = dict(found="FOUND it", wanted="WANTED that", next="DO this")
    refused = refuse("refused", 1, checks=[dict(check, name="purge", outcome="refused")])
    stub.answers({"preflight": refused})
    stdout = run_playbook("preflight.yml", VARIABLES, stub=stub).stdout
    assert "  REFUSED purge: FOUND it" in stdout.splitlines()
    assert stdout.count("WANTED that") == 2, "as lines, and as data"


@pytest.mark.parametrize("which, steps", [("first", 1), ("last", len(UNTIL_TASKS_STOP))])
def test_until_the_tasks_stop_a_failure_lets_relay_run_again(failing, which, steps):
    case = which + "_before_the_tasks_stop"
    assert failing.failed(case)
    assert failing.steps(case) == [PLAN] + UNTIL_TASKS_STOP[:steps] + ["relay running"]
    assert failing.calls(case)[-1]["request"]["run_id"] == "run-7"
    # The last word is the first problem.
    assert "FOUND it" in failing.failures(case)[-1]
    assert "done: relay running" in failing.failures(case)[-1]


def test_the_first_problem_is_told_even_when_the_way_back_fails(failing):
    assert failing.failed("and_the_way_back")
    _, way_back, last = failing.failures("and_the_way_back")
    assert "NO WAY" in way_back
    assert "FOUND it" in last


@pytest.mark.parametrize("which, steps", [("first", 1), ("third", 3)])
def test_once_the_tasks_have_stopped_a_failure_stops_where_it_stands(failing, which, steps):
    case = which + "_once_tasks_stopped"
    assert failing.failed(case)
    assert failing.steps(case) == [PLAN] + UNTIL_TASKS_STOP + ONCE_TASKS_STOPPED[:steps]
    [printed] = failing.failures(case)
    assert "stopped midway: the journal says where, resume or roll back: FOUND it" in printed
    lines = failing.stdout.splitlines()
    assert "    found:  FOUND it" in lines and "    next:   DO this" in lines


@pytest.mark.parametrize(
    "role, until, once, behind_vip",
    [
        ("switch_upstream", "until_tasks_stop", "once_tasks_stopped", 0),
        ("switch_vip", "until_vip_moves", "once_vip_moved", 1),
    ],
)
def test_no_step_is_treated_otherwise_when_it_fails(role, until, once, behind_vip):
    folder = COLLECTION / "roles" / role / "tasks"
    [part] = yaml.safe_load((folder / (until + ".yml")).read_text())
    assert set(part) == {"name", "block", "rescue"}
    main = yaml.safe_load((folder / "main.yml").read_text())[0]
    assert set(main) == {"name", "module_defaults", "block", "always"}
    assert [set(task) for task in main["always"]] == [{"name", "ansible.builtin.set_stats"}]
    steps = part["block"] + yaml.safe_load((folder / (once + ".yml")).read_text()) + main["block"]
    modules = [
        [key for key in step if key not in ("name", "register", "when")] for step in steps
    ]
    # Neither ignore_errors nor failed_when, and no block inside a block.
    assert all(len(module) == 1 and "." in module[0] for module in modules), modules
    assert len([m for [m] in modules if m.startswith("dmswitch.")]) == 12 + 2 * behind_vip


def test_no_output_of_a_failure_holds_the_password(failing):
    require_that_the_password_is_hidden(failing.stub, failing.stdout)


def test_nor_does_the_longest_output_of_one(stub, tmp_path):
    stub.answers(dict(GOOD, **{"relay fenced": leak("cannot_tell", 3)}))
    args = ["-e", vault(tmp_path), "--diff", "-vvvvv"]
    run = run_playbook("switch_upstream.yml", VARIABLES, *args, stub=stub)
    assert run.returncode == 2, run.stdout
    require_that_the_password_is_hidden(stub, run.stdout)


# ---- without a switch --------------------------------------------------------------------------


def test_check_mode_ends_with_the_plan_and_shows_the_diff(stub):
    stub.answers(GOOD)
    run = run_playbook("switch_upstream.yml", VARIABLES, "--check", "--diff", stub=stub)
    assert run.returncode == 0, run.stdout
    assert [(c["words"], c["request"]["check_mode"]) for c in stub.calls()] == [
        (["plan", "written"], True)
    ]
    assert "-mysql_host=old" in run.stdout and "+mysql_host=new" in run.stdout


def test_preflight_checks_and_nothing_else(stub):
    stub.answers({"preflight": dict(GOOD[PLAN])})
    run = run_playbook("preflight.yml", VARIABLES, stub=stub)
    assert run.returncode == 0, run.stdout
    assert stub.steps() == ["preflight"]
    assert "  WARNING purge: near\n" in run.stdout


def test_a_missing_variable_is_named_before_anything_runs(tmp_path):
    cases = Cases(
        tmp_path,
        "switch_upstream.yml",
        {"without_" + name: {name: None} for name in VARIABLES},
        **VARIABLES,
    )
    for name in VARIABLES:
        case = "without_" + name
        assert cases.failed(case)
        assert name in "".join(cases.failures(case)).replace(case, "")
    assert cases.stub.calls() == []


def test_a_dm_control_that_no_inventory_names_is_not_success(stub):
    variables = dict(VARIABLES, dm_control="no-such-host.invalid")
    run = run_playbook("switch_upstream.yml", variables, stub=stub)
    assert run.returncode == 4
    assert "no-such-host.invalid" in run.stdout
    assert stub.calls() == []
