"""What an administrator cannot do to its own account by a slip, and what a lost login says."""

import json

import pytest
from folders import CHEAP
from machine import Machine

from muster import Muster


@pytest.fixture(scope="module")
def own_server():
    with Muster(CHEAP) as server:
        yield server


@pytest.fixture
def own(own_server, tmp_path):
    return Machine(tmp_path / "own", own_server)


SHUT_OUT = (
    "These hosts would shut you out yourself: you come from 127.0.0.1. Name that place, too, or let another "
    "administrator do it."
)


@pytest.mark.parametrize(
    "line",
    [
        "users hosts set admin@example.com 10.0.0.0/8",
        "users hosts add 2 10.0.0.0/8",
        "users edit admin@example.com --hosts 10.0.0.0/8,192.0.2.7",
    ],
)
def test_nobody_shuts_itself_out_by_hosts(own, line):
    assert own.refusal(line, 1) == SHUT_OUT
    assert json.loads(own.muster("users show admin@example.com --format json"))["hosts"] == []


def test_hosts_with_ones_own_place_are_taken_and_taken_back(own):
    assert own.muster("users hosts set 2 10.0.0.0/8 127.0.0.0/8 --quiet") == "10.0.0.0/8\n127.0.0.0/8\n"
    assert own.refusal("users hosts remove 2 127.0.0.0/8", 1) == SHUT_OUT
    own.muster("users hosts set 2 any")


def test_the_dialects_refuse_it_too(own, own_server):
    for path in ("/muster/v1/users/2", "/activelogic/v1/users/2"):
        answer = own_server.request("PATCH", path, json={"hosts": ["10.0.0.0/8"]})
        assert answer.status_code == 409 and "shut you out" in answer.text, answer.text


def test_who_may_not_come_from_here_is_told_that_this_may_be_so(own, own_server, tmp_path):
    own.muster("users add far@example.com --password-stdin --hosts 10.0.0.0/8", stdin=own.environment["PASSWORD"] + "\n")
    guest = Machine(tmp_path / "guest", own_server, is_anonymous=True)
    sentence = guest.refusal("login far@example.com --password-stdin", 77, stdin=own.environment["PASSWORD"] + "\n")
    assert sentence.endswith("or the user is locked, disabled, or may not come from here.")
    pair = json.loads(own.muster("apikeys rotate far@example.com --format json"))
    keys = {"MUSTER_ACCESS_KEY": pair["access_key"], "MUSTER_SECRET_KEY": pair["secret_key"]}
    assert guest.refusal("whoami", 77, **keys).endswith("or no longer, or not from here.")
