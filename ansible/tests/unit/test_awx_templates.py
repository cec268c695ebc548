"""The role awx: what it creates in AWX, by the modules of awx.awx, in a stand-in of AWX's API."""

import json

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from awx_stand_in import TOKEN, Awx, Refusal, check_survey, judge, launched
from harness import CHECKOUT, COLLECTION, COLLECTIONS, environment, run_ansible

from ansible_collections.dmswitch.upstream.plugins.filter.survey import survey
from ansible_collections.dmswitch.upstream.plugins.module_utils import backend

AWX_COLLECTION = CHECKOUT / ".cache" / "awx-collection"
URL = "https://example.com/dm-switch-awx-1.0.0.tar.gz"
VARIABLES = dict(
    awx_project_url=URL,
    awx_dm_control="dm-control",
    awx_dm_control_variables=dict(ansible_host="10.0.0.5"),
    awx_dm_ansible_dir="/home/tidb/dm-ansible",
    awx_credentials=["SSH to dm-control"],
    awx_execution_environment="dm-switch-ee",
    awx_survey_defaults=dict(dm_worker="dm_worker1", task_files=["conf", "more"], vip_timeout=60),
    awx_extra_vars=dict(
        dm_ansible_playbook="/opt/ansible-2.6/bin/ansible-playbook",
        dm_ansible_args=["--become", "--vault-password-file=/etc/pass"],
        flush_binary_logs="never",
    ),
)
PLAYBOOKS = ["preflight", "rescue", "rollback", "switch_upstream", "switch_vip"]
ROLE = yaml.safe_load((COLLECTION / "roles/awx/vars/main.yml").read_text())
TEMPLATES = ROLE["awx_job_templates"]
NAMES = {key: "dm-switch " + template["title"] for key, template in TEMPLATES.items()}
WORKFLOWS = {key: "dm-switch " + flow["title"] for key, flow in ROLE["awx_workflows"].items()}


def options(role):
    """What a role takes."""
    path = COLLECTION / "roles" / role / "meta" / "argument_specs.yml"
    return yaml.safe_load(path.read_text())["argument_specs"]["main"]["options"]


def apply(awx, *args, collections=(COLLECTIONS, AWX_COLLECTION), **variables):
    """Runs the playbook."""
    env = dict(
        environment(),
        ANSIBLE_COLLECTIONS_PATH=":".join(map(str, collections)),
        ANSIBLE_PIPELINING="1",
        CONTROLLER_HOST=awx.url,
        CONTROLLER_OAUTH_TOKEN=TOKEN,
    )
    playbook = str(COLLECTION / "playbooks" / "awx.yml")
    words = ["-e", json.dumps(dict(VARIABLES, **variables)), *args]
    return run_ansible([playbook, *words], env, COLLECTION)


def new_awx():
    """An AWX in which there is what an administrator has made before."""
    assert (AWX_COLLECTION / "made-from").exists(), "awx.awx is missing: ./dev prepare-tests fetches it"
    awx = Awx({name + ".yml": "- import_playbook: dmswitch.upstream." + name for name in PLAYBOOKS})
    awx.add("organizations", name="Default")
    awx.add("credentials", name="SSH to dm-control", credential_type=1)
    awx.add("execution_environments", name="dm-switch-ee", image="quay.io/example/dm-switch-ee")
    return awx


class Applied:
    """AWX after the first run, and the runs after it."""

    def __init__(self):
        self.awx = new_awx()
        self.check = apply(self.awx, "--check")
        self.writes_of_check = list(self.awx.writes)
        self.first = apply(self.awx, "-vvv")
        self.writes_of_first = list(self.awx.writes)
        self.second = apply(self.awx)
        self.writes_of_second = self.awx.writes[len(self.writes_of_first) :]


@pytest.fixture(scope="module")
def applied():
    """See Applied."""
    applied = Applied()
    yield applied
    applied.awx.stop()


def test_check_mode_writes_nothing(applied):
    assert applied.check.returncode == 0, applied.check.stdout
    assert applied.writes_of_check == []
    assert "changed=0" not in applied.check.stdout


def test_the_second_run_changes_nothing(applied):
    assert applied.first.returncode == 0, applied.first.stdout
    assert applied.second.returncode == 0, applied.second.stdout
    assert "changed=0" in applied.second.stdout
    assert applied.writes_of_first and applied.writes_of_second == []


