"""A stand-in for the REST API of AWX: what the modules of awx.awx use to create templates.

It holds requests to the fields of AWX 24.6.1, by awx/api/serializers.py and awx/main/models there (AWX's
published schema is made of these two). It is stricter in one point: AWX passes over a field that it does
not know, and this refuses it.
"""

import json
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "awx-Token-4711"
PLAYBOOK = re.compile(r"^\s*-?\s*(hosts|(ansible\.builtin\.)?(include|import_playbook)):", re.M)

NAMED = {"name": "str 512 required", "description": "str"}
PROMPTS = ("job_type", "diff_mode", "variables", "limit", "tags", "skip_tags", "verbosity")
PROMPTS += ("inventory", "credential", "execution_environment", "forks", "labels", "scm_branch")
PROMPTS += ("instance_groups", "job_slice_count", "timeout")

# By resource, its fields that can be written: `bool`, `int`, `json` (text with an object), `dict`, `str`
# with the greatest length, `null` text or nothing, `id` with the resource, `one` of words. `read` can be sent, but is passed over.
FIELDS = {
    "organizations": dict(NAMED),
    "credentials": dict(NAMED, credential_type="int required"),
    "execution_environments": dict(NAMED, image="str 1024 required"),
    "projects": dict(
        NAMED,
        organization="id organizations",
        scm_type="one |git|svn|insights|archive",
        scm_url="str 1024",
        scm_branch="str 256",
        scm_refspec="str 1024",
        scm_clean="bool",
        scm_delete_on_update="bool",
        scm_track_submodules="bool",
        scm_update_on_launch="bool",
        scm_update_cache_timeout="int",
        allow_override="bool",
        credential="id credentials",
        default_environment="id execution_environments",
        timeout="int",
    ),
    "inventories": dict(
        NAMED,
        organization="id organizations required",
        kind="one |smart|constructed",
        host_filter="null",
        variables="json",
        prevent_instance_group_fallback="bool",
    ),
    "hosts": dict(
        NAMED,
        inventory="id inventories required",
        enabled="bool",
        instance_id="str 1024",
        variables="json",
    ),
    "job_templates": dict(
        {"ask_{}_on_launch".format(prompt): "bool" for prompt in PROMPTS},
        organization="read",
        job_type="one run|check",
        inventory="id inventories",
        project="id projects",
        playbook="str 1024",
        scm_branch="str 1024",
        forks="int",
        limit="str",
        verbosity="int",
        extra_vars="json",
        job_tags="str",
        force_handlers="bool",
        skip_tags="str 1024",
        start_at_task="str 1024",
        timeout="int",
        use_fact_cache="bool",
        execution_environment="id execution_environments",
        host_config_key="str 1024",
        survey_enabled="bool",
        become_enabled="bool",
        diff_mode="bool",
        allow_simultaneous="bool",
        job_slice_count="int",
        **NAMED
    ),
    "workflow_job_templates": dict(
        {"ask_{}_on_launch".format(p): "bool" for p in PROMPTS if p not in ("job_type", "diff_mode")},
        organization="id organizations",
        extra_vars="json",
        inventory="id inventories",
        limit="str",
        scm_branch="str",
        job_tags="str",
        skip_tags="str",
        survey_enabled="bool",
        allow_simultaneous="bool",
        **NAMED
    ),
    "workflow_job_template_nodes": dict(
        type="read",
        identifier="str 512",
        workflow_job_template="id workflow_job_templates required",
        unified_job_template="id unified_job_templates",
        extra_data="dict",
        inventory="id inventories",
        all_parents_must_converge="bool",
        execution_environment="id execution_environments",
        limit="str",
    ),
    "workflow_approval_templates": dict(NAMED, timeout="int"),
    "project_updates": {},
}
LINKS = {
    "job_templates": {"credentials": "credentials"},
    "workflow_job_template_nodes": dict.fromkeys(
        ("success_nodes", "failure_nodes", "always_nodes"), "workflow_job_template_nodes"
    ),
}
DEFAULTS = {"bool": False, "int": 0, "json": "", "dict": {}, "str": "", "id": None, "one": "", "null": None}
UNIFIED = ("projects", "job_templates", "workflow_job_templates", "workflow_approval_templates")
# awx/main/constants.py, SURVEY_TYPE_MAPPING.
QUESTIONS = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": (str, list),
    "integer": int,
    "float": (int, float),
}


class Refusal(Exception):
    """What AWX answers a request with that it does not take."""

    def __init__(self, status, **errors):
        super().__init__(errors)
        self.status = status
        self.errors = errors


