"""SCIM and its description agree: schemathesis makes requests out of docs/openapi-scim.yaml.

What is asked of each answer is what test_contract.py asks.
"""

import json
import zlib

import pytest
import schemathesis
import yaml
from description import CHECKS, assert_every_operation_is_there, requests_of
from openapi_spec_validator import validate

from muster import REPOSITORY, Muster, unique_username

DOCUMENT = REPOSITORY / "docs/openapi-scim.yaml"
TYPE = "application/scim+json"
described = yaml.safe_load(DOCUMENT.read_text())
schema = requests_of(described, 10)


@schemathesis.serializer(TYPE)
def as_json(context, value):
    """schemathesis does not know that this type is JSON, too."""
    return json.dumps(value).encode()


class Target:
    """A server of this file's own, with a user and a group at whom every second request aims."""

    def __init__(self, server):
        self.server = server
        self.keys = "".join(server.admin_keys)
        self.made = {"user_id": self.new("/Users"), "group_id": self.new("/Groups")}

    def new(self, path):
        name = unique_username("scim")
        kind = path.strip("/").removesuffix("s")
        answer = self.server.request(
            "POST",
            "/scim/v2" + path,
            json={
                "schemas": [f"urn:ietf:params:scim:schemas:core:2.0:{kind}"],
                "userName" if kind == "User" else "displayName": name,
            },
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def aim(self, case):
        for name, value in list((case.path_parameters or {}).items()):
            if zlib.crc32(repr((name, value, case.body)).encode("utf-8", "replace")) % 2 == 0:
                case.path_parameters[name] = self.made[name]

    def renew(self, case, response):
        """After a deletion there is somebody to be deleted again."""
        if case.method == "DELETE" and response.status_code == 204:
            name = next(iter(case.path_parameters))
            self.made[name] = self.new("/Users" if name == "user_id" else "/Groups")


@pytest.fixture(scope="module")
def target():
    settings = {
        "MUSTER_SCIM_ENABLED": "true",
        "MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024,
        "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1,
    }
    with Muster(settings) as server:
        yield Target(server)


@schema.parametrize()
def test_scim_keeps_its_description(case, target):
    target.aim(case)
    response = case.call(
        base_url=target.server.url,
        headers={"Authorization": f"Bearer {target.keys}"},
        timeout=60,
        allow_redirects=False,
    )
    case.validate_response(response, checks=CHECKS)
    target.renew(case, response)


def test_the_description_of_scim_is_valid():
    validate(described)


def test_the_description_of_scim_has_every_path_and_method(target):
    assert_every_operation_is_there(target.server, described)
