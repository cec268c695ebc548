"""What ./dev package makes, used as it is by whoever gets it."""

import gzip
import hashlib
import json
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import tarfile
import time
import zipfile

import pytest
import yaml
from harness import CHECKOUT, COLLECTION

VERSION = yaml.safe_load((COLLECTION / "galaxy.yml").read_text())["version"]
COMMANDS = (
    "preflight plan binary_logs relay tasks vip inventory worker switchover rollback rescue gtid"
    " completion"
).split()
SOME = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5"


def run(*command, **options):
    """Runs a program that has to succeed; its output."""
    process = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
        **options,
    )
    assert process.returncode == 0, process.stdout
    return process.stdout


def package(folder, **variables):
    """Runs ./dev package FOLDER."""
    run(CHECKOUT / "dev", "package", folder, env=dict(os.environ, **variables))
    return folder


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The folder with all packages."""
    return package(tmp_path_factory.mktemp("package") / "new")


@pytest.fixture(scope="module")
def unpacked(packages, tmp_path_factory):
    """The command line as the tar.gz has it."""
    folder = tmp_path_factory.mktemp("unpacked")
    run("tar", "-xzf", packages / f"dm-switch-{VERSION}.tar.gz", "-C", folder)
    return folder / f"dm-switch-{VERSION}"


@pytest.fixture(scope="module")
def debian(packages, tmp_path_factory):
    """The root folder of a Debian into which dpkg has installed the .deb."""
    root = tmp_path_factory.mktemp("debian")
    for folder in ("info", "updates", "triggers"):
        (root / "var/lib/dpkg" / folder).mkdir(parents=True)
    for name in ("status", "available"):
        (root / "var/lib/dpkg" / name).touch()
    run(
        "dpkg",
        "--force-not-root",
        "--force-depends",
        "--log=" + str(root / "log"),
        "--root=" + str(root),
        "--install",
        packages / f"dm-switch_{VERSION}_all.deb",
    )
    return root


def digest(path):
    """As sha256sum says it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digests(folder):
    """Of every file in a folder."""
    return {path.name: digest(path) for path in folder.iterdir()}


def test_the_sums_are_of_all_that_is_there(packages):
    lines = (packages / "SHA256SUMS").read_text().splitlines()
    sums = {name: value for value, name in (line.split("  ") for line in lines)}
    there = digests(packages)
    del there["SHA256SUMS"]
    assert sums == there
    assert sorted(there) == sorted(
        [
            f"dmswitch-upstream-{VERSION}.tar.gz",
            f"dm-switch-awx-{VERSION}.tar.gz",
            f"dm-switch-{VERSION}.tar.gz",
            f"dm-switch-{VERSION}-src.tar.gz",
            f"dm-switch_{VERSION}_all.deb",
            f"dm-switch-{VERSION}.cdx.json",
        ]
    )
    assert (packages / f"dmswitch-upstream-{VERSION}.tar.gz").stat().st_size < 20e6


