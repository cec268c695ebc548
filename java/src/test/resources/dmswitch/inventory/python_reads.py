"""Answers how Python and Ansible read single strings.

stdin: a line of JSON [what, text] each; stdout: a line of JSON each.
"""
import ast
import json
import shlex
import sys
import warnings

from ansible.parsing.utils.addresses import parse_address
from ansible.plugins.inventory import detect_range, expand_hostname_range

warnings.simplefilter("ignore")


def words(text):
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return None


def literal(text):
    """["itself"], or [type, str] of what literal_eval makes of it."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return ["itself"]
    except Exception as e:
        return ["error", type(e).__name__]
    return [type(value).__name__, str(value)]


def hosts(text):
    try:
        pattern, _ = parse_address(text, allow_ranges=True)
    except Exception:
        pattern = text
    try:
        return expand_hostname_range(pattern) if detect_range(pattern) else [pattern]
    except Exception:
        return None


ANSWERS = {
    "words": words,
    "literal": literal,
    "hosts": hosts,
    "lines": lambda text: [[line, line.strip()] for line in text.splitlines()],
}

for line in sys.stdin:
    what, text = json.loads(line)
    sys.stdout.write(json.dumps(ANSWERS[what](text)) + "\n")