class Awx:
    """AWX, on a port of this machine."""

    def __init__(self, playbooks):
        """playbooks: the text of each file at the top of the project archive, by its name."""
        self.playbooks = sorted(name for name, text in playbooks.items() if PLAYBOOK.search(text))
        self.things = {resource: {} for resource in FIELDS}
        self.surveys = {}
        self.links = {}
        self.writes = []
        self._lock = threading.Lock()
        self._id = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = "http://127.0.0.1:{}".format(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        """Closes the port."""
        self._server.shutdown()
        self._server.server_close()

    # ---- what a test looks at ----

    def add(self, resource, **fields):
        """Puts something there, as an administrator has done before."""
        return self._create(resource, fields)

    def named(self, resource):
        """All of a resource, by name."""
        return {thing["name"]: thing for thing in self.things[resource].values()}

    def survey(self, name):
        """The questions of a template, by variable, in their order."""
        templates = dict(self.named("job_templates"), **self.named("workflow_job_templates"))
        spec = self.surveys[templates[name]["id"]]["spec"]
        return {question["variable"]: question for question in spec}

    def nodes(self, workflow):
        """The nodes of a workflow by identifier."""
        of = self.named("workflow_job_templates")[workflow]["id"]
        nodes = self.things["workflow_job_template_nodes"].values()
        return {n["identifier"]: n for n in nodes if n["workflow_job_template"] == of}

    def linked(self, thing, link):
        """What is linked with a thing: the ids, in their order."""
        return self.links.get((thing["id"], link), [])

    # ---- requests ----

    def _handler(awx):
        class Handler(BaseHTTPRequestHandler):
            """A request."""

            def log_message(self, *args):
                """Says nothing."""

            def _answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or "null") if length else None
                try:
                    with awx._lock:
                        if self.headers.get("Authorization") != "Bearer " + TOKEN:
                            raise Refusal(401, detail="Invalid token")
                        if self.command != "GET":
                            awx.writes.append((self.command, self.path, body))
                        status, answer = awx._serve(self.command, self.path, body)
                except Refusal as refusal:
                    status, answer = refusal.status, refusal.errors
                text = b"" if answer is None else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.send_header("X-API-Product-Name", "AWX")
                self.send_header("X-API-Product-Version", "24.6.1")
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PATCH = do_DELETE = _answer

        return Handler

    def _serve(self, method, path, body):
        url = urllib.parse.urlsplit(path)
        words = url.path.strip("/").split("/")
        if words[:2] != ["api", "v2"] or len(words) < 3:
            raise Refusal(404, detail="Not found.")
        resource, rest = words[2], words[3:]
        if resource == "unified_job_templates" and not rest:
            return 200, self._listed(UNIFIED, url.query)
        if resource not in self.things:
            raise Refusal(404, detail="Not found.")
        if not rest:
            if method == "GET":
                return 200, self._listed([resource], url.query)
            if resource in ("workflow_approval_templates", "project_updates"):
                raise Refusal(405, detail="Not allowed.")
            return 201, self._shown(resource, self._create(resource, body))
        thing = self.things[resource].get(int(rest[0]))
        if thing is None:
            raise Refusal(404, detail="Not found.")
        if len(rest) == 1:
            if method == "PATCH":
                self._change(resource, thing, body)
            elif resource == "project_updates":
                # Its first look finds it at work.
                thing["status"] = "successful" if thing["status"] == "running" else "running"
                if thing["status"] == "successful":
                    self.things["projects"][thing["project"]]["playbook_files"] = self.playbooks
            return 200, self._shown(resource, thing)
        return self._related(method, resource, thing, rest[1], body)

    def _related(self, method, resource, thing, name, body):
        if name == "survey_spec" and resource.endswith("job_templates"):
            if method == "GET":
                return 200, self.surveys.get(thing["id"], {})
            check_survey(body)
            self.surveys[thing["id"]] = body
            return 200, None
        if name == "create_approval_template" and resource == "workflow_job_template_nodes":
            template = self._create("workflow_approval_templates", body)
            thing["unified_job_template"] = template["id"]
            return 201, self._shown("workflow_approval_templates", template)
        if name not in LINKS.get(resource, {}):
            raise Refusal(404, detail="Not found.")
        linked = self.links.setdefault((thing["id"], name), [])
        others = self.things[LINKS[resource][name]]
        if method == "GET":
            return 200, page([self._shown(LINKS[resource][name], others[other]) for other in linked])
        if body["id"] not in others:
            raise Refusal(400, detail="does not exist")
        if body.get("disassociate"):
            linked.remove(body["id"])
        else:
            linked.append(body["id"])
        return 204, None

    def _listed(self, resources, query):
        wanted = {k: v for k, v in urllib.parse.parse_qsl(query) if k not in ("page_size", "page")}
        found = [
            self._shown(resource, thing)
            for resource in resources
            for thing in self.things[resource].values()
            if all(str(thing.get(name)) == value for name, value in wanted.items())
        ]
        return page(found)

    def _shown(self, resource, thing):
        url = "/api/v2/{}/{}/".format(resource, thing["id"])
        related = {link: url + link + "/" for link in LINKS.get(resource, {})}
        summary = {}
        if resource.endswith("job_templates"):
            related["survey_spec"] = url + "survey_spec/"
        if resource == "projects":
            related["update"] = url + "update/"
            updates = self.things["project_updates"].values()
            running = [u for u in updates if u["project"] == thing["id"] and u["status"] != "successful"]
            if running:
                summary["current_update"] = {"id": running[0]["id"]}
        if resource == "workflow_job_template_nodes":
            related["create_approval_template"] = url + "create_approval_template/"
            template = thing["unified_job_template"]
            for kind in UNIFIED:
                if template in self.things[kind]:
                    related["unified_job_template"] = "/api/v2/{}/{}/".format(kind, template)
        kind = resource[:-3] + "y" if resource.endswith("ies") else resource[:-1]
        return dict(thing, type=kind, url=url, related=related, summary_fields=summary)

    # ---- what is stored ----

    def _create(self, resource, fields):
        fields = self._checked(resource, fields)
        for name, kind in FIELDS[resource].items():
            if kind.endswith("required") and not fields.get(name):
                raise Refusal(400, **{name: ["This field is required."]})
        self._id += 1
        made = {n: DEFAULTS[k.split()[0]] for n, k in FIELDS[resource].items() if k != "read"}
        thing = dict(made, **fields, id=self._id)
        if resource == "projects":
            thing.update(scm_revision="", playbook_files=[])
        self._consistent(resource, thing)
        self.things[resource][self._id] = thing
        if resource == "projects" and thing["scm_type"]:
            self._update(thing)
        if resource == "job_templates":
            thing["organization"] = self.things["projects"][thing["project"]]["organization"]
        return thing

    def _change(self, resource, thing, fields):
        changed = dict(thing, **self._checked(resource, fields))
        self._consistent(resource, changed)
        moved = resource == "projects" and changed["scm_url"] != thing["scm_url"]
        thing.update(changed)
        if moved:
            self._update(thing)

    def _update(self, project):
        """The update of a project that AWX starts on its own."""
        self._id += 1
        update = dict(id=self._id, project=project["id"], status="pending", name=project["name"])
        self.things["project_updates"][self._id] = update

    def _checked(self, resource, fields):
        taken = {}
        for name, value in fields.items():
            kind = FIELDS[resource].get(name)
            if kind is None:
                raise Refusal(400, **{name: ["AWX does not know this field."]})
            if kind != "read":
                taken[name] = self._value(name, kind.split(), value)
        return taken

    def _value(self, name, kind, value):
        if value is None and kind[0] in ("str", "one", "json"):
            # awx/api/fields.py: CharNullField, ChoiceNullField
            return ""
        if kind[0] == "null" and (value is None or isinstance(value, str)):
            return value
        if kind[0] == "bool" and isinstance(value, bool):
            return value
        if kind[0] == "int" and re.match(r"-?\d+$", str(value)):
            return int(value)
        if kind[0] == "dict" and isinstance(value, dict):
            return value
        if kind[0] == "str" and isinstance(value, str):
            if len(kind) == 1 or not kind[1].isdigit() or len(value) <= int(kind[1]):
                return value
        if kind[0] == "one" and value in " ".join(kind[1:]).split("|"):
            return value
        if kind[0] == "json" and isinstance(json.loads(value or "{}"), dict):
            return value
        if kind[0] == "id":
            kinds = UNIFIED if kind[1] == "unified_job_templates" else [kind[1]]
            if value in ("", None) or any(value in self.things[other] for other in kinds):
                return value or None
        raise Refusal(400, **{name: ["{!r} is not valid.".format(value)]})

    def _consistent(self, resource, thing):
        """What AWX requires of more than one field."""
        named = [
            other
            for other in self.things[resource].values()
            if other["id"] != thing["id"]
            and "name" in thing
            and all(other[k] == thing.get(k) for k in ("name", "organization", "inventory") if k in other)
        ]
        if named and resource != "workflow_approval_templates":
            raise Refusal(400, __all__=["{} with this name already exists.".format(resource)])
        if resource == "projects" and thing["scm_type"] == "archive":
            for field in ("scm_branch", "scm_refspec", "scm_track_submodules"):
                if thing[field]:
                    raise Refusal(400, **{field: ["cannot be used with archive projects."]})
            if not thing["scm_url"]:
                raise Refusal(400, scm_url=["SCM URL is required."])
        if resource == "job_templates":
            if not thing["project"]:
                raise Refusal(400, project=["Job Templates must have a project assigned."])
            if thing["playbook"] not in self.things["projects"][thing["project"]]["playbook_files"]:
                raise Refusal(400, playbook=["Playbook not found for project."])
            if not thing["inventory"] and not thing["ask_inventory_on_launch"]:
                raise Refusal(400, inventory=["You must either set a default value or ask to prompt."])
        if resource == "workflow_job_template_nodes" and thing["unified_job_template"]:
            self._check_answers(thing["unified_job_template"], thing["extra_data"])

    def _check_answers(self, template, answers):
        """A node's answers: only what the template asks for, and as its survey wants them."""
        questions = {q["variable"]: q for q in self.surveys.get(template, {}).get("spec", [])}
        for variable, value in answers.items():
            if variable not in questions:
                raise Refusal(400, extra_data=["Variables {} are not allowed on launch.".format(variable)])
            errors = judge(questions[variable], {variable: value})
            if errors:
                raise Refusal(400, variables_needed_to_start=errors)


