"""Tokens for identity providers: made by a command, good for SCIM at once, and ended by another."""

import json

import pytest
from machine import Machine

from muster import Muster


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    """A machine whose server speaks SCIM."""
    with Muster({"MUSTER_SCIM_ENABLED": "true"}) as server:
        machine = Machine(tmp_path_factory.mktemp("provider"), server)
        machine.server = server
        yield machine


def add(machine, name, rights=""):
    """Adds a user who comes in by keys alone, and returns its number."""
    return machine.muster(f"users add {name} --no-password --quiet {rights}").strip()


def status(machine, token):
    """What SCIM says to a token."""
    headers = {"Authorization": f"Bearer {token}"}
    return machine.server.request("GET", "/scim/v2/Me", keys=None, headers=headers).status_code


def test_a_token_is_made_used_replaced_and_revoked(provider):
    number = add(provider, "provider", "--writebm Users --readbm Users")
    done = provider.run("muster scim token create --format json provider")
    made = json.loads(done.stdout)
    assert made["username"] == "provider" and len(made["token"]) == 128 and done.stderr == ""
    assert status(provider, made["token"]) == 200
    assert provider.refusal("scim token create provider", 64) == (
        "There is no terminal to ask at, so nothing was changed. Say --yes to go on."
    )
    assert status(provider, made["token"]) == 200
    again = json.loads(provider.muster("scim token create --yes --format json provider"))
    assert (status(provider, made["token"]), status(provider, again["token"])) == (401, 200)
    assert provider.muster("scim token revoke --yes provider") == f"Revoked the API keys of provider (id {number}).\n"
    assert status(provider, again["token"]) == 401
    assert provider.refusal("scim token revoke --yes provider", 67) == (
        f"provider (id {number}) has no API keys. Nothing was changed."
    )


def test_what_would_keep_a_provider_from_its_work_is_said(provider):
    number = add(provider, "idle", "--timeout 900")
    done = provider.run("muster scim token create idle")
    assert done.returncode == 0 and "Token" in done.stdout.title()
    assert done.stderr.splitlines() == [
        f"idle (id {number}) may not change users. Let it: muster users masks set {number} --writebm Users",
        f"After 900 seconds without a request the token rests. Let it be good for ever: muster users edit {number} --timeout 0",
    ]
    provider.muster(f"users masks set {number} --writebm Users")
    provider.muster(f"users edit {number} --timeout 0")
    assert provider.run("muster scim token create --yes idle").stderr == ""


def test_a_token_that_nobody_would_see_is_not_made(provider):
    done = provider.run("muster scim token create --quiet provider")
    assert done.returncode == 64
    assert "--quiet would keep the token to itself. It is shown only once." in done.stderr


def test_a_token_that_cannot_be_written_is_told_of(provider):
    number = add(provider, "unseen", "--writebm Users")
    done = provider.run("muster scim token create unseen > /dev/full")
    assert done.returncode == 74
    said = (
        f"The new token of unseen (id {number}) is good all the same, and nobody has seen it; keys from before are dead. "
        f"Make another: muster scim token create {number}"
    )
    assert said in done.stderr, done.stderr


def listed(machine, *arguments):
    return json.loads(machine.muster(" ".join(["scim token list --format json", *arguments])))


def test_tokens_are_listed_with_their_state_and_last_use(provider):
    rights = {"may-read": "--readbm Users", "may-write": "--writebm Users", "neither": "--readbm Config"}
    provider.muster("users add keyless --no-password --writebm Users")
    for name, mask in rights.items():
        provider.muster(f"users add {name} --no-password {mask}")
        token = json.loads(provider.muster(f"scim token create --format json {name}"))["token"]
        assert status(provider, token) == 200
    found = {user["username"]: user for user in listed(provider)}
    # The administrator has keys from the start.
    assert found.keys() >= {"admin@example.com", "may-read", "may-write"}
    assert not {"keyless", "neither"} & found.keys()
    assert found["may-read"]["administers_by"] == [] and found["may-write"]["administers_by"]
    assert "token" not in found["may-write"] and found["may-write"]["last_key_use"] > 1_700_000_000_000
    assert {"may-read", "may-write"} & {user["username"] for user in listed(provider, "--unused-since 1h")} == set()
    provider.muster("users edit may-read --timeout 900")
    provider.muster("users disable may-write")
    rows = {line.split()[1]: line for line in provider.muster("scim token list").splitlines()}
    assert "rests after 900 s" in rows["may-read"] and " read " in rows["may-read"]
    assert "disabled" in rows["may-write"] and " change " in rows["may-write"]
    provider.muster("users enable may-write")
    provider.muster("users auths set may-write --no-api")
    rows = {line.split()[1]: line for line in provider.muster("scim token list").splitlines()}
    assert "API closed" in rows["may-write"]
    provider.muster("scim token revoke --yes may-read may-write")
    assert not {user["username"] for user in listed(provider)} & rights.keys()
    assert provider.run("muster scim token list --unused-since 2001-01-01").stderr == "No tokens match.\n"
    assert "--unused-since" in provider.refusal("scim token list --unused-since soon", 64)
    answer = provider.server.request("GET", "/muster/v1/users?keys_unused_since=1h")
    assert answer.status_code == 400 and "keys_unused_since" in answer.text
