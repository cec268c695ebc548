"""inventory.example.ini is one that Ansible reads as its comments say."""

import json
import pathlib
import subprocess
import sys

from harness import CHECKOUT, environment

INVENTORY = CHECKOUT / "inventory.example.ini"


def test_ansible_reads_from_it_what_dm_ansible_needs():
    command = [
        pathlib.Path(sys.executable).parent / "ansible-inventory",
        "-i",
        INVENTORY,
        "--list",
    ]
    listed = json.loads(
        subprocess.run(command, env=environment(), capture_output=True, check=True).stdout
    )
    workers = listed["dm_worker_servers"]["hosts"]
    assert workers == ["dm_worker1", "dm_worker2_1", "dm_worker2_2"]
    hosts = listed["_meta"]["hostvars"]
    for worker in workers:
        # Text: a Python True would be written into dm-worker.toml as one, which TOML cannot read.
        assert hosts[worker]["enable_gtid"] == "true"
        assert hosts[worker]["mysql_port"] == 3306
    # What DM-Ansible demands to be different from worker to worker.
    for name in ("server_id", "source_id", "deploy_dir"):
        assert len({hosts[worker][name] for worker in workers}) == len(workers)
    for group in ("dm_master_servers", "prometheus_servers", "grafana_servers"):
        assert len(listed[group]["hosts"]) == 1