def test_no_token_is_shown(applied):
    for run in (applied.check, applied.first, applied.second):
        assert TOKEN not in run.stdout


def test_the_project_is_the_archive_and_replaces_the_one_before(applied):
    project = applied.awx.named("projects")["dm-switch"]
    assert (project["scm_type"], project["scm_url"]) == ("archive", URL)
    assert project["scm_clean"] and project["scm_delete_on_update"]
    assert not project["scm_update_on_launch"]


def test_the_inventory_has_the_control_machine(applied):
    host = applied.awx.named("hosts")["dm-control"]
    assert host["inventory"] == applied.awx.named("inventories")["dm-switch"]["id"]
    assert json.loads(host["variables"]) == dict(ansible_host="10.0.0.5")


@pytest.mark.parametrize("key", TEMPLATES)
def test_the_job_templates(applied, key):
    awx, facts = applied.awx, TEMPLATES[key]
    template = awx.named("job_templates")[NAMES[key]]
    assert template["playbook"] == facts["role"] + ".yml"
    assert not template["allow_simultaneous"] and not template["ask_variables_on_launch"]
    assert template["ask_job_type_on_launch"] == template["ask_diff_mode_on_launch"] == facts["changes"]
    assert awx.linked(template, "credentials") == [awx.named("credentials")["SSH to dm-control"]["id"]]
    assert template["execution_environment"] == awx.named("execution_environments")["dm-switch-ee"]["id"]
    fixed = dict(
        VARIABLES["awx_extra_vars"], dm_control="dm-control", dm_ansible_dir="/home/tidb/dm-ansible"
    )
    assert json.loads(template["extra_vars"]) == dict(fixed, **facts.get("extra_vars", {}))


@pytest.mark.parametrize("key", WORKFLOWS)
def test_the_workflows(applied, key):
    awx = applied.awx
    nodes = awx.nodes(WORKFLOWS[key])
    assert set(nodes) == {"preflight", "approval", "switch", "rescue"}
    templates = {name: thing["id"] for name, thing in awx.named("job_templates").items()}
    assert nodes["preflight"]["unified_job_template"] == templates[NAMES["preflight"]]
    assert nodes["switch"]["unified_job_template"] == templates[NAMES[key]]
    assert nodes["rescue"]["unified_job_template"] == templates[NAMES["rescue_look"]]
    assert nodes["approval"]["unified_job_template"] in awx.things["workflow_approval_templates"]
    assert nodes["preflight"]["extra_data"] == dict(scenario={"switch_vip": "vip"}.get(key, "address"))
    ways = {
        (name, link, nodes_by_id(nodes)[other])
        for name, node in nodes.items()
        for link in ("success_nodes", "failure_nodes", "always_nodes")
        for other in awx.linked(node, link)
    }
    assert ways == {
        ("preflight", "success_nodes", "approval"),
        ("approval", "success_nodes", "switch"),
        ("switch", "failure_nodes", "rescue"),
    }


def nodes_by_id(nodes):
    """The identifiers of nodes by their ids."""
    return {node["id"]: name for name, node in nodes.items()}


# ---- surveys -------------------------------------------------------------------------------------


def of_the_modules():
    """The options of the modules, by which the steps judge what a role hands on."""
    taken = dict(backend.OPTIONS_OF_ROLLBACK, **backend.OPTIONS_OF_RESCUE)
    return dict(taken, **backend.OPTIONS)


def words_of_the_vip():
    """The choices of the variables that only the playbook for a VIP knows, by its own check."""
    text = (COLLECTION / "roles/switch_vip/tasks/require.yml").read_text()
    return {
        "vip_move": ["manual", "command", "tasks_file", "iproute2", "keepalived"],
        "vip_old_host_unreachable": ["refuse", "allow"],
        "vip_keepalived": ["stop", "priority"],
    }, text


def surveys(awx):
    """The survey of each template and each workflow, with the role of which it asks."""
    for key, name in NAMES.items():
        yield name, TEMPLATES[key]["role"], awx.survey(name)
    for key, name in WORKFLOWS.items():
        yield name, key, awx.survey(name)


