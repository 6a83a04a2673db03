"""The file that says what devices are told of users, as `muster check` reads it."""

import json

import pytest
from folders import found
from machine import Machine


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A machine without a server, with a directory `data`."""
    machine = Machine(tmp_path_factory.mktemp("alone"))
    found(machine)
    return machine


OPTIONS = "--data-dir data --set radius.enabled=true --set radius.attributesFile=radius.json"


def rule(**members):
    return json.dumps([{"attributes": {"Cisco-AVPair": "x"}} | members])


@pytest.mark.parametrize(
    "text, told",
    [
        ("{", "it is not JSON: "),
        ("{}", "it must hold an array of at most 1000 rules"),
        (" " * 262145, "it has more than 262144 bytes"),
        ("[1]", "rule 1 must be an object"),
        ("[{}]", "rule 1 must have an object attributes that is not empty"),
        (rule(roles=64), "rule 1 has a member "),
        (rule(client=""), "rule 1 must have a text as client"),
        (rule(role=65), "rule 1 must have one of 0, 16, 24, 32, 40, 64 as role"),
        (rule(mask=8), "rule 1 must have an object with read, write and liveview as mask"),
        (rule(mask={"read": -1}), "rule 1 must have whole numbers from 0 in mask"),
        (rule(mask={"user": 1}), "rule 1 must have none but read, write and liveview in mask"),
        (rule(attributes={"A B": "x"}), "rule 1 has an attribute "),
        (rule(attributes={"State": "x"}), "rule 1 must not have the attribute State"),
        (rule(attributes={"Cisco-AVPair": 15}), "rule 1 must have a text or a list of texts as Cisco-AVPair"),
        (rule(attributes={"Huawei-Exec-Privilege": "15"}), "rule 1 must have a whole number from 0 as Huawei-Exec-Privilege"),
        (rule(attributes={"Filter-Id": "x" * 254}), "rule 1 must have values of 1 to 253 bytes in Filter-Id"),
    ],
)
def test_a_file_that_is_none_is_refused(alone, text, told):
    (alone.work / "radius.json").write_text(text)
    said = alone.refusal(f"check {OPTIONS}", 78)
    assert "The setting radius.attributesFile (command line) names a file that is refused:" in said, said
    assert told in said, said


def test_names_that_no_dictionary_has_are_told(alone):
    (alone.work / "radius.json").write_text(rule(attributes={"Cisco-AVPear": "x", "Huawei-Exec-Privilege": 15}))
    findings = json.loads(alone.muster(f"check --format json {OPTIONS}"))
    told = (
        "radius.attributesFile names Cisco-AVPear, which Muster does not know. A RADIUS server leaves out what its "
        "dictionaries do not have. Look the name up there."
    )
    assert told in [finding["finding"] for finding in findings]
