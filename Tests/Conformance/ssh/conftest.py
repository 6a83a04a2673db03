"""A machine with sshd, a server that it asks, and people who want to come in."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.register_assert_rewrite("guide", "machine")

from machine import Machine  # noqa: E402
from muster import PASSWORD  # noqa: E402
from server import Server  # noqa: E402

USERS = "/activelogic/v1/users"
# How sshd notes that its command has told it of no keys.
UNTOLD = r"AuthorizedKeysCommand .* failed, status \d"


@dataclass
class Person:
    """A user of the directory, mostly with an account on the machine and a key."""

    server: Server
    id: int
    name: str
    key: Path | None
    password: str

    @property
    def public_key(self):
        return self.key.with_suffix(".pub").read_text()

    def change(self, **fields):
        answer = self.server.request("PATCH", f"{USERS}/{self.id}", json=fields)
        assert answer.status_code == 200, answer.text

    def add_key(self, line=None):
        answer = self.server.request(
            "POST", f"{USERS}/by-name/{self.name}/keys", json={"key": line or self.public_key}
        )
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def remove_key(self, line=None):
        answer = self.server.request(
            "DELETE", f"{USERS}/{self.id}/keys", json={"key": line or self.public_key}
        )
        assert answer.status_code == 204, answer.text

    def enable(self, is_enabled):
        answer = self.server.request(
            "PUT", f"/users/{self.id}/enabled", json={"enabled": is_enabled}
        )
        assert answer.status_code == 200, answer.text

    def expire(self, moment):
        answer = self.server.request(
            "PATCH", f"/muster/v1/users/{self.id}", json={"expires_at": moment}
        )
        assert answer.status_code == 200, answer.text

    def forbid_the_password(self):
        methods = {"api_permitted": True, "password_permitted": False, "saml_permitted": True}
        answer = self.server.request("PUT", f"/users/{self.id}/authorizations", json=methods)
        assert answer.status_code == 200, answer.text

    def remove(self):
        answer = self.server.request("DELETE", f"{USERS}/{self.id}")
        assert answer.status_code == 204, answer.text

    def audit(self):
        """The password checks of this user, oldest first."""
        answer = self.server.request("GET", "/audit-log/v1/events?limit=10000")
        assert answer.status_code == 200, answer.text
        return [
            event
            for event in answer.json()["events"]
            if event["action"] == "user.authenticate.password"
            and event["target"]["name"] == self.name
        ]


@pytest.fixture(scope="session")
def machine():
    """Accounts, files and sshd of the run."""
    return Machine()


@pytest.fixture(scope="session")
def muster(machine):
    """The server that sshd asks. It must stop cleanly and log no secret."""
    with Server(machine) as server:
        yield server
        secrets = {"a user's password": PASSWORD, "the secret key": server.admin["secret_key"]}
        logged = [what for what, secret in secrets.items() if secret in server.log()]
        assert not logged, f"the server has logged {logged}"


@pytest.fixture(scope="session")
def sshd(machine, muster):
    """The sshd of the run, with the files of docs/ssh.md."""
    sshd = machine.start_sshd()
    yield sshd
    assert PASSWORD not in sshd.log(), "sshd has logged a password"


@pytest.fixture
def person(machine, muster):
    """Makes people: `person()`, `person(hosts=[...])`, `person(key=None, account=False)`."""

    def make(hosts=None, key="ed25519", account=True, name=None, password=PASSWORD):
        if account:
            name = machine.new_account(name)
        else:
            machine.serial += 1
            name = name or f"mt-nobody-{machine.serial}"
        body = {"name": name, "password": password, "hosts": hosts}
        answer = muster.request("POST", USERS, json=body)
        assert answer.status_code == 201, answer.text
        person = Person(muster, answer.json()["id"], name, None, password)
        if key:
            person.key = machine.new_key(key)
            person.add_key()
        return person

    return make


@pytest.fixture
def comes_in(machine, muster, sshd):
    """Whether somebody comes in, with its key or, if told so, with a password or from another address."""

    def attempt(person, key=None, password=None, server=sshd, source=None):
        key = None if password is not None else key or person.key
        flags = ["-b", source] if source else []
        for _ in range(3):
            begin = len(server.log())
            done = machine.ssh(server, person.name, key=key, password=password, flags=flags)
            # A server with much else to do may not have said within two seconds which keys there are.
            if muster.process is None or not re.search(UNTOLD, server.log()[begin:]):
                break
        if done.returncode == 0:
            assert done.stdout.decode().strip() == person.name, (done.stdout, done.stderr)
            return True
        assert done.returncode == 255, (done.returncode, done.stdout, done.stderr)
        assert b"Permission denied" in done.stderr, done.stderr
        assert done.stdout == b""
        return False

    return attempt