def test_the_same_sources_make_the_same_bytes(packages, tmp_path):
    again = package(tmp_path / "new", TZ="Asia/Tokyo", LC_ALL="C", SOURCE_DATE_EPOCH="1")
    assert digests(again) == digests(packages)


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    process = subprocess.run(
        [str(CHECKOUT / "dev"), "package", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 3
    assert f"{tmp_path} is there already" in process.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["unpacked", "installed"])
def test_the_command_runs_from_its_place_and_through_a_link(how, unpacked, debian, tmp_path):
    program = {"unpacked": unpacked / "bin", "installed": debian / "usr/bin"}[how] / "dm-switch"
    link = tmp_path / "dm-switch"
    link.symlink_to(program)
    for name in (program, link):
        assert run(name, "--version") == f"dm-switch {VERSION}\n"
        assert json.loads(run(name, "gtid", "contains", SOME, SOME)) == dict(
            result=True, missing=[]
        )


def test_its_status_is_that_of_the_backend(unpacked):
    process = subprocess.run(
        [str(unpacked / "bin/dm-switch"), "gtid", "contains", "", SOME],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 1
    assert json.loads(process.stdout) == dict(result=False, missing=[SOME])


def test_a_java_that_is_too_old_is_passed_over(unpacked, tmp_path):
    home = tmp_path / "java"
    (home / "bin").mkdir(parents=True)
    (home / "release").write_text('IMPLEMENTOR="Debian"\nJAVA_VERSION="1.8.0_402"\n')
    java = home / "bin/java"
    java.write_text("#!/bin/sh\necho too old\n")
    java.chmod(0o755)
    env = dict(os.environ, JAVA_HOME=str(home))
    assert run(unpacked / "bin/dm-switch", "--version", env=env) == f"dm-switch {VERSION}\n"


def test_without_its_jar_the_command_says_so(unpacked, tmp_path):
    copy = tmp_path / "bin/dm-switch"
    copy.parent.mkdir()
    shutil.copy(unpacked / "bin/dm-switch", copy)
    process = subprocess.run(
        [str(copy), "--version"], capture_output=True, text=True, timeout=60, check=False
    )
    assert process.returncode == 3
    assert "dm-switch.jar is not there\n  wanted: " in process.stderr
    assert "\n  next:   " in process.stderr


def test_dpkg_finds_every_file_as_it_was_and_takes_all_away(debian, packages):
    root = "--root=" + str(debian)
    assert run("dpkg", root, "--verify", "dm-switch") == ""
    status = run("dpkg", root, "--status", "dm-switch")
    assert f"\nVersion: {VERSION}\n" in status
    assert "\nDepends: openjdk-17-jre-headless | java17-runtime-headless\n" in status
    modes = run("dpkg", "--contents", packages / f"dm-switch_{VERSION}_all.deb").splitlines()
    executable = [line for line in modes if line.startswith("-rwx")]
    assert len(executable) == 1 and executable[0].endswith(" ./usr/bin/dm-switch")
    assert all(" root/root " in line for line in modes)


def test_each_command_has_a_man_page_with_its_options(unpacked, debian):
    for place in (unpacked / "share", debian / "usr/share"):
        pages = {
            path.name: gzip.decompress(path.read_bytes()).decode()
            for path in (place / "man/man1").iterdir()
        }
        assert {f"dm-switch-{command}.1.gz" for command in COMMANDS} < set(pages)
        main = pages["dm-switch.1.gz"]
        assert main.startswith("'\\\" t\n.\\\"     Title: dm-switch\n")
        for words in ("refused: a condition does not hold", *(f"\n\\fB{c}\\fP\n" for c in COMMANDS)):
            assert words in main
        assert "\\-\\-flavor" in pages["dm-switch-gtid-contains.1.gz"]


# ---- completion ----------------------------------------------------------------------------------


def test_bash_completes(debian):
    script = debian / "usr/share/bash-completion/completions/dm-switch"
    words = run(
        "bash",
        "-c",
        'source "$1"; COMP_WORDS=(dm-switch gtid con) COMP_CWORD=2; _complete_dm-switch;'
        ' echo "${COMPREPLY[@]}"',
        "-",
        script,
    )
    assert words.split() == ["contains"]


def test_fish_completes(debian, tmp_path):
    script = debian / "usr/share/fish/vendor_completions.d/dm-switch.fish"

    def complete(line):
        command = f'source {script}; complete -C "{line}"'
        lines = run("fish", "--no-config", "-c", command, env=dict(os.environ, HOME=str(tmp_path)))
        return [line.split("\t")[0] for line in lines.splitlines()]

    assert complete("dm-switch ") == sorted(COMMANDS)
    assert complete("dm-switch gtid ") == ["contains", "eval"]
    assert complete("dm-switch gtid contains --f") == ["--flavor"]
    # An option that takes a value.
    assert "--dry-run" not in complete("dm-switch inventory set --worker ")


def test_zsh_completes_from_the_first_tab(debian, tmp_path):
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", HOME=str(tmp_path), ZDOTDIR=str(tmp_path))
        os.execvp("zsh", ["zsh", "-f", "-i"])

    def type_and_await(text, wanted):
        os.write(terminal, text.encode())
        seen, deadline = "", time.monotonic() + 60
        while wanted not in seen:
            ready, _, _ = select.select([terminal], [], [], max(0, deadline - time.monotonic()))
            assert ready, seen
            seen += os.read(terminal, 65536).decode()

    folder = debian / "usr/share/zsh/vendor-completions"
    try:
        type_and_await(
            f"fpath=({folder} $fpath); autoload -U compinit; compinit -u -D; echo rea''dy\n",
            "\nready",
        )
        type_and_await("dm-switch gtid cont\t", "contains")
        type_and_await("--fl\t", "avor")
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)


# ---- what it is made of --------------------------------------------------------------------------


def test_the_sbom_names_what_is_in_the_jar(packages, unpacked):
    with zipfile.ZipFile(unpacked / "share/dm-switch/dm-switch.jar") as jar:
        in_jar = {
            re.search("^artifactId=(.*)$", text, re.MULTILINE)
            .group(1)
            .strip(): re.search("^version=(.*)$", text, re.MULTILINE)
            .group(1)
            .strip()
            for text in (
                jar.read(name).decode()
                for name in jar.namelist()
                if re.fullmatch("META-INF/maven/.*/pom.properties", name)
            )
        }
    assert in_jar.pop("dm-switch") == VERSION
    sbom = json.loads((packages / f"dm-switch-{VERSION}.cdx.json").read_text())
    assert (sbom["bomFormat"], sbom["metadata"]["component"]["version"]) == ("CycloneDX", VERSION)
    named = {part["name"]: part["version"] for part in sbom["components"]}
    assert in_jar.items() <= named.items()
    # One that Gradle builds has no such file.
    assert set(named) - set(in_jar) <= {"picocli", "mysql-connector-j", "re2j", "snakeyaml"}
    assert all(part["licenses"] for part in sbom["components"])


# ---- a project for AWX ---------------------------------------------------------------------------


def test_the_awx_project_has_our_playbooks_and_the_collection_as_it_was_built(packages, tmp_path):
    folder = tmp_path
    run("tar", "-xzf", packages / f"dm-switch-awx-{VERSION}.tar.gz", "-C", folder)
    of_collection = {
        path.name
        for path in (COLLECTION / "playbooks").glob("*.yml")
        if "-" not in path.name
    }
    assert {path.name for path in folder.glob("*.yml")} == of_collection
    place = folder / "collections/ansible_collections/dmswitch/upstream"
    with tarfile.open(packages / f"dmswitch-upstream-{VERSION}.tar.gz") as entries:
        for entry in entries:
            if entry.isfile():
                content = entries.extractfile(entry).read()
                assert (place / entry.name).read_bytes() == content, entry.name
    listed = json.loads((place / "FILES.json").read_text())["files"]
    for entry in listed:
        if entry["ftype"] == "file":
            assert digest(pathlib.Path(place / entry["name"])) == entry["chksum_sha256"]
    manifest = json.loads((place / "MANIFEST.json").read_text())
    assert digest(place / "FILES.json") == manifest["file_manifest_file"]["chksum_sha256"]
