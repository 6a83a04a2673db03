"""A backup in which only authenticator apps are sealed, with its master key, another one and none."""

import json
import shutil

import pytest
from folders import FILED, change, found, rows
from machine import Machine

from apps import enrolled, oathtool
from muster import PASSWORD, Muster

NAME = "apps@example.com"


@pytest.fixture
def alone(tmp_path):
    """A machine with a directory `data` whose user has an app, its backup `copy`, its key `key` and the app's `secret`."""
    machine = Machine(tmp_path)
    with Muster(settings=FILED, data_dir=machine.work / "data") as server:
        server.create(username=NAME)
        machine.secret = enrolled(server, server.login(NAME).json()["token"])
    machine.muster("backup --data-dir data copy")
    shutil.copy(machine.work / "data/master.key", machine.work / "key")
    return machine


def sealed(machine):
    """How many apps there are, and whether their owner has to set up a factor."""
    return rows(
        machine.work / "again/muster.sqlite",
        "SELECT (SELECT count(*) FROM factor), second_factor_required FROM user WHERE id > 2",
    )


def test_with_its_key_the_app_goes_on(alone):
    alone.muster("restore copy --data-dir again --master-key key")
    assert sealed(alone) == [(1, 0)]
    with Muster(settings=FILED, data_dir=alone.work / "again") as server:
        code = oathtool(alone.secret)
        assert server.login(NAME, verification_code=code).ok


def test_another_key_is_refused(alone):
    found(alone, "other")
    sentence = alone.refusal("restore copy --data-dir again --master-key other/master.key", 65)
    assert "authenticator apps" in sentence and not (alone.work / "again").exists()


def test_without_its_key_the_app_is_forgotten_and_its_owner_comes_in(alone):
    done = alone.run("muster restore copy --data-dir again --format json")
    assert json.loads(done.stdout)["apps_lost"] == 1
    assert "1 authenticator app had to be forgotten" in done.stderr
    assert sealed(alone) == [(0, 1)]
    with Muster(settings=FILED, data_dir=alone.work / "again") as server:
        assert server.login(NAME, password=PASSWORD).ok


def test_an_app_that_no_key_opens_is_named_and_reset(alone):
    """As a directory is that an older version restored with another key: it knows that key, and no app opens by it."""
    found(alone, "other")
    shutil.copy(alone.work / "other/master.key", alone.work / "data/master.key")
    check = "SELECT hex(box) FROM key_check"
    box = rows(alone.work / "other/muster.sqlite", check)[0][0]
    change(alone.work / "data/muster.sqlite", f"UPDATE key_check SET box = x'{box}'")
    done = alone.run("muster check --data-dir data")
    told = f"the authenticator apps of 1 user ({NAME}), whose codes are refused. Run: muster factors reset NAME"
    assert told in done.stdout + done.stderr
    assert "app" in alone.muster(f"factors list {NAME} --data-dir data").lower()
    alone.muster(f"factors reset {NAME} --yes --data-dir data")
    with Muster(settings=FILED, data_dir=alone.work / "data") as server:
        assert server.login(NAME).ok
