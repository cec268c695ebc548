"""Reads inventories with Ansible's own parser.

stdin: one path a line. stdout: for each a line of JSON, {host: {variable: [type, value]}},
or {"error": text}. Variables are those that ansible-inventory would show, from all of Ansible's
sources for a host: its lines, group and host variables, group_vars and host_vars.
"""
import json
import sys

from ansible.inventory.manager import InventoryManager
from ansible.parsing import vault
from ansible.parsing.dataloader import DataLoader
from ansible.vars.manager import VariableManager

# Of the vaulted values in RandomInventory.
VAULT_SECRETS = [("default", vault.VaultSecret(b"oracle"))]
if hasattr(vault, "VaultSecretsContext"):
    vault.VaultSecretsContext.initialize(vault.VaultSecretsContext(VAULT_SECRETS))

MAGIC = {
    "ansible_config_file", "ansible_facts", "ansible_playbook_python", "ansible_version",
    "group_names", "groups", "inventory_dir", "inventory_file", "inventory_hostname",
    "inventory_hostname_short", "omit", "playbook_dir",
}


def read(path):
    loader = DataLoader()
    loader.set_vault_secrets(VAULT_SECRETS)
    inventory = InventoryManager(loader=loader, sources=[path])
    if not inventory.get_hosts():
        return {"error": "no hosts"}
    manager = VariableManager(loader=loader, inventory=inventory)
    hosts = {}
    for host in inventory.get_hosts():
        variables = manager.get_vars(host=host, include_hostvars=False)
        hosts[text(host.name)] = {
            text(name): [type_name(value), text(value)]
            for name, value in variables.items() if name not in MAGIC
        }
        hosts[text(host.name)][":groups"] = ["list", sorted(text(g.name) for g in host.get_groups())]
    return hosts


def text(value):
    # A byte that is no UTF-8 is a lone surrogate to Ansible, which JSON cannot carry.
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8")


def type_name(value):
    # Newer Ansibles tag values; the type after the tag counts.
    for base in (bool, int, float, str, list, dict):
        if isinstance(value, base):
            return base.__name__
    return type(value).__name__


for line in sys.stdin:
    try:
        answer = read(line.rstrip("\n"))
    except Exception as e:
        answer = {"error": type(e).__name__ + ": " + str(e)}
    sys.stdout.write(json.dumps(answer) + "\n")
