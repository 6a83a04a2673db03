"""The names of attributes that Muster knows are those of FreeRADIUS' own dictionaries."""

import re
from pathlib import Path

from muster import REPOSITORY

TABLE = REPOSITORY / "Sources/MusterServer/RadiusAttribute.swift"
DICTIONARIES = Path("/usr/share/freeradius")
KINDS = {"integer": {"integer", "short", "byte"}, "string": {"string"}, "octets": {"octets"}}


def known():
    return dict(re.findall(r'\("([\w-]+)", \.(\w+)\)', TABLE.read_text()))


def test_every_name_is_in_a_dictionary_and_of_its_kind():
    there = {}
    for file in DICTIONARIES.glob("dictionary*"):
        for line in file.read_text(errors="replace").splitlines():
            words = line.split()
            if len(words) >= 4 and words[0] == "ATTRIBUTE":
                there.setdefault(words[1], set()).add(words[3].split("[")[0])
    assert len(known()) > 20
    wrong = {name: there.get(name) for name, kind in known().items() if not there.get(name, set()) & KINDS[kind]}
    assert not wrong


def test_a_name_that_is_in_none_is_told_when_the_server_starts(muster):
    lines = [line for line in muster.log().splitlines() if "radius.attributesFile" in line]
    assert lines and all("level=warning" in line and "Nobodys-Attribute" in line for line in lines), lines


def test_every_name_of_the_document_is_known():
    text = (REPOSITORY / "docs/radius.md").read_text()
    named = set(re.findall(r'`"([A-Z][\w]*-[\w-]+)":', text))
    assert len(named) > 10 and named <= set(known()), named - set(known())
