"""Every optional variable of every playbook, left blank or answered as text, as in an AWX survey."""

import json

import pytest
import yaml
from harness import COLLECTION, Cases

REQUIRED = dict(
    dm_ansible_dir="/home/tidb/dm-ansible",
    new_mysql_host="10.0.1.12",
    new_mysql_port=3306,
)
PLAYBOOKS = ["preflight", "rescue", "rollback", "switch_upstream", "switch_vip"]
BLANKS = {"empty": "", "blanks": "  ", "null": None}
# A number as text with blanks around, and a list with an element a line.
AS_TEXT = {
    "catch_up_timeout": (" 17 ", 17),
    "drain_timeout": ("18", 18),
    "upgrade_timeout": ("19\n", 19),
    "relay_timeout": (" 20", 20),
    "start_timeout": ("21 ", 21),
    "verify_timeout": ("22", 22),
    "vip_timeout": (" 23 ", 23),
    "new_mysql_port": (" 3307 ", "3307"),
    "task_files": ("conf\n tasks \n", ["conf", "tasks"]),
    "dm_ansible_args": ("--become\n-v", ["--become", "-v"]),
    "task_mode": (" pause", "pause"),
    "roll_mode": ("staged\n", "staged"),
    "flush_binary_logs": ("never ", "never"),
    "new_mysql_ssl_mode": ("required", "required"),
}


def options(playbook):
    """What the playbook's role takes."""
    path = COLLECTION / "roles" / playbook / "meta" / "argument_specs.yml"
    return yaml.safe_load(path.read_text())["argument_specs"]["main"]["options"]


def optional(playbook):
    """Those of them that may be left out."""
    return [name for name, option in options(playbook).items() if not option.get("required")]


class Run:
    """A playbook in check mode, with all its optional variables blank in each of the ways."""

    def __init__(self, folder, playbook):
        blank = {
            way: {name: value for name in optional(playbook)} for way, value in BLANKS.items()
        }
        taken = {name: text for name, (text, _) in AS_TEXT.items() if name in options(playbook)}
        cases = dict(blank, text=taken, nothing={})
        # Null is a value here, where Cases leaves out what is None.
        variables = folder / "null.json"
        self.cases = Cases(
            folder, playbook + ".yml", {n: v for n, v in cases.items() if n != "null"}, "--check",
            **REQUIRED
        )
        variables.write_text(json.dumps(blank["null"]))
        self.null_folder = folder / "with_null"
        self.null_folder.mkdir()
        self.null = Cases(
            self.null_folder, playbook + ".yml", {"null": {}}, "--check", "-e", "@" + str(variables),
            **REQUIRED
        )

    def request(self, case):
        """What the backend was asked, without what differs from case to case."""
        cases = self.null if case == "null" else self.cases
        assert not cases.failed(case), cases.stdout
        [call] = cases.calls(case)
        return {name: value for name, value in call["request"].items() if name != "dm_worker"}


@pytest.fixture(scope="module", params=PLAYBOOKS)
def run(request, tmp_path_factory):
    """See Run; with its playbook's name."""
    return request.param, Run(tmp_path_factory.mktemp(request.param), request.param)


@pytest.mark.parametrize("way", BLANKS)
def test_what_is_blank_was_not_given(run, way):
    assert run[1].request(way) == run[1].request("nothing")


def test_text_says_what_the_value_says(run):
    playbook, run = run
    request = run.request("text")
    for name, (_, value) in AS_TEXT.items():
        if name in options(playbook) and not name.startswith("vip_"):
            assert request[name] == value, name
