"""Every shared case of keys and hosts: what the server takes, beside what OpenSSH takes."""

import json

import pytest

from conftest import USERS
from machine import run
from muster import REPOSITORY

VECTORS = REPOSITORY / "Tests/MusterCoreTests/Vectors"
KEYS = json.loads((VECTORS / "ssh-keys.json").read_text())
HOSTS = json.loads((VECTORS / "hosts.json").read_text())


@pytest.mark.parametrize("case", KEYS, ids=lambda case: case["name"])
def test_a_key_is_taken_only_if_it_should_be_and_openssh_takes_it(machine, muster, person, case):
    line = f"{case['type']} {case['key']}"
    file = machine.scratch / "case.pub"
    file.write_text(line + " case\n")
    listed = run("ssh-keygen", "-lf", file)
    assert (listed.returncode == 0) == (case["openssh"] == "OK")
    user = person(account=False, key=None)
    answer = muster.request("POST", f"{USERS}/{user.id}/keys", json={"key": line})
    if case["expect"] == "OK":
        assert answer.status_code == 201, answer.text
        assert answer.json()["fingerprint"] == case["fingerprint"]
        assert listed.stdout.split()[1].decode() == case["fingerprint"]
    else:
        assert answer.status_code == 422 and answer.json()["error"]["type"] == "ValueError"
        assert muster.request("GET", f"{USERS}/{user.id}/keys").json() == {"keys": []}


def test_what_openssh_takes_and_the_server_refuses_is_known(machine):
    """Differences on purpose. One more or less: somebody has changed a rule, here or there."""
    stricter = {case["name"] for case in KEYS if case["openssh"] == "OK" and case["expect"] != "OK"}
    assert stricter == {
        "valid dsa",
        "valid rsa1024",
        "rsa non-minimal e (00 01 00 01)",
        "rsa e=1",
        "rsa even n",
        "sk-ed25519 empty application",
    }
    assert not [case for case in KEYS if case["openssh"] != "OK" and case["expect"] == "OK"]


@pytest.mark.parametrize("case", HOSTS["canonicalise"], ids=lambda case: repr(case[0]))
def test_a_host_is_kept_in_its_canonical_form_or_refused(muster, person, case):
    user = person(account=False, key=None)
    answer = muster.request("PATCH", f"{USERS}/{user.id}", json={"hosts": [case[0]]})
    if case[1] is None:
        assert answer.status_code == 422 and answer.json()["error"]["field"] == "hosts"
        assert muster.request("GET", f"{USERS}/{user.id}").json()["hosts"] == []
    else:
        assert answer.status_code == 200 and answer.json()["hosts"] == [case[1]]
