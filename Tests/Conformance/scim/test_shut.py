"""One word of a provider shuts every way in: each client that is here comes in, is shut out at once, and comes in again.

It makes an account, and is run by ssh/apart.sh on a machine of its own, as run.sh does.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import ldap3
import pytest
from conftest import SETTINGS, MUSTER, Scim
from tenable.errors import UnauthorizedError
from tenable.io import TenableIO

from muster import PASSWORD, binary, until

for folder in ["dialects", "radius", "ssh"]:
    sys.path.append(str(Path(__file__).resolve().parents[1] / folder))
from freeradius import FreeRadius  # noqa: E402
from machine import Machine, as_root  # noqa: E402
from server import Server  # noqa: E402
from swift_client import Refusal, SwiftClient  # noqa: E402

SUFFIX = "dc=example,dc=com"


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    """A server with every way in that there is, and a FreeRADIUS and an sshd that ask it."""
    settings = SETTINGS | {
        "MUSTER_LDAP_BIND": "127.0.0.1:0",
        "MUSTER_LDAP_SUFFIX": SUFFIX,
        "MUSTER_RADIUS_ENABLED": "true",
    }
    machine = Machine()
    # The files of FreeRADIUS belong to it.
    as_root("groupadd", "--system", "freerad")
    with Server(machine, settings) as server:
        made = server.request("POST", "/muster/v1/users", json={"username": "radius", "readbm": 8})
        keys = server.keys_of(made.json()["id"])
        with FreeRadius(tmp_path_factory.mktemp("freeradius"), server, keys, patience="60.0") as radius:
            server.radius, server.sshd = radius, machine.start_sshd()
            yield server


class Person:
    """A user that SCIM has made, with everything by which it comes in, and an account on the machine."""

    def __init__(self, muster):
        self.muster, self.scim, self.machine = muster, Scim(muster), muster.machine
        self.name = self.machine.new_account()
        self.user = self.scim.make(userName=self.name, password=PASSWORD, roles=["Standard"])
        self.place = f"/Users/{self.user['id']}"
        record = muster.request("GET", f"/muster/v1/users/{self.name}").json()
        self.id = record["id"]
        self.keys = muster.keys_of(self.id)
        self.key = self.machine.new_key("ed25519")
        line = self.key.with_suffix(".pub").read_text()
        added = muster.request("POST", f"/activelogic/v1/users/by-name/{self.name}/keys", json={"key": line})
        assert added.status_code in (200, 201), added.text
        self.tokens = []
        self.swift = None

    def active(self, value):
        answer = self.scim.patch(self.place, {"op": "Replace", "path": "active", "value": value})
        assert answer.status == 200, answer.text

    # Each answers whether the client comes in.

    def by_native_keys(self):
        return self.muster.request("GET", "/muster/v1/account", keys=self.keys).status_code == 200

    def by_scim_token(self):
        return Scim(self.muster, "".join(self.keys)).get("/Me").status == 200

    def by_password(self):
        return self.muster.login(self.name).status_code == 200

    def by_session(self):
        """By a session of before, which is gone for good once it has ended."""
        headers = {"X-Cookie": f"token={self.tokens[-1]}"}
        return self.muster.request("GET", "/session", keys=None, headers=headers).status_code == 200

    def by_pytenable(self):
        client = TenableIO(*self.keys, url=self.muster.url, retries=0)
        try:
            return client.session.details()["username"] == self.name
        except UnauthorizedError:
            return False

    def by_activelogic(self):
        try:
            client = SwiftClient(self.muster.url, self.name, PASSWORD)
        except Refusal:
            return False
        client.end()
        return True

    def by_ldap(self):
        port = until(lambda: ldap_port(self.muster), 60, "LDAP's port")
        server = ldap3.Server("127.0.0.1", port=port, get_info=ldap3.NONE)
        client = ldap3.Connection(server, f"uid={self.name},ou=people,{SUFFIX}", PASSWORD)
        came = client.bind()
        client.unbind()
        return came

    def by_radius(self):
        return self.muster.radius.log_in(self.name, PASSWORD).word == "Access-Accept"

    def by_ssh_key(self):
        return self.over_ssh(key=self.key)

    def by_ssh_password(self):
        return self.over_ssh(password=PASSWORD)

    def over_ssh(self, **proof):
        for _ in range(3):
            begin = len(self.muster.sshd.log())
            done = self.machine.ssh(self.muster.sshd, self.name, **proof)
            if done.returncode == 0:
                return done.stdout.decode().strip() == self.name
            assert b"Permission denied" in done.stderr, done.stderr
            # A server with much else to do may not have said within two seconds which keys there are.
            if not re.search(r"AuthorizedKeysCommand .* failed, status \d", self.muster.sshd.log()[begin:]):
                break
        return False

    def by_pam(self):
        variables = {"PAM_TYPE": "auth", "PAM_SERVICE": "sshd", "PAM_USER": self.name}
        return self.command("pam-auth", input=PASSWORD, **variables).returncode == 0

    def by_account(self):
        """As PAM asks for those who came in by a key."""
        variables = {"PAM_TYPE": "account", "PAM_SERVICE": "sshd", "PAM_USER": self.name}
        return self.command("pam-account", **variables).returncode == 0

    def command(self, name, *words, input="", **variables):
        for _ in range(5):
            done = subprocess.run(
                [binary(), name, "--socket", self.machine.socket, *words],
                env={"PATH": os.environ["PATH"]} | variables,
                input=input,
                capture_output=True,
                text=True,
                timeout=60,
            )
            # As above.
            if done.returncode != -signal.SIGALRM and "deadline" not in done.stderr.lower():
                break
        return done


def ldap_port(muster):
    for line in muster.log().splitlines():
        if "message=ldap " in line and "url=ldap://127.0.0.1:" in line:
            return int(line.split("url=ldap://127.0.0.1:")[1].split()[0].strip('"'))


WAYS = [
    Person.by_native_keys,
    Person.by_scim_token,
    Person.by_password,
    Person.by_pytenable,
    Person.by_activelogic,
    Person.by_ldap,
    Person.by_radius,
    Person.by_ssh_key,
    Person.by_ssh_password,
    Person.by_pam,
    Person.by_account,
]


def test_active_false_shuts_every_way_in_at_once(doors):
    ada = Person(doors)
    assert {way.__name__: way(ada) for way in WAYS} == {way.__name__: True for way in WAYS}
    ada.tokens.append(doors.login(ada.name).json()["token"])
    assert ada.by_session()
    for off, on in [("False", "True"), (False, True)]:
        ada.active(off)
        assert not ada.by_session()
        assert {way.__name__: way(ada) for way in WAYS} == {way.__name__: False for way in WAYS}
        assert ada.scim.get(ada.place).json["active"] is False
        ada.active(on)
        assert not ada.by_session()
        assert {way.__name__: way(ada) for way in WAYS} == {way.__name__: True for way in WAYS}
    assert ada.scim.delete(ada.place).status == 204
    assert {way.__name__: way(ada) for way in WAYS} == {way.__name__: False for way in WAYS}


def test_a_closed_door_is_closed_and_no_other(doors):
    """What Muster's own extension shuts one by one."""
    ada = Person(doors)
    for door, shut in [
        ("apiDoor", {Person.by_native_keys, Person.by_scim_token, Person.by_pytenable}),
        (
            "passwordDoor",
            {Person.by_password, Person.by_activelogic, Person.by_ldap, Person.by_radius, Person.by_pam, Person.by_ssh_password},
        ),
    ]:
        path = f"{MUSTER}:{door}"
        assert ada.scim.patch(ada.place, {"op": "add", "path": path, "value": "closed"}).status == 200
        assert {way for way in WAYS if not way(ada)} == shut
        assert ada.scim.patch(ada.place, {"op": "remove", "path": path}).status == 200
    assert all(way(ada) for way in WAYS)
