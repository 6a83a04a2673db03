"""What every suite has: one server for the run, and users that belong to one test each."""

import os
from dataclasses import dataclass

import pytest

pytest.register_assert_rewrite("muster")

from muster import PASSWORD, Muster  # noqa: E402

# Nothing from the caller's shell may decide where the clients go or as whom.
for name in list(os.environ):
    if name.startswith("TIO_") or name.lower().endswith("_proxy"):
        del os.environ[name]


@dataclass
class Account:
    """A user that one test owns: its record at creation, its password, its API keys."""

    record: dict
    keys: tuple
    password: str = PASSWORD

    @property
    def id(self):
        return self.record["id"]

    @property
    def uuid(self):
        return self.record["uuid"]

    @property
    def username(self):
        return self.record["username"]


@pytest.fixture(scope="session")
def muster():
    """The server of the run, with default settings. It must stop cleanly and log no secret."""
    with Muster() as server:
        yield server
        secrets = {"a user's password": PASSWORD, "the secret key": server.admin["secret_key"]}
        logged = [what for what, secret in secrets.items() if secret in server.log()]
        assert not logged, f"the server has logged {logged}"


@pytest.fixture
def account(muster):
    """Makes users on the server of the run: `account()`, `account(64)`, `account(32, name=...)`."""

    def make(permissions=16, server=muster, **fields):
        record = server.create(permissions, **fields)
        return Account(record, server.keys_of(record["id"]), fields.get("password", PASSWORD))

    return make


@pytest.fixture
def user(account):
    """A user with role Basic."""
    return account()


@pytest.fixture
def deputy(account):
    """An administrator beside the first one, who may be broken."""
    return account(64)
