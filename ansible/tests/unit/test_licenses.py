"""Licences: of the collection, and of the parts of the jar that it ships."""

import json
import re
import zipfile

import pytest
import yaml
from harness import CHECKOUT, COLLECTION, JAR

OURS = "dmswitch"


class Part:
    """A part of the jar, as META-INF/NOTICE names it."""

    def __init__(self, block):
        self.fields = dict(re.findall(r"^(\w+) +(.*)$", block, re.MULTILINE))
        self.packages = self.fields["packages"].split(", ")
        self.artifact = re.search(r"\((.+):(.+)\)", self.fields["part"]).groups()

    def has(self, package):
        """Whether a package or one above it is named."""
        return any((package + ".").startswith(own + ".") for own in self.packages)


class Jar:
    """The names in the built jar, and its NOTICE."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as jar:
            self.files = {e.filename: e.file_size for e in jar.infolist() if not e.is_dir()}
            self.notice = jar.read("META-INF/NOTICE").decode()
            self.licence = jar.read("META-INF/LICENSE")
            self.versions = {
                name.split("/")[3]: re.search(r"^version=(\S+)", jar.read(name).decode(), re.M)[1]
                for name in self.files
                if name.endswith("/pom.properties")
            }
        self.parts = [Part(block) for block in re.findall(r"^part .*?\n\n", self.notice, re.M | re.S)]

    def packages(self):
        """Each package with a class, as Java names it."""
        for name in self.files:
            if name.endswith(".class"):
                yield re.sub(r"^META-INF/versions/\d+/", "", name).rpartition("/")[0].replace("/", ".")


@pytest.fixture(scope="module")
def jar():
    """See Jar."""
    return Jar(JAR)


def test_every_package_of_the_jar_belongs_to_a_part_that_its_notice_names(jar):
    foreign = {p for p in jar.packages() if not (p + ".").startswith(OURS + ".")}
    assert len(foreign) > 50
    of = {package: [part.artifact for part in jar.parts if part.has(package)] for package in foreign}
    assert {package: parts for package, parts in of.items() if len(parts) != 1} == {}


def test_every_part_of_the_notice_is_in_the_jar_with_its_licence(jar):
    packages = set(jar.packages())
    for part in jar.parts:
        assert any(part.has(package) for package in packages), part.fields
        assert part.fields["licence"] and part.fields["source"]
        place = part.fields["files"]
        texts = [n for n in jar.files if n == place or n.startswith(place) and place.endswith("/")]
        assert any("LICENSE" in name and jar.files[name] > 500 for name in texts), part.fields


def test_every_licence_in_the_jar_is_of_a_part_that_its_notice_names(jar):
    places = {part.fields["files"] for part in jar.parts} | {"META-INF/LICENSE", "META-INF/NOTICE"}
    found = [n for n in jar.files if re.search(r"LICEN[CS]E|NOTICE|COPYING|(^|/)INFO_", n)]
    found = [name for name in found if not name.endswith(".class")]
    assert len(found) > 10
    assert [n for n in found if n not in places and n.rpartition("/")[0] + "/" not in places] == []


def test_the_notice_has_the_versions_that_are_in_the_jar(jar):
    assert "${" not in jar.notice
    named = {part.artifact[1]: part.fields["version"] for part in jar.parts}
    own = jar.versions.pop("dm-switch")
    assert jar.notice.startswith(f"dm-switch {own}\n")
    assert len(jar.versions) > 4
    assert {name: named[name] for name in jar.versions} == jar.versions


def test_the_notice_names_each_library_that_the_build_puts_into_the_jar(jar):
    bom = json.loads((CHECKOUT / "java/target/dm-switch.cdx.json").read_text())
    assert {(c["group"], c["name"], c["version"]) for c in bom["components"]} == {
        (*part.artifact, part.fields["version"]) for part in jar.parts
    }


def test_the_connector_comes_with_its_exception_and_an_offer_of_its_source(jar):
    with zipfile.ZipFile(JAR) as entries:
        text = entries.read("META-INF/licenses/mysql-connector-j/LICENSE").decode()
    assert "The Universal FOSS Exception, Version 1.0" in text
    assert "GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991" in text
    assert "Written offer: for three years" in jar.notice


def test_checkout_collection_and_jar_have_the_same_licence(jar):
    text = (CHECKOUT / "LICENSE").read_bytes()
    assert b"Apache License\n                           Version 2.0, January 2004" in text
    assert (COLLECTION / "LICENSE").read_bytes() == jar.licence == text
    galaxy = yaml.safe_load((COLLECTION / "galaxy.yml").read_text())
    assert galaxy["license"] == ["Apache-2.0"]


# Ansible loads these into its own process, and its classes are under GPLv3.
IN_THE_CONTROLLER = ("action", "filter")


@pytest.mark.parametrize("path", sorted(COLLECTION.glob("plugins/*/*.py")), ids=lambda p: p.stem)
def test_every_plugin_names_its_licence(path):
    [licence] = re.findall(r"^# SPDX-License-Identifier: (.*)$", path.read_text(), re.MULTILINE)
    both = path.parent.name in IN_THE_CONTROLLER
    assert licence == ("Apache-2.0 OR GPL-3.0-or-later" if both else "Apache-2.0")