def page(results):
    """A page of a list, the only one."""
    return dict(count=len(results), next=None, previous=None, results=results)


def check_survey(spec):
    """awx/api/views: JobTemplateSurveySpec._validate_spec_data."""
    for field, kind in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(spec.get(field), kind):
            raise Refusal(400, error="Expected {} for field '{}'".format(kind.__name__, field))
    if set(spec) != {"name", "description", "spec"} or not spec["spec"]:
        raise Refusal(400, error="'spec' doesn't contain any items.")
    seen = set()
    known = {"question_name", "question_description", "variable", "type", "required", "default"}
    for question in spec["spec"]:
        for field in ("type", "question_name", "variable", "required"):
            if not isinstance(question.get(field), bool if field == "required" else str):
                raise Refusal(400, error="'{}' in survey question".format(field))
        if not set(question) <= known | {"choices", "min", "max"} or question["variable"] in seen:
            raise Refusal(400, error="{} has what AWX does not know, or is there twice".format(question))
        seen.add(question["variable"])
        kind = QUESTIONS.get(question["type"])
        if kind is None:
            raise Refusal(400, error="'{}' is not an allowed question type".format(question["type"]))
        if question.get("default", "") != "" and not isinstance(question["default"], kind):
            raise Refusal(400, error="Default value of {}".format(question["variable"]))
        for limit in ("min", "max"):
            if not isinstance(question.get(limit, 0), int):
                raise Refusal(400, error="The {} limit expected to be integer".format(limit))
        if question["type"] == "multiplechoice":
            if question.get("default", question["choices"][0]) not in question["choices"]:
                raise Refusal(400, error="Default choice must be answered from the choices listed.")
            if not all(isinstance(choice, str) for choice in question["choices"]):
                raise Refusal(400, error="choices of {}".format(question["variable"]))


