"""What is said in more than one place says the same."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
import yaml
from harness import CHECKOUT, COLLECTION

from ansible_collections.dmswitch.upstream.plugins.doc_fragments import onward, switch, worker
from ansible_collections.dmswitch.upstream.plugins.module_utils import backend

OF_THE_WORKER, ONWARD, OF_THE_SWITCH = [
    yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]
    for fragment in (worker, onward, switch)
]
DOCUMENTED = {**OF_THE_WORKER, **ONWARD, **OF_THE_SWITCH}
# What a role does not take of the modules' options.
LEFT_OUT = {
    "preflight": {"run_id", "backend_jar"},
    "switch_upstream": {"run_id", "backend_jar", "scenario"},
    "switch_vip": {
        "run_id",
        "backend_jar",
        "scenario",
        "new_mysql_user",
        "new_mysql_password",
        "roll_mode",
        "task_mode",
        "upgrade_timeout",
    },
}
# What knows of no new server: its shared options, where they are documented, the module's own ones.
WITHOUT_NEW_SERVER = {
    "rescue": (
        backend.OPTIONS_OF_RESCUE,
        {**OF_THE_WORKER, **ONWARD},
        {"state", "rescue_gtid_w"},
    ),
    "rollback": (backend.OPTIONS_OF_ROLLBACK, OF_THE_WORKER, set()),
}
FACTS = ("type", "required", "choices", "default", "elements")


def of_the_role(role):
    """The modules' options that a role takes."""
    return {name: option for name, option in DOCUMENTED.items() if name not in LEFT_OUT[role]}


def facts(options):
    """What of an option is more than its description."""
    return {
        name: {fact: option[fact] for fact in FACTS if fact in option}
        for name, option in options.items()
    }


def as_a_role_takes_it(option):
    """A survey of AWX answers with an empty text what was left blank, whatever the type."""
    strict = option.get("required") or not (
        "choices" in option or option["type"] in ("int", "list", "bool")
    )
    if strict:
        return option
    return dict(
        {name: value for name, value in option.items() if name not in ("choices", "elements")},
        type="raw",
    )


def lenient(options):
    """The options of the modules as the roles take them."""
    return {name: as_a_role_takes_it(option) for name, option in options.items()}


def test_the_modules_take_the_options_that_are_documented():
    assert facts(backend.OPTIONS) == facts(DOCUMENTED)


def spec_of(role):
    """The options of a role."""
    path = COLLECTION / "roles" / role / "meta" / "argument_specs.yml"
    return yaml.safe_load(path.read_text())["argument_specs"]["main"]["options"]


@pytest.mark.parametrize("role", LEFT_OUT)
def test_the_roles_take_the_same_options_but_those_of_a_run(role):
    options = spec_of(role)
    shared = {name: option for name, option in options.items() if not name.startswith("vip_")}
    assert facts(shared) == facts(lenient(of_the_role(role)))
    assert (shared != options) == (role == "switch_vip")
    hidden = {name for name, option in options.items() if option.get("no_log")}
    assert hidden == {
        name
        for name, option in backend.OPTIONS.items()
        if option.get("no_log") and name not in LEFT_OUT[role]
    }


@pytest.mark.parametrize("role", LEFT_OUT)
def test_the_roles_hand_every_option_to_the_modules(role):
    [block] = yaml.safe_load((COLLECTION / "roles" / role / "tasks" / "main.yml").read_text())
    handed = block["module_defaults"]["group/dmswitch.upstream.step"]
    handed.pop("run_id", None)
    if role == "switch_vip":
        assert handed.pop("scenario") == "vip"
    assert handed == {
        name: "{{ %s }}" % (name if option.get("required") else name + " | default(omit)")
        for name, option in of_the_role(role).items()
    }


def test_the_options_of_a_module_are_documented_once():
    assert len(DOCUMENTED) == len(OF_THE_WORKER) + len(ONWARD) + len(OF_THE_SWITCH)


@pytest.mark.parametrize("module", WITHOUT_NEW_SERVER)
def test_what_knows_of_no_new_server_takes_the_options_that_are_documented(module):
    shared, documented, own = WITHOUT_NEW_SERVER[module]
    documentation = re.search(
        r'DOCUMENTATION = r"""(.*?)"""',
        (COLLECTION / "plugins" / "modules" / (module + ".py")).read_text(),
        re.DOTALL,
    ).group(1)
    assert set(yaml.safe_load(documentation).get("options", {})) == own
    assert facts(shared) == facts(documented)
    assert {name for name in documented if name.startswith("new_mysql_")} == {
        "new_mysql_ssl_mode",
        "new_mysql_ssl_ca",
    }


@pytest.mark.parametrize("role", WITHOUT_NEW_SERVER)
def test_the_roles_that_know_of_no_new_server_take_and_hand_on_the_same(role):
    _, documented, own = WITHOUT_NEW_SERVER[role]
    options = {name: option for name, option in spec_of(role).items() if name != "rescue_apply"}
    [block] = yaml.safe_load((COLLECTION / "roles" / role / "tasks" / "main.yml").read_text())
    assert block["module_defaults"]["group/dmswitch.upstream.step"] == {
        name: "{{ %s }}" % (name if option.get("required") else name + " | default(omit)")
        for name, option in options.items()
    }
    taken = {name: option for name, option in documented.items() if name != "backend_jar"}
    assert set(options) - set(taken) == own - {"state"}
    assert facts({name: options[name] for name in taken}) == facts(lenient(taken))


def test_a_rescue_repairs_with_consent_only():
    assert spec_of("rescue")["rescue_apply"]["default"] is False


def test_the_reference_has_a_line_for_every_variable():
    reference = (CHECKOUT / "docs/reference.md").read_text()
    listed = set(re.findall(r"^\| `(\w+)`", reference, re.MULTILINE))
    taken = set().union(*(spec_of(role) for role in [*LEFT_OUT, *WITHOUT_NEW_SERVER]))
    assert taken | {"dm_control"} <= listed


def test_the_reference_has_the_exit_codes_with_their_words():
    reference = (CHECKOUT / "docs/reference.md").read_text()
    for status, meaning in backend.MEANINGS.values():
        assert f"| {status} | {meaning} |" in reference


def test_every_role_is_held_to_the_modules_options():
    roles = {path.name for path in (COLLECTION / "roles").iterdir()}
    # awx calls no module of ours: test_awx_templates.py holds its surveys to the other roles.
    assert roles == set(LEFT_OUT) | set(WITHOUT_NEW_SERVER) | {"awx"}


def test_every_module_is_in_the_group_and_led_through_the_action():
    modules = {path.stem for path in (COLLECTION / "plugins" / "modules").glob("*.py")}
    runtime = yaml.safe_load((COLLECTION / "meta" / "runtime.yml").read_text())
    assert set(runtime["action_groups"]["step"]) == modules
    routing = runtime["plugin_routing"]["modules"]
    assert routing == {name: {"action_plugin": "dmswitch.upstream.step"} for name in modules}


def test_collection_backend_and_modules_are_of_one_version():
    galaxy = yaml.safe_load((COLLECTION / "galaxy.yml").read_text())
    pom = ElementTree.parse(CHECKOUT / "pom.xml").getroot()
    assert galaxy["version"] == backend.VERSION == pom.findtext("{*}properties/{*}revision")
