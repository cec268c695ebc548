"""rollback.yml over the stub: one step, for which no new server has to be named."""

import pytest
from harness import Cases, fake_jar, refuse, run_module, run_playbook, succeed

from ansible_collections.dmswitch.upstream.plugins.module_utils import backend

VARIABLES = dict(dm_ansible_dir="/home/tidb/dm-ansible", dm_worker="dm_worker1")
ROLLBACK = "rollback"
BACK = succeed(
    msg="the inventory has its entry of before\nrelay runs on 10.0.1.11:3306",
    will=["restore the entry of dm_worker1", "resume-relay", "start-task app"],
    journal="/home/tidb/dm-ansible/.dm-switch/dm_worker1/1",
    warnings=["MIND this"],
    diff=dict(
        before="mysql_host=new\n",
        after="mysql_host=old\n",
        before_header="inventory.ini",
        after_header="inventory.ini",
    ),
)
NOTHING = succeed(changed=False, will=[], msg="no switch of dm_worker1 is in progress")


# Of the modules' options what a rollback takes.
TAKEN = dict(
    new_mysql_ssl_mode="verify_ca",
    new_mysql_ssl_ca="/etc/ca.pem",
    task_files=["conf"],
    dm_inventory="/srv/dm/hosts.ini",
    dm_ansible_playbook="/opt/ansible/bin/ansible-playbook",
    dm_ansible_args=["--become", "-v"],
    dmctl="/opt/dmctl",
    upgrade_timeout=3,
    relay_timeout=4,
    start_timeout=5,
    journal_dir="/var/lib/dm-switch",
)
# The file with the variables of the switch does for its rollback as it is.
OF_THE_SWITCH = dict(
    new_mysql_host="10.0.1.12",
    new_mysql_port=3306,
    new_mysql_user="dm",
    dm_master_addr="10.0.1.1:8261",
    task_mode="pause",
)
FAILURES = {"refused": 1, "stopped_midway": 4}


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """All cases that are not in check mode."""
    return Cases(
        tmp_path_factory.mktemp("rollback"),
        "rollback.yml",
        {
            "every_variable": dict(TAKEN, **OF_THE_SWITCH),
            "nothing": {},
            **{name: {} for name in FAILURES},
            **{"without_" + name: {name: None} for name in VARIABLES},
        },
        "--diff",
        answers={
            "every_variable": {ROLLBACK: BACK},
            "nothing": {ROLLBACK: NOTHING},
            **{name: {ROLLBACK: refuse(name, code)} for name, code in FAILURES.items()},
        },
        dm_ansible_dir=VARIABLES["dm_ansible_dir"],
    )


def test_it_is_one_step_with_the_variables_of_the_switch(cases):
    assert not cases.failed("every_variable"), cases.stdout
    assert cases.steps("every_variable") == [ROLLBACK]
    assert cases.calls("every_variable")[0]["request"] == dict(
        VARIABLES, dm_worker="every_variable", check_mode=False, **TAKEN
    )


def test_the_operator_reads_what_was_done_and_what_to_mind(cases):
    assert not cases.failed("every_variable"), cases.stdout
    lines = cases.stdout.splitlines()
    at = lines.index("  the inventory has its entry of before")
    assert lines[at + 1] == "  relay runs on 10.0.1.11:3306"
    assert "[WARNING]: MIND this" in lines
    assert cases.recap("every_variable")["changed"] == 1


def test_check_mode_is_handed_on_and_the_diff_shown(stub):
    stub.answers({ROLLBACK: BACK})
    run = run_playbook("rollback.yml", VARIABLES, "--check", "--diff", stub=stub)
    assert run.returncode == 0, run.stdout
    assert stub.steps() == [ROLLBACK]
    assert stub.calls()[0]["request"]["check_mode"] is True
    assert "-mysql_host=new" in run.stdout and "+mysql_host=old" in run.stdout


@pytest.mark.parametrize("exit_code", FAILURES)
def test_a_rollback_that_is_not_to_be_had_fails_with_its_reason(cases, exit_code):
    assert cases.returncode == 2
    assert cases.failed(exit_code)
    [told] = cases.failures(exit_code)
    assert backend.MEANINGS[exit_code][1] in told
    for field in ("found: FOUND it\n", "wanted: WANTED that\n", "next: DO this\n"):
        assert field in told
    for line in ("  found:  FOUND it\n", "  wanted: WANTED that\n", "  next:   DO this\n"):
        assert line in cases.stdout


def test_with_no_switch_under_way_it_ends_well(cases):
    assert not cases.failed("nothing"), cases.stdout
    assert "  no switch of dm_worker1 is in progress" in cases.stdout.splitlines()
    assert cases.recap("nothing")["changed"] == 0


@pytest.mark.parametrize("missing", sorted(VARIABLES))
def test_a_missing_variable_is_named_before_anything_runs(cases, missing):
    case = "without_" + missing
    assert cases.failed(case)
    assert missing in "".join(cases.failures(case)).replace(case, "")
    assert cases.workers() == {"every_variable", "nothing", *FAILURES}


def test_the_module_hands_on_the_answer(stub):
    stub.answers({ROLLBACK: BACK})
    jar = fake_jar(stub.home / "dm-switch.jar", backend.VERSION)
    result = run_module("rollback", dict(VARIABLES, backend_jar=jar), stub)
    assert result["changed"] is True
    assert result["will"][1] == "resume-relay"
    assert result["journal"].endswith("/.dm-switch/dm_worker1/1")
    assert result["diff"]["after_header"] == "inventory.ini"


def test_the_module_knows_of_no_new_server(stub):
    jar = fake_jar(stub.home / "dm-switch.jar", backend.VERSION)
    for foreign in (dict(new_mysql_host="h"), dict(dm_master_addr="h:1"), dict(state="done")):
        result = run_module("rollback", dict(VARIABLES, backend_jar=jar, **foreign), stub)
        assert result["failed"] and next(iter(foreign)) in result["msg"]
    assert stub.calls() == []
