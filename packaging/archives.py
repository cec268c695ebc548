#!/usr/bin/env python3
"""Makes archives of the collection whose bytes depend on its content alone.

archives.py BUILT FOLDER: BUILT is the tarball that `ansible-galaxy collection build` made. Writes to
FOLDER the same collection under the same name (galaxy takes its order from the file system, and its
times from the clock), and dm-switch-awx-VERSION.tar.gz, a project for AWX.
"""

import gzip
import hashlib
import io
import json
import pathlib
import sys
import tarfile

# Of everything in our archives: project.build.outputTimestamp in pom.xml.
TIME = 1767225600
PLAYBOOK = """\
---
# A playbook of the collection, by the name under which AWX offers it.
- name: {title}
  ansible.builtin.import_playbook: {fqcn}
"""


def read(archive):
    """Its files: contents by name."""
    with tarfile.open(archive) as entries:
        return {
            entry.name: entries.extractfile(entry).read() for entry in entries if entry.isfile()
        }


def as_json(value):
    """As ansible-galaxy writes it."""
    return json.dumps(value, indent=True).encode()


def in_order(files):
    """The files of a collection, those that name the others in a fixed order."""
    listed = json.loads(files["FILES.json"])
    listed["files"].sort(key=lambda entry: entry["name"])
    manifest = json.loads(files["MANIFEST.json"])
    result = dict(files)
    result["FILES.json"] = as_json(listed)
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(
        result["FILES.json"]
    ).hexdigest()
    result["MANIFEST.json"] = as_json(manifest)
    return result


def awx_project(collection, version):
    """What AWX unpacks from a remote archive: the playbooks at its top, the collection beside."""
    manifest = json.loads(collection["MANIFEST.json"])["collection_info"]
    fqcn = manifest["namespace"] + "." + manifest["name"]
    place = f"collections/ansible_collections/{manifest['namespace']}/{manifest['name']}/"
    project = {place + name: content for name, content in collection.items()}
    for name in collection:
        path = pathlib.PurePosixPath(name)
        # One with a dash has no full name, and is another name of one that has.
        if str(path.parent) == "playbooks" and path.suffix == ".yml" and "-" not in path.stem:
            text = PLAYBOOK.format(
                title=path.stem.replace("_", " ").capitalize(), fqcn=f"{fqcn}.{path.stem}"
            )
            project[path.name] = text.encode()
    project["README.md"] = (
        f"dm-switch {version} as a project of AWX: docs/awx.md in {manifest['repository']}\n"
    ).encode()
    return project


def write(archive, files):
    """A tar.gz with the same bytes for the same files."""
    folders = {
        str(parent)
        for name in files
        for parent in pathlib.PurePosixPath(name).parents
        if str(parent) != "."
    }
    with open(archive, "wb") as out:
        with gzip.GzipFile("", "wb", fileobj=out, mtime=0) as packed:
            with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as entries:
                for name in sorted(folders | set(files)):
                    entry = tarfile.TarInfo(name)
                    entry.mtime = TIME
                    entry.uname = entry.gname = "root"
                    if name in folders:
                        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                        entries.addfile(entry)
                    else:
                        entry.mode, entry.size = 0o644, len(files[name])
                        entries.addfile(entry, io.BytesIO(files[name]))


def main(built, folder):
    """See the module's text."""
    built, folder = pathlib.Path(built), pathlib.Path(folder)
    collection = in_order(read(built))
    version = json.loads(collection["MANIFEST.json"])["collection_info"]["version"]
    write(folder / built.name, collection)
    write(folder / f"dm-switch-awx-{version}.tar.gz", awx_project(collection, version))


if __name__ == "__main__":
    main(*sys.argv[1:])
