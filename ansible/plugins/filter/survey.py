# Copyright: (c) 2026, The dm-switch maintainers
# SPDX-License-Identifier: Apache-2.0 OR GPL-3.0-or-later
"""See DOCUMENTATION."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
name: survey
short_description: A survey of AWX, made of the options of a role
version_added: 0.1.0
description:
  - Makes the C(survey_spec) of a job template or a workflow of AWX. A question's description, whether it is
    required and its default are those of the role's option; an option with C(no_log) is asked as C(password).
options:
  _input:
    description:
      - The variables to ask for, in this order.
    type: list
    elements: str
    required: true
  _questions:
    description:
      - By its variable, a question's C(name), C(type), C(choices), C(min) and C(max).
    type: dict
    required: true
  _options:
    description:
      - By its name, an option of the role, as in its C(argument_specs.yml).
    type: dict
    required: true
  defaults:
    description:
      - Defaults that take the place of the role's.
    type: dict
    default: {}
positional: _questions, _options
author:
  - The dm-switch maintainers
"""

EXAMPLES = r"""
- name: Show the survey of a template that asks for the dm-worker
  ansible.builtin.debug:
    msg: "{{ ['dm_worker'] | dmswitch.upstream.survey(questions, options) }}"
  vars:
    questions:
      dm_worker:
        name: dm-worker
        type: text
    options:
      dm_worker:
        description: The dm-worker, by its alias in the inventory.
        type: str
        required: true
"""

RETURN = r"""
_value:
  description: The C(survey_spec).
  type: dict
  contains:
    name:
      description: Empty; AWX shows none.
      type: str
    description:
      description: Empty; AWX shows none.
      type: str
    spec:
      description: The questions, in the order of the variables.
      type: list
      elements: dict
      contains:
        variable:
          description: The variable that the answer is handed over as.
          type: str
        question_name:
          description: What AWX asks for.
          type: str
        question_description:
          description: The description of the role's option.
          type: str
        type:
          description: C(text), C(textarea), C(password), C(integer) or C(multiplechoice).
          type: str
        required:
          description: Whether the question has to be answered.
          type: bool
        choices:
          description: Of a C(multiplechoice), the answers.
          type: list
          elements: str
        min:
          description: The smallest number, or the least number of characters.
          type: int
        max:
          description: The greatest number, or the greatest number of characters.
          type: int
        default:
          description: The answer that is there already; a number for C(integer).
          type: raw
"""

import re

from ansible.errors import AnsibleFilterError

MARKUP = re.compile(r"\b[A-Z]\(([^()]*)\)")


def plain(description):
    """The text of a description, without Ansible's markup."""
    sentences = [description] if not isinstance(description, list) else description
    return MARKUP.sub(r"\1", " ".join(str(sentence).strip() for sentence in sentences))


def refuse(variable, found, wanted):
    """Refuses a default."""
    raise AnsibleFilterError(
        "awx_survey_defaults: {0} is {1}. Wanted: {2}. Correct it and run again.".format(
            variable, found, wanted
        )
    )


def checked(variable, question, value):
    """A default of the user's own, as AWX takes it."""
    if question["type"] == "password":
        refuse(variable, "given", "no password, which everybody could use who may launch the template")
    if question["type"] == "integer":
        if not re.match("-?[0-9]+$", str(value).strip()):
            refuse(variable, repr(value), "a number")
        return int(value)
    if question["type"] == "multiplechoice" and value not in question["choices"]:
        refuse(variable, repr(value), "one of " + ", ".join(question["choices"]))
    # An element a line, as the roles take it.
    return "\n".join(value) if isinstance(value, list) else str(value)


def asked(variable, question, option, defaults):
    """One question of AWX."""
    made = {
        "variable": variable,
        "question_name": question["name"],
        "question_description": plain(option["description"]),
        "type": "password" if option.get("no_log") else question["type"],
        "required": bool(option.get("required")),
    }
    made.update((fact, question[fact]) for fact in ("choices", "min", "max") if fact in question)
    if made["type"] == "text" and made["required"]:
        # AWX takes an empty text as an answer.
        made["min"] = 1
    if variable in defaults:
        made["default"] = checked(variable, made, defaults[variable])
    elif option.get("default") is not None:
        made["default"] = option["default"]
    elif made["type"] in ("text", "textarea"):
        made["default"] = ""
    return made


def survey(variables, questions, options, defaults=None):
    """See DOCUMENTATION."""
    return {
        "name": "",
        "description": "",
        "spec": [
            asked(variable, questions[variable], options[variable], defaults or {})
            for variable in variables
        ],
    }


class FilterModule(object):
    """What Ansible loads."""

    def filters(self):
        """The filters by their names."""
        return {"survey": survey}
