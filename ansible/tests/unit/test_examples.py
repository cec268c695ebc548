"""The examples in the documentation of modules and filters, run as they are."""

import importlib
import json
import re

import pytest
import yaml
from harness import COLLECTION, COLLECTIONS, Stub, environment, run_ansible, succeed

PLUGINS = sorted(COLLECTION.glob("plugins/modules/*.py")) + sorted(
    COLLECTION.glob("plugins/filter/*.py")
)


def block(path, name):
    """EXAMPLES or another text of a plugin, as data."""
    text = re.search(rf'^{name} = r"""(.*?)"""', path.read_text(), re.DOTALL | re.MULTILINE)
    return yaml.safe_load(text.group(1))


def plays(path):
    """The examples of a plugin as plays; most are tasks."""
    examples = block(path, "EXAMPLES")
    if "hosts" in examples[0]:
        return examples
    return [dict(name=path.stem, hosts="localhost", gather_facts=False, tasks=examples)]


def calls_of(plays_of_all):
    """What each task of a module calls, in their order."""
    for play in plays_of_all:
        for task in play["tasks"]:
            for key, options in task.items():
                name = key.rpartition("dmswitch.upstream.")[2]
                path = COLLECTION / "plugins" / "modules" / f"{name}.py"
                if key.startswith("dmswitch.upstream.") and path.exists():
                    package = "ansible_collections.dmswitch.upstream.plugins.modules."
                    state = importlib.import_module(package + name).COMMAND.spec.get("state", {})
                    words = [name, options.get("state", state.get("default")), options.get("server")]
                    yield " ".join(word for word in words if word)
                if key == "ansible.builtin.import_role":
                    yield options["name"].rpartition(".")[2]


def test_every_example_runs(tmp_path):
    stub = Stub(tmp_path)
    stub.answers(
        {"plan written": succeed(run_id="r-1"), "preflight": succeed(changed=False, checks=[])}
    )
    every = [play for path in PLUGINS for play in plays(path)]
    path = tmp_path / "examples.json"
    path.write_text(json.dumps(every))
    variables = dict(
        dm_control="localhost",
        dm_ansible_dir="/home/tidb/dm-ansible",
        dm_worker="dm_worker1",
        new_mysql_host="10.0.1.12",
        new_mysql_port=3306,
    )
    run = run_ansible(
        [str(path), "-e", json.dumps(variables)],
        dict(environment(stub), ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS)),
        tmp_path,
    )
    assert run.returncode == 0, run.stdout
    assert stub.steps() == list(calls_of(every))
    assert {step.split()[0] for step in stub.steps()} == {
        path.stem for path in PLUGINS if path.parent.name == "modules"
    }


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: path.stem)
def test_what_is_returned_is_described_down_to_its_fields(path):
    def lacking(fields, name):
        for key, field in fields.items():
            place = f"{name}{key}"
            assert field["description"], place
            if field["type"] == "list":
                assert field.get("elements"), place
            if "dict" in (field["type"], field.get("elements")):
                # Keys that are names of the user's, or fields that another plugin describes.
                elsewhere = re.search(r"by its name|RV\(", str(field["description"]))
                if not elsewhere and "contains" not in field:
                    yield place
            yield from lacking(field.get("contains", {}), place + ".")

    assert list(lacking(block(path, "RETURN"), "")) == []
