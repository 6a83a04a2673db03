"""A server that speaks SCIM, and a client that sends what it is given, as providers do."""

import json
import time

import pytest

from muster import PASSWORD, Muster

TYPE = "application/scim+json; charset=utf-8"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
MUSTER = "urn:ietf:params:scim:schemas:extension:muster:2.0:User"

SETTINGS = {
    "MUSTER_SCIM_ENABLED": "true",
    # The passwords of testers are bare UUIDs.
    "MUSTER_PASSWORD_POLICY": "basic",
    "MUSTER_PASSWORD_ARGON2_KIBIBYTES": "1024",
    "MUSTER_PASSWORD_ARGON2_ITERATIONS": "1",
}


class Answer:
    """What the server said; every one has to be SCIM's."""

    def __init__(self, response):
        self.status = response.status_code
        self.headers = response.headers
        self.text = response.text
        self.json = response.json() if response.content else None
        if response.content:
            assert response.headers["Content-Type"] == TYPE, response.headers
        if self.status >= 400:
            assert self.json["schemas"] == [ERROR], self.text
            assert self.json["status"] == str(self.status), self.text
            assert self.json["detail"], self.text

    @property
    def kind(self):
        """The standard's word for a failure."""
        return self.json.get("scimType")

    @property
    def resources(self):
        return self.json["Resources"]


class Scim:
    """A client: `scim.get("/Users")`, `scim.post("/Users", {...})`."""

    def __init__(self, muster, token=None):
        self.muster = muster
        self.token = "".join(muster.admin_keys) if token is None else token

    def send(self, method, path, body=None, headers=None, type="application/scim+json"):
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None and type:
            sent["Content-Type"] = type
        sent |= headers or {}
        data = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        data = data.encode() if isinstance(data, str) else data
        return Answer(
            self.muster.request(method, "/scim/v2" + path, body=data, headers=sent, keys=None)
        )

    def get(self, path, **how):
        return self.send("GET", path, **how)

    def post(self, path, body, **how):
        return self.send("POST", path, body, **how)

    def put(self, path, body, **how):
        return self.send("PUT", path, body, **how)

    def patch(self, path, *operations, **how):
        body = {"schemas": [PATCH], "Operations": list(operations)}
        return self.send("PATCH", path, body, **how)

    def delete(self, path, **how):
        return self.send("DELETE", path, **how)

    def find(self, kind, text, more=""):
        """The resources of a filter."""
        answer = self.get(f"/{kind}?filter={quoted(text)}{more}")
        assert answer.status == 200, answer.text
        assert answer.json["schemas"] == [LIST]
        return answer

    def make(self, kind="Users", **fields):
        """A resource, made."""
        answer = self.post(f"/{kind}", fields)
        assert answer.status == 201, answer.text
        return answer.json

    def user(self, **fields):
        return self.make(userName=unique(), **fields)

    def group(self, members=(), **fields):
        listed = [{"value": user["id"]} for user in members]
        return self.make("Groups", displayName=unique("Team"), members=listed, **fields)

    def members(self, group):
        """The ids of a group's members."""
        answer = self.get(f"/Groups/{group['id']}")
        assert answer.status == 200, answer.text
        return [member["value"] for member in answer.json.get("members", [])]


def quoted(text):
    """A text as a query holds it."""
    return "".join(c if c.isalnum() else f"%{b:02X}" for c in text for b in c.encode())


_count = 0


def unique(prefix="person"):
    """A name that nobody has, of letters that are not all small."""
    global _count
    _count += 1
    return f"{prefix.capitalize()}{_count}-{time.monotonic_ns() % 100000}"


@pytest.fixture(scope="session")
def muster():
    """The server of the run. It logs nobody's secret."""
    with Muster(SETTINGS) as server:
        yield server
        for secret in [PASSWORD, server.admin["secret_key"]]:
            assert secret not in server.log()


@pytest.fixture(scope="session")
def scim(muster):
    """The client of the administrator."""
    return Scim(muster)
