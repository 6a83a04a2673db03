#!/usr/bin/env python3
"""Writes the list of what a Muster binary is made of (CycloneDX 1.5 JSON) to standard output.

Usage: sbom.py VERSION BINARY [PACKAGE.RESOLVED]

Swift packages come from Package.resolved, C libraries from the binary and dpkg, which knows whose they are."""

import hashlib
import json
import pathlib
import re
import subprocess
import sys
import uuid

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
# The first words of licences, as they stand in the packages' files.
LICENSES = {"Apache License": "Apache-2.0", "MIT License": "MIT"}


def fail(sentence):
    sys.exit(f"sbom: {sentence}")


def license_of(identity):
    """The SPDX name of a package's licence, from its checkout; None where that is not there or says nothing known."""
    for folder in (REPOSITORY / ".build/checkouts").glob("*"):
        if folder.name.lower() == identity:
            for file in sorted(folder.glob("LICENSE*")):
                start = file.read_text(errors="replace")[:400]
                return next((name for words, name in LICENSES.items() if words in start), None)
    return None


def swift_packages(resolved):
    """One component for each package that Package.resolved pins."""
    try:
        pins = sorted(json.loads(resolved.read_text())["pins"], key=lambda pin: pin["identity"])
    except FileNotFoundError:
        fail(f"there is no {resolved}; build first, which writes it")
    except (ValueError, KeyError, TypeError):
        fail(f"{resolved} is no list of packages that Swift has written")
    for pin in pins:
        place, state = pin["location"].removesuffix(".git"), pin["state"]
        version = state.get("version") or state["revision"]
        component = {
            "type": "library",
            "bom-ref": f"swift:{pin['identity']}",
            "name": pin["identity"],
            "version": version,
            "purl": f"pkg:swift/{place.split('://')[-1]}@{version}",
            "externalReferences": [{"type": "vcs", "url": place}],
            "properties": [{"name": "muster:revision", "value": state["revision"]}],
        }
        if license := license_of(pin["identity"]):
            component["licenses"] = [{"license": {"id": license}}]
        yield component


def query(*words):
    return subprocess.run(words, capture_output=True, text=True, check=False)


def c_libraries(binary):
    """One component for each Debian package from which the binary takes libraries."""
    seen = {}
    for line in query("ldd", binary).stdout.splitlines():
        path = next((word for word in line.split() if word.startswith("/")), None)
        if path is None:
            continue
        # A merged /usr: dpkg may know a file by either name.
        names = {path, str(pathlib.Path(path).resolve()), re.sub("^/usr", "", path), "/usr" + path}
        for name in sorted(names):
            owner = query("dpkg-query", "--search", name)
            if owner.returncode == 0:
                package = owner.stdout.split(": ")[0].split(",")[0]
                seen.setdefault(package, set()).add(pathlib.Path(path).name)
                break
        else:
            fail(f"no Debian package has {path}, which the program needs")
    for package, files in sorted(seen.items()):
        name, version, architecture = query(
            "dpkg-query", "--show", "--showformat=${Package} ${Version} ${Architecture}", package
        ).stdout.split()
        yield {
            "type": "library",
            "bom-ref": f"deb:{name}",
            "name": name,
            "version": version,
            "purl": f"pkg:deb/debian/{name}@{version}?arch={architecture}",
            "properties": [{"name": "muster:file", "value": file} for file in sorted(files)],
        }


def main():
    if len(sys.argv) not in (3, 4):
        fail(__doc__.splitlines()[2].removeprefix("Usage: "))
    version, binary = sys.argv[1:3]
    resolved = pathlib.Path(sys.argv[3] if len(sys.argv) == 4 else REPOSITORY / "Package.resolved")
    if not pathlib.Path(binary).is_file():
        fail(f"there is no program {binary}")
    digest = hashlib.sha256(pathlib.Path(binary).read_bytes()).hexdigest()
    components = [*swift_packages(resolved), *c_libraries(binary)]
    program = {
        "type": "application",
        "bom-ref": "muster",
        "name": "muster",
        "version": version,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
    }
    # The same program has the same list, and so the same number.
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest + json.dumps(components))}",
        "version": 1,
        "metadata": {"component": program},
        "components": components,
        "dependencies": [
            {"ref": "muster", "dependsOn": [component["bom-ref"] for component in components]}
        ],
    }
    json.dump(document, sys.stdout, indent=2)
    print()


main()
