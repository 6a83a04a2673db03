#!/usr/bin/env python3
"""Compares the list of what a program is made of with Package.resolved and with what the loader takes for it.

Usage: sbom_test.py LIST PACKAGE.RESOLVED [PROGRAM]"""

import json
import re
import subprocess
import sys

listed = json.load(open(sys.argv[1]))
assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.5")
assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", listed["serialNumber"])
components = listed["components"]
pins = {
    (pin["identity"], pin["state"].get("version") or pin["state"]["revision"])
    for pin in json.load(open(sys.argv[2]))["pins"]
}
swift = {(each["name"], each["version"]) for each in components if each["bom-ref"].startswith("swift:")}
assert swift == pins, (swift ^ pins)
assert len({each["bom-ref"] for each in components}) == len(components)
assert listed["dependencies"][0]["dependsOn"] == [each["bom-ref"] for each in components]
if len(sys.argv) > 3:
    needed = subprocess.run(["ldd", sys.argv[3]], check=True, capture_output=True, text=True).stdout
    names = {line.split()[0].split("/")[-1] for line in needed.splitlines() if "/" in line}
    files = {each["value"] for part in components for each in part["properties"] if each["name"] == "muster:file"}
    assert names <= files, names - files
print(f"sbom: {len(swift)} Swift packages, {len(components) - len(swift)} Debian packages")