def judge(question, answers):
    """What AWX has against an answer: SurveyJobTemplateMixin._survey_element_validation."""
    variable, kind = question["variable"], question["type"]
    if variable not in answers:
        return ["'{}' value missing".format(variable)] if question["required"] else []
    value = answers[variable]
    size = value
    if kind in ("text", "textarea", "password"):
        if not isinstance(value, str):
            return ["Value {} for '{}' expected to be a string.".format(value, variable)]
        size = len(value)
    elif kind == "integer":
        # Not isinstance: True is no number here.
        if type(value) != int:  # noqa: E721
            return ["Value {} for '{}' expected to be an integer.".format(value, variable)]
    elif kind == "multiplechoice":
        wrong = value not in question["choices"]
        return ["Value {} for '{}' expected to be one of".format(value, variable)] if wrong else []
    if "min" in question and size < question["min"]:
        return ["'{}' value {} is too small".format(variable, value)]
    if "max" in question and size > question["max"]:
        return ["'{}' value {} is too large".format(variable, value)]
    return []


def launched(survey, answers, extra_vars):
    """The extra vars of a job: those of its template, then the survey's defaults, then the answers.

    survey: questions by variable. extra_vars: those of the template. See
    SurveyJobTemplateMixin._accept_or_ignore_variables and _update_unified_job_kwargs.
    """
    unknown = set(answers) - set(survey)
    assert not unknown, "Variables {} are not allowed on launch.".format(unknown)
    errors = [error for question in survey.values() for error in judge(question, answers)]
    assert not errors, errors
    defaults = {
        variable: question["default"]
        for variable, question in survey.items()
        if "default" in question and not judge(question, {variable: question["default"]})
    }
    return dict(extra_vars, **dict(defaults, **answers))
