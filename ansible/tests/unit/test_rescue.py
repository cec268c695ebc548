"""rescue.yml over the stub: it looks, and repairs only with consent."""

import pytest
from harness import Cases, refuse, run_playbook, succeed

DM_ANSIBLE = "/home/tidb/dm-ansible"
LOOK = "rescue looked_at"
APPLY = "rescue applied"
WALL = succeed(
    changed=False,
    state="wall",
    healable=True,
    msg="state   wall\nfound   an empty sub dir\nrepair  take it away",
)


LOOKS = {"without": {}, "false": {"rescue_apply": False}, "no": {"rescue_apply": "no"}}
REPAIRS = {
    "consent": {"rescue_apply": True},
    "consent_as_text": {"rescue_apply": "true"},
}


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """All cases that are not in check mode."""
    repair = dict(rescue_gtid_w="u:1-5", relay_timeout=7)
    answers = {name: {LOOK: WALL} for name in LOOKS}
    answers["not_repairable"] = {
        APPLY: refuse("refused", 1, state="wall", next="nothing", why_not="unsafe")
    }
    return Cases(
        tmp_path_factory.mktemp("rescue"),
        "rescue.yml",
        {
            **LOOKS,
            **{name: dict(own, **repair) for name, own in REPAIRS.items()},
            "not_repairable": {"rescue_apply": True},
            "unknown_value": {"rescue_apply": "perhaps"},
        },
        answers=answers,
        dm_ansible_dir=DM_ANSIBLE,
    )


@pytest.mark.parametrize("case", LOOKS)
def test_it_looks_only(cases, case):
    assert not cases.failed(case), cases.stdout
    assert cases.steps(case) == [LOOK]
    assert cases.stdout.splitlines().count("  repair  take it away") == len(LOOKS)
    request = cases.calls(case)[0]["request"]
    assert not any(name.startswith("new_mysql_host") for name in request)
    assert request["check_mode"] is False


@pytest.mark.parametrize("case", REPAIRS)
def test_it_repairs_with_consent(cases, case):
    assert not cases.failed(case), cases.stdout
    assert cases.steps(case) == [APPLY]
    request = cases.calls(case)[0]["request"]
    assert request["rescue_gtid_w"] == "u:1-5"
    assert request["relay_timeout"] == 7


def test_check_mode_is_handed_on(stub):
    variables = dict(dm_ansible_dir=DM_ANSIBLE, dm_worker="dm_worker1", rescue_apply=True)
    run = run_playbook("rescue.yml", variables, "--check", stub=stub)
    assert run.returncode == 0, run.stdout
    assert stub.calls()[0]["request"]["check_mode"] is True


def test_what_cannot_be_repaired_is_told(cases):
    assert cases.returncode == 2
    assert cases.failed("not_repairable")
    [told] = cases.failures("not_repairable")
    for words in ("FOUND it", "WANTED that", "DO this"):
        assert words in told


def test_an_unknown_variable_value_is_refused(cases):
    assert cases.failed("unknown_value")
    assert cases.steps("unknown_value") == []
