#!/usr/bin/env python3
"""Writes the table of docs/configuration.md again from the settings' own table in the sources."""
import pathlib
import re

root = pathlib.Path(__file__).resolve().parent.parent
folder = root / "Sources/MusterCommands/Settings"
# In the order in which they are shown: the store comes first, and the log after what is sent.
service, log = (folder / "Setting.swift").read_text().split("private static let log")
parts = [(folder / f"Setting+{name}.swift").read_text() for name in ("Store", "LDAP", "Radius", "Delivery")]
source = parts[0] + service + "".join(parts[1:]) + log
page = root / "docs/configuration.md"
HEAD = "| setting | variable | value | default | meaning |\n|---|---|---|---|---|\n"
ENTRY = re.compile(
    r'Setting\(\s*key: "([^"]+)",\s*kind: (.+?),\s*fallback: (nil|"[^"]*"),'
    r'(?:\s*isSecret: true,)?\s*summary:\s*"([^"]+)"',
    re.S,
)


def variable(key):
    return "MUSTER_" + re.sub("([a-z])([A-Z])", r"\1_\2", key).replace(".", "_").upper()


def kind_of(text):
    bounds = re.match(r"\.number\((\S+?)\.\.\.(\S+?)\)", text)
    if bounds:
        return f"{bounds[1]} to {bounds[2]}".replace("_", "")
    return text.strip(".")


rows = []
for key, kind, fallback, summary in ENTRY.findall(source):
    shown = fallback.strip('"')
    default = "none" if shown in ("nil", "") else f"`{shown}`"
    rows.append(f"| `{key}` | `{variable(key)}` | {kind_of(kind.strip())} | {default} | {summary} |\n")

before, after = page.read_text().split(HEAD)
page.write_text(before + HEAD + "".join(rows) + after[after.index("\n## Notes") :])
print(f"{len(rows)} settings")
