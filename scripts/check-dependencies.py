#!/usr/bin/env python3
"""Promises that no target declares a dependency that none of its files imports, and no package one that no target uses.

Usage: check-dependencies.py [folder of a package, this one if unset]

What is imported and not declared is refused by the compiler (`--explicit-target-dependency-import-check error`). A product
is taken to have one module of its own name, as all those have that this package uses.
"""

import json
import pathlib
import re
import subprocess
import sys

HOUSE = pathlib.Path(__file__).resolve().parent.parent
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)\n]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?(?:@\w+\s+)*"
    r"import\s+(?:(?:struct|class|enum|protocol|actor|func|var|let|typealias)\s+)?(\w+)",
    re.MULTILINE,
)
INCLUDE = re.compile(r"^\s*#\s*include\s+[<\"](\w+)", re.MULTILINE)
PATTERNS = {".swift": IMPORT, ".c": INCLUDE, ".h": INCLUDE}


def manifest(package):
    """What a package declares, as SwiftPM reads it."""
    command = ["swift", "package", "--package-path", str(package), "dump-package"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def folder(package, target):
    """Where the sources of a target are."""
    usual = "Tests" if target["type"] == "test" else "Sources"
    return package / (target.get("path") or f"{usual}/{target['name']}")


def used(sources):
    """The modules that the files of a target import."""
    modules = set()
    for file in sources.rglob("*"):
        pattern = PATTERNS.get(file.suffix)
        if pattern:
            modules.update(pattern.findall(file.read_text(encoding="utf-8")))
    return modules


def declared(target):
    """The dependencies of a target: the name of each, and the package that it is a product of, if it is one's."""
    for dependency in target["dependencies"]:
        if "product" in dependency:
            name, package = dependency["product"][:2]
            yield name, package
        else:
            (name, *_), = dependency.values()
            yield name, None


def faults(package):
    """One sentence for each dependency that is declared and not used."""
    found = manifest(package)
    packages = set()
    for target in found["targets"]:
        sources = folder(package, target)
        if not sources.is_dir():
            yield f"{target['name']}: {sources} is not there"
            continue
        modules = used(sources)
        for name, owner in declared(target):
            if owner:
                packages.add(owner.lower())
            if name not in modules:
                yield f"{target['name']} depends on {name} and imports it nowhere; take it out of its dependencies"
    for dependency in found["dependencies"]:
        (description, *_), = dependency.values()
        if description["identity"] not in packages:
            yield f"no target uses a product of the package {description['identity']}; take it out"


def main(arguments):
    package = pathlib.Path(arguments[0]) if arguments else HOUSE
    verdict = 0
    for fault in faults(package):
        print(f"{package / 'Package.swift'}: {fault}", file=sys.stderr)
        verdict = 1
    return verdict


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
