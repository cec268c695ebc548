"""The modules over the real backend, with what needs neither DM nor MySQL."""

import json
import os
import shutil
import subprocess

import pytest
from harness import CHECKOUT, JAR, run_module

from ansible_collections.dmswitch.upstream.plugins.module_utils import backend


@pytest.fixture
def switch(tmp_path):
    """A DM-Ansible directory with an inventory and nothing else."""
    (tmp_path / "inventory.ini").write_text(
        "[dm_worker_servers]\ndm_worker1 ansible_host=10.0.0.72\n"
    )
    return dict(
        dm_ansible_dir=str(tmp_path),
        dm_worker="dm_worker1",
        new_mysql_host="10.0.1.12",
        new_mysql_port=3306,
        new_mysql_password="s3cret-Of-The-Test",
        backend_jar=str(JAR),
    )


@pytest.mark.parametrize(
    "name, bad, found",
    [
        # The rest is the same code for both.
        ("preflight", dict(new_mysql_port="33o6"), "new_mysql_port is '33o6'"),
        ("plan", dict(new_mysql_port="33o6"), "new_mysql_port is '33o6'"),
        ("plan", dict(new_mysql_port=0), "new_mysql_port is '0'"),
        ("plan", dict(new_mysql_port=65536), "new_mysql_port is '65536'"),
        ("plan", dict(new_mysql_host=""), "new_mysql_host is empty"),
        ("plan", dict(new_mysql_host="db:3306"), "'db:3306' has a colon or brackets"),
        ("plan", dict(dm_worker=" "), "dm_worker is empty"),
        ("plan", dict(dm_ansible_dir="/no/such/folder"), "/no/such/folder"),
        ("plan", dict(catch_up_timeout=0), "catch_up_timeout is 0"),
    ],
)
def test_bad_input_is_wrong_use_and_leaves_nothing_behind(switch, tmp_path, name, bad, found):
    result = run_module(name, dict(switch, **bad))
    assert result["failed"] is True
    assert (result["rc"], result["problem"]["exit_code"]) == (2, "wrong_use")
    assert found in result["problem"]["found"]
    assert result["problem"]["wanted"] and result["problem"]["next"]
    assert [path.name for path in tmp_path.iterdir()] == ["inventory.ini"]


def test_names_are_utf8_in_any_locale(switch, tmp_path, monkeypatch):
    """Through a real ansible too, which reads the folder and its inventory."""
    for name in ("LC_CTYPE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C")
    folder = tmp_path / "\u6570\u636e\u8fc1\u79fb"
    original = CHECKOUT / "java/src/test/resources/dmswitch/dmansible/dm-ansible"
    shutil.copytree(original, folder)
    (folder / "rolling_update.yml.in").rename(folder / "rolling_update.yml")
    inventory = folder / "inventory.ini"
    inventory.write_text(
        inventory.read_text().replace("@FOLDER@", str(folder)).replace("10.1.1.1", "\u6570.example")
    )
    binaries = folder / "resources/bin"
    binaries.mkdir(parents=True)
    for name in ("dm-worker", "mydumper"):
        (binaries / name).write_text("")
    switch.update(
        dm_ansible_dir=str(folder),
        dm_worker="dm-worker1",
        dm_ansible_playbook=str(CHECKOUT / ".cache/dm-ansible-venv/bin/ansible-playbook"),
        new_mysql_ssl_ca="\u8ba2\u5355\u5e93.pem",
    )
    result = run_module("preflight", switch)
    checks = {check["name"]: check for check in result["checks"]}
    assert [
        (name, checks[name]["found"])
        for name in ("inventory_reads", "inventory_trial", "rolling_upgrade")
        if checks[name]["outcome"] != "passed"
    ] == []


@pytest.mark.parametrize(
    "name, options",
    [
        ("binary_logs", dict(server="current")),
        ("relay", dict(state="fenced")),
        ("tasks", dict(state="stopped")),
        ("inventory", {}),
        ("worker", {}),
        ("switchover", dict(state="finished")),
    ],
)
def test_a_step_without_a_plan_is_refused(switch, tmp_path, name, options):
    result = run_module(name, dict(switch, **options))
    assert (result["rc"], result["problem"]["exit_code"]) == (2, "wrong_use")
    assert [path.name for path in tmp_path.iterdir()] == ["inventory.ini"]


@pytest.mark.parametrize(
    "name, options",
    [
        ("binary_logs", dict(server="new")),
        ("relay", dict(state="fenced")),
        ("relay", dict(state="observed")),
        ("relay", dict(state="running")),
        ("tasks", dict(state="drained")),
        ("tasks", dict(state="stopped")),
        ("tasks", dict(state="running")),
        ("inventory", {}),
        ("worker", {}),
        ("switchover", dict(state="verified")),
    ],
)
def test_in_check_mode_a_step_without_a_switch_changes_nothing(switch, tmp_path, name, options):
    result = run_module(name, dict(switch, run_id="r", **options), check_mode=True)
    assert "failed" not in result
    assert result["changed"] is False
    assert "check mode" in result["msg"]
    assert [path.name for path in tmp_path.iterdir()] == ["inventory.ini"]


def test_the_class_archive_is_of_this_jar_and_java():
    command = [backend.find_java(os.environ)] + backend.jvm_options(str(JAR))
    assert f"-XX:SharedArchiveFile={JAR.with_suffix('.jsa')}" in command
    # With -Xshare:on Java ends where it cannot use it.
    run = subprocess.run(
        command + ["-Xshare:on", "-jar", str(JAR), "--help"], capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("archive", [None, b"", b"no archive" * 1000])
def test_without_a_class_archive_that_fits_all_is_the_same(tmp_path, archive):
    jar = tmp_path / "j.jar"
    shutil.copyfile(JAR, jar)
    if archive is not None:
        jar.with_suffix(".jsa").write_bytes(archive)
    command = [backend.find_java(os.environ)] + backend.jvm_options(str(jar)) + ["-jar", str(jar)]
    run = subprocess.run(command + ["plan", "written"], input="{}", capture_output=True, text=True)
    assert run.returncode == 2
    assert json.loads(run.stdout)["problem"]["exit_code"] == "wrong_use"
    assert "jsa" not in run.stderr and "archive" not in run.stderr
