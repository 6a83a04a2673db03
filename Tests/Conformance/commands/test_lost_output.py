"""Passwords and keys that are shown only once, and an output that takes nothing: what was done is said, and what next."""

import json
import os
import subprocess

import pytest

from muster import PASSWORD, binary

FULL = "The output cannot be written: No space left on device."


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_directory_whose_password_nobody_has_seen_says_how_to_set_another(alone, form):
    line = f"init --data-dir data --admin admin@example.com --format {form} > /dev/full"
    assert alone.refusal(line, 74) == (
        f"{FULL} The directory is made all the same, and nobody has seen its password and API keys. Set another "
        "password: muster users passwd --generate-password admin@example.com --data-dir data"
    )
    shown = alone.muster("users passwd --generate-password admin@example.com --data-dir data --format json")
    assert json.loads(shown)["password"]


def test_a_directory_whose_keys_nobody_has_seen_says_how_to_make_others(alone):
    line = "init --data-dir data --admin admin@example.com --password-stdin > /dev/full"
    assert alone.refusal(line, 74, stdin=PASSWORD + "\n") == (
        f"{FULL} The directory is made all the same, and nobody has seen its API keys. Make others: "
        "muster apikeys rotate --yes admin@example.com --data-dir data"
    )
    assert "Secret key" in alone.muster("apikeys rotate --yes admin@example.com --data-dir data")


@pytest.mark.parametrize("options", ["", "--format json", "--format csv", "--quiet"])
def test_a_made_password_that_nobody_has_seen_is_told(own, options):
    number = own.muster("users add lost@example.com --no-password --quiet").strip()
    told = (
        f"{FULL} lost@example.com (id {number}) has the new password all the same, and nobody has seen it. "
        f"Set another one: muster users passwd {number} --generate-password"
    )
    assert own.refusal(f"users passwd lost@example.com --generate-password {options} > /dev/full", 74) == told
    own.muster("users remove lost@example.com --yes")
    sentence = own.refusal(f"users add lost@example.com --generate-password {options} > /dev/full", 74)
    assert "has the new password all the same" in sentence
    own.muster("users remove lost@example.com --yes")


def test_ones_own_made_password_is_not_set_again_without_the_present_one(own, own_server):
    own.muster("users add self@example.com --password-stdin --role administrator", stdin=PASSWORD + "\n")
    own.muster("login self@example.com --password-stdin --profile self", stdin=PASSWORD + "\n")
    line = "users passwd --password-stdin --profile self > /dev/full"
    sentence = own.refusal(line, 74, stdin=f"{PASSWORD}\nAnother-{PASSWORD}\n")
    assert sentence == FULL, "who typed it knows it"


def test_new_keys_that_nobody_has_seen_are_told_and_the_old_ones_are_dead(own):
    own.muster("users add keyed@example.com --no-password")
    pair = json.loads(own.muster("apikeys rotate keyed@example.com --format json"))
    keys = {"MUSTER_ACCESS_KEY": pair["access_key"], "MUSTER_SECRET_KEY": pair["secret_key"]}
    assert own.refusal("apikeys rotate keyed@example.com --yes > /dev/full", 74) == (
        f"{FULL} The new API keys of keyed@example.com (id {pair['id']}) are good all the same, and nobody has seen "
        f"them; those from before are dead. Make others: muster apikeys rotate {pair['id']}"
    )
    own.refusal("whoami", 77, **keys)


def test_keys_of_a_profile_are_kept_although_nobody_has_seen_them(own):
    own.muster("users add kept@example.com --no-password --role administrator")
    pair = json.loads(own.muster("apikeys rotate kept@example.com --format json"))
    keys = {"MUSTER_ACCESS_KEY": pair["access_key"], "MUSTER_SECRET_KEY": pair["secret_key"]}
    own.muster("login --api-keys --profile kept", **keys)
    own.refusal("apikeys rotate kept@example.com --yes --profile kept > /dev/full", 74)
    assert "kept@example.com" in own.muster("whoami --profile kept")


def test_an_output_that_nobody_reads_is_told_where_a_secret_is_lost_with_it(own):
    number = own.muster("users add closed@example.com --no-password --quiet").strip()
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        done = subprocess.run(
            [binary(), "users", "passwd", "closed@example.com", "--generate-password"],
            env=own.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert done.returncode == 141
    assert done.stderr == (
        f"muster: Nobody reads the output any more. closed@example.com (id {number}) has the new password all the "
        f"same, and nobody has seen it. Set another one: muster users passwd {number} --generate-password\n"
    )
