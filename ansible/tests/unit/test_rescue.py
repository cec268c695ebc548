"""rescue.yml over the stub: it looks, and heals only with consent."""

import pytest
from harness import refuse, run_playbook, succeed

VARIABLES = dict(dm_ansible_dir="/home/tidb/dm-ansible", dm_worker="dm_worker1")
LOOK = "rescue looked_at"
APPLY = "rescue applied"
WALL = succeed(
    changed=False,
    state="wall",
    healable=True,
    msg="state   wall\nfound   an empty sub dir\nheals   take it away",
)


def rescue(stub, *args, answers=None, **variables):
    """Runs rescue.yml."""
    stub.answers(answers or {})
    return run_playbook("rescue.yml", dict(VARIABLES, **variables), *args, stub=stub)


@pytest.mark.parametrize("variables", [{}, {"rescue_apply": False}, {"rescue_apply": "no"}])
def test_it_looks_only(stub, variables):
    run = rescue(stub, answers={LOOK: WALL}, **variables)
    assert run.returncode == 0, run.stdout
    assert stub.steps() == [LOOK]
    assert "  heals   take it away" in run.stdout.splitlines()
    request = stub.calls()[0]["request"]
    assert not any(name.startswith("new_mysql_host") for name in request)
    assert request["check_mode"] is False


@pytest.mark.parametrize("consent", [True, "true"])
def test_it_heals_with_consent(stub, consent):
    run = rescue(stub, rescue_apply=consent, rescue_gtid_w="u:1-5", relay_timeout=7)
    assert run.returncode == 0, run.stdout
    assert stub.steps() == [APPLY]
    request = stub.calls()[0]["request"]
    assert request["rescue_gtid_w"] == "u:1-5"
    assert request["relay_timeout"] == 7


def test_check_mode_is_handed_on(stub):
    run = rescue(stub, "--check", rescue_apply=True)
    assert run.returncode == 0, run.stdout
    assert stub.calls()[0]["request"]["check_mode"] is True


def test_what_cannot_be_healed_is_told(stub):
    answer = refuse("refused", 1, state="wall", found="a wall", next="nothing", why_not="unsafe")
    run = rescue(stub, answers={APPLY: answer}, rescue_apply=True)
    assert run.returncode == 2
    for words in ("FOUND it", "WANTED that", "DO this"):
        assert words in run.stdout


def test_an_unknown_variable_value_is_refused(stub):
    run = rescue(stub, rescue_apply="perhaps")
    assert run.returncode == 2
    assert stub.steps() == []
