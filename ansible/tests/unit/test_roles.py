"""The roles as Galaxy shows them: README and meta say what their variables and this collection are."""

import json
import re

import pytest
import yaml
from harness import COLLECTION, COLLECTIONS, Stub, environment, run_ansible, succeed

ROLES = sorted(path.name for path in (COLLECTION / "roles").iterdir())
FIRST_STEPS = {
    "preflight": "preflight",
    "rescue": "rescue looked_at",
    "rollback": "rollback",
    "switch_upstream": "plan written",
    "switch_vip": "plan written",
}


def read(role, name):
    """A file of a role."""
    return (COLLECTION / "roles" / role / name).read_text()


def specs(role):
    """How a role describes itself and its variables."""
    return yaml.safe_load(read(role, "meta/argument_specs.yml"))["argument_specs"]["main"]


def row(name, option):
    """The line of a variable: name, default, the first sentence of its description."""
    default = "required" if option.get("required") else ""
    if "default" in option:
        default = f"`{json.dumps(option['default'])}`".replace('"', "")
    sentence = re.split(r"(?<=\.)\s", option["description"][0])[0].replace("|", "\\|")
    return f"| `{name}` | {default} | " + re.sub(r"C\((.*?)\)", r"`\1`", sentence) + " |"


@pytest.mark.parametrize("role", ROLES)
def test_the_readme_of_a_role_has_its_variables_as_the_specs_describe_them(role):
    wanted = [row(name, option) for name, option in specs(role)["options"].items()]
    found = [line for line in read(role, "README.md").splitlines() if line.startswith("| `")]
    assert found == wanted, "\n".join(wanted)


def test_the_examples_of_the_roles_run(tmp_path):
    stub = Stub(tmp_path)
    stub.answers({step: succeed(changed=False, already_there=True) for step in FIRST_STEPS.values()})
    plays = [
        play
        for role in ROLES
        for example in re.findall(r"```yaml\n(.*?)```", read(role, "README.md"), re.DOTALL)
        for play in yaml.safe_load(example)
    ]
    path = tmp_path / "plays.json"
    path.write_text(json.dumps(plays))
    env = dict(environment(stub), ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS))
    run = run_ansible(["-i", "dm_control_machine,", "-c", "local", str(path)], env, tmp_path)
    assert run.returncode == 0, run.stdout
    # The role awx has to do with AWX alone.
    assert stub.steps() == [FIRST_STEPS[role] for role in ROLES if role != "awx"]


@pytest.mark.parametrize("role", ROLES)
def test_the_meta_of_a_role_is_that_of_the_collection(role):
    meta = yaml.safe_load(read(role, "meta/main.yml"))
    galaxy = yaml.safe_load((COLLECTION / "galaxy.yml").read_text())
    runtime = yaml.safe_load((COLLECTION / "meta/runtime.yml").read_text())
    info = meta["galaxy_info"]
    assert [info["author"]] == galaxy["authors"]
    assert [info["license"]] == galaxy["license"]
    assert f">={info['min_ansible_version']}.0" == runtime["requires_ansible"]
    assert info["description"] and info["platforms"]
    assert meta["dependencies"] == []
    assert specs(role)["short_description"] and specs(role)["description"]
    assert meta["allow_duplicates"] is False