def test_the_surveys_ask_what_the_roles_take(applied):
    modules = of_the_modules()
    words, require = words_of_the_vip()
    for name, role, questions in surveys(applied.awx):
        spec = options(role)
        for variable, question in questions.items():
            where = name + ": " + variable
            option = spec[variable]
            assert question["required"] == bool(option.get("required")), where
            assert (question["type"] == "password") == bool(option.get("no_log")), where
            assert "(" + variable + ")" not in question["question_description"], where
            if variable in words:
                assert question["choices"] == words[variable], where
                assert str(words[variable]) in require, where
                continue
            module = modules.get(variable, dict(type="int") if variable == "vip_timeout" else dict(type="str"))
            number = module["type"] == "int" or variable == "new_mysql_port"
            assert (question["type"] == "integer") == number, where
            assert (question["type"] == "textarea") == (module["type"] == "list"), where
            assert question.get("choices") == module.get("choices"), where


def test_what_a_role_requires_is_asked_or_set(applied):
    for name, role, questions in surveys(applied.awx):
        required = {variable for variable, option in options(role).items() if option.get("required")}
        assert required - set(questions) == {"dm_ansible_dir"}, name


def test_what_runs_a_program_is_not_asked(applied):
    """Who may launch a template could run anything by it."""
    programs = {"dm_ansible_playbook", "dm_ansible_args", "dm_inventory", "dmctl", "vip_move_command"}
    programs |= {"vip_move_tasks_file", "vip_keepalived_stop_command", "journal_dir"}
    for name, _, questions in surveys(applied.awx):
        assert not programs & set(questions), name


def test_defaults_are_those_of_the_roles_or_ones_own(applied):
    for name, role, questions in surveys(applied.awx):
        for variable, question in questions.items():
            own = VARIABLES["awx_survey_defaults"].get(variable)
            default = options(role)[variable].get("default") if own is None else own
            if variable == "task_files":
                default = "conf\nmore"
            if default is None and question["type"] in ("text", "textarea"):
                default = ""
            assert question.get("default") == default, name + ": " + variable
            if default not in (None, ""):
                assert judge(question, {variable: default}) == []


def test_what_is_set_once_is_not_asked(applied):
    for name, _, questions in surveys(applied.awx):
        assert not set(questions) & set(VARIABLES["awx_extra_vars"]), name


@pytest.mark.parametrize("key", WORKFLOWS)
def test_a_workflow_asks_what_its_switch_asks(applied, key):
    asked = applied.awx.survey(WORKFLOWS[key])
    assert asked == applied.awx.survey(NAMES[key])
    # What its other templates need comes from there too.
    for other in ("preflight", "rescue_look"):
        needed = {v for v, q in applied.awx.survey(NAMES[other]).items() if q["required"]}
        assert needed <= set(asked)


def test_blank_answers_are_what_awx_hands_over(applied):
    questions = applied.awx.survey(NAMES["switch_upstream"])
    answers = dict(dm_worker="w", new_mysql_host="10.0.1.12", new_mysql_port=3306)
    answers.update({v: "" for v, q in questions.items() if q["type"] in ("text", "password")} | answers)
    job = launched(questions, answers, {})
    assert job["new_mysql_user"] == job["new_mysql_password"] == "" and job["drain_timeout"] == 120


# ---- changes and refusals ------------------------------------------------------------------------


def test_a_later_release_is_the_only_change(applied):
    # The inventory is there, so that it may also be one that is not ours.
    later = URL.replace("1.0.0", "1.1.0")
    before = list(applied.awx.writes)
    run = apply(applied.awx, awx_project_url=later, awx_create_inventory=False)
    assert run.returncode == 0, run.stdout
    [(method, _, body)] = applied.awx.writes[len(before) :]
    assert (method, body) == ("PATCH", dict(before[0][2], scm_url=later))


class Silent:
    """No AWX: what is refused before it is asked."""

    url = "http://127.0.0.1:9"


REFUSED = {
    "a name that no role knows": (
        dict(awx_extra_vars=dict(dm_ansible_playbok="x")),
        "awx_extra_vars has dm_ansible_playbok",
    ),
    "a password as a default": (dict(awx_survey_defaults=dict(new_mysql_password="se-Cret")), "no password"),
    "a password for DM-Ansible": (
        dict(awx_extra_vars=dict(dm_ansible_args=["-e", "ansible_become_pass=se-Cret"])),
        "not shown",
    ),
    "a password for DM-Ansible in JSON": (
        dict(awx_extra_vars=dict(dm_ansible_args='-e\n{"ansible_ssh_pass": "se-Cret"}')),
        "not shown",
    ),
    "a password of the host": (
        dict(awx_dm_control_variables=dict(ansible_password="se-Cret")),
        "not shown",
    ),
    "a URL that is missing": (dict(awx_project_url=None), "awx_project_url"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_before_awx_is_asked(case):
    variables, text = REFUSED[case]
    run = apply(Silent, **variables)
    assert run.returncode != 0
    assert text in run.stdout, run.stdout
    assert "se-Cret" not in run.stdout
    assert "network error" not in run.stdout


def test_a_limit_that_leaves_nothing_to_do_is_told():
    run = apply(Silent, "--limit", "dm-control")
    assert run.returncode != 0, run.stdout
    told = " ".join(run.stdout.split())
    assert "--limit dm-control leaves out localhost, where the modules of awx.awx run" in told


OF_A_ROLE = dict(description="It.", type="str")
QUESTIONS = {
    "word": dict(name="W", type="multiplechoice", choices=["stop", "pause"]),
    "number": dict(name="N", type="integer"),
    "text": dict(name="T", type="text"),
}
DEFAULTS = {
    "a choice that there is not": (dict(word="halt"), "one of stop, pause"),
    "a number that is none": (dict(number="soon"), "Wanted: a number"),
}


@pytest.mark.parametrize("case", DEFAULTS)
def test_defaults_that_awx_would_not_take(case):
    defaults, text = DEFAULTS[case]
    with pytest.raises(AnsibleFilterError, match=text):
        survey(QUESTIONS, QUESTIONS, dict.fromkeys(QUESTIONS, OF_A_ROLE), defaults)


def test_a_default_may_be_text_or_what_it_says():
    made = survey(["number", "text"], QUESTIONS, dict.fromkeys(QUESTIONS, OF_A_ROLE), dict(number=" 7 ", text=8))
    assert [question["default"] for question in made["spec"]] == [7, "8"]


def test_without_awx_awx_it_says_what_to_install():
    run = apply(Silent, collections=(COLLECTIONS,))
    assert run.returncode != 0
    for word in ("found: ", "wanted: ", "next: run: ansible-galaxy collection install awx.awx"):
        assert word in " ".join(run.stdout.split()), run.stdout


# ---- the stand-in --------------------------------------------------------------------------------

ARCHIVE = dict(name="p", scm_type="archive", scm_url="https://example.com/p.tar.gz")
ASKED = dict(question_name="N", variable="n", type="integer", required=False, default=7)
NOT_TAKEN = {
    "a field that AWX does not know": ("projects", dict(ARCHIVE, scm_uri="x")),
    "a choice that there is not": ("projects", dict(ARCHIVE, scm_type="ftp")),
    "a branch of an archive": ("projects", dict(ARCHIVE, scm_branch="main")),
    "text for a boolean": ("projects", dict(ARCHIVE, scm_clean="yes")),
    "a name that is missing": ("projects", dict(ARCHIVE, name="")),
    "something that is not there": ("projects", dict(ARCHIVE, organization=4711)),
    "variables that are no object": ("inventories", dict(name="i", organization=1, variables="[]")),
    "a template without a project": ("job_templates", dict(name="t", playbook="preflight.yml")),
}
NO_SURVEY = {
    "no description": dict(name="", spec=[ASKED]),
    "no questions": dict(name="", description="", spec=[]),
    "text for a number": dict(name="", description="", spec=[dict(ASKED, default="7")]),
    "a type that there is not": dict(name="", description="", spec=[dict(ASKED, type="port")]),
    "a variable twice": dict(name="", description="", spec=[ASKED, ASKED]),
    "a default that is no choice": dict(
        name="", description="", spec=[dict(ASKED, type="multiplechoice", choices=["a"], default="b")]
    ),
}


@pytest.mark.parametrize("case", NOT_TAKEN)
def test_the_stand_in_refuses_what_awx_refuses(case):
    awx = new_awx()
    try:
        with pytest.raises(Refusal) as refusal:
            awx.add(NOT_TAKEN[case][0], **NOT_TAKEN[case][1])
        assert refusal.value.status == 400
    finally:
        awx.stop()


@pytest.mark.parametrize("case", NO_SURVEY)
def test_the_stand_in_refuses_surveys_that_awx_refuses(case):
    with pytest.raises(Refusal):
        check_survey(NO_SURVEY[case])


def test_the_stand_in_takes_what_awx_takes():
    check_survey(dict(name="", description="", spec=[ASKED]))
    awx = new_awx()
    awx.add("projects", **ARCHIVE)
    awx.stop()
