"""What an operator switches on: public keys among what SCIM provisions, and discovery for callers alone."""

import base64
import struct

import pytest
from conftest import SETTINGS, Scim, unique

from muster import Muster

KEYS = "urn:ietf:params:scim:schemas:extension:muster:2.0:SSHKeys"
PATH = f"{KEYS}:keys"


def line(point):
    """A public key of ed25519 with a point, as a .pub file has it."""
    blob = b"".join(struct.pack(">I", len(part)) + part for part in [b"ssh-ed25519", base64.b64decode(point)])
    return "ssh-ed25519 " + base64.b64encode(blob).decode()


# Twice and three times the base point.
DESK = line("yaP4aq5GXw5WUThkUQ85l1YfosnoXqIdwikjCfPNYCI=")
HOME = line("1LT1eEhowwIEAyRnF+wWn/eeJmCOoSahq2nud9GxZxI=")


@pytest.fixture(scope="module")
def muster():
    with Muster(SETTINGS | {"MUSTER_SCIM_SSH_KEYS": "true", "MUSTER_SCIM_PUBLIC_DISCOVERY": "false"}) as server:
        yield server


@pytest.fixture(scope="module")
def scim(muster):
    return Scim(muster)


def kept(muster, user):
    """The keys that the directory has of a user, as another dialect tells it."""
    answer = muster.request("GET", f"/activelogic/v1/users/by-name/{user['userName']}/keys")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_keys_come_with_a_user_and_go(muster, scim):
    user = scim.user(**{KEYS: {"keys": [{"value": f"{DESK} somebody@desk"}]}})
    place = f"/Users/{user['id']}"
    assert [key["value"] for key in user[KEYS]["keys"]] == [DESK] and KEYS in user["schemas"]
    assert user[KEYS]["keys"][0]["fingerprint"].startswith("SHA256:")
    assert DESK.split()[1] in kept(muster, user)
    changed = scim.patch(place, {"op": "add", "path": PATH, "value": HOME}).json
    assert [key["value"] for key in changed[KEYS]["keys"]] == [DESK, HOME]
    one = changed[KEYS]["keys"][0]["fingerprint"]
    gone = scim.patch(place, {"op": "remove", "path": f'{PATH}[fingerprint eq "{one}"]'}).json
    assert [key["value"] for key in gone[KEYS]["keys"]] == [HOME]
    assert DESK.split()[1] not in kept(muster, user)
    found = scim.find("Users", f'{PATH}.value eq "{HOME}"')
    assert [one["id"] for one in found.resources] == [user["id"]]
    assert KEYS not in scim.patch(place, {"op": "remove", "path": PATH}).json


@pytest.mark.parametrize(
    "value",
    ["x", f"{DESK}\n{HOME}", "-----BEGIN OPENSSH PRIVATE KEY-----", f'command="id" {DESK}', "ssh-dss AAAAB3NzaC1kc3MAAAA=", ""],
)
def test_what_is_no_key_is_refused_and_changes_nothing(scim, value):
    user = scim.user(**{KEYS: {"keys": [{"value": DESK}]}})
    place = f"/Users/{user['id']}"
    answer = scim.patch(place, {"op": "replace", "path": PATH, "value": [{"value": HOME}, {"value": value}]})
    if value:
        assert (answer.status, answer.kind) == (400, "invalidValue"), answer.text
        assert "AAAA" not in answer.json["detail"] and scim.get(place).json == user
        assert scim.post("/Users", {"userName": unique(), KEYS: {"keys": [{"value": value}]}}).status == 400
    else:
        # An empty text is no value, as everywhere.
        assert [key["value"] for key in answer.json[KEYS]["keys"]] == [HOME]


def test_nobody_gives_itself_a_key_at_me(muster):
    user = muster.create(16)
    client = Scim(muster, "".join(muster.keys_of(user["id"])))
    answer = client.patch("/Me", {"op": "add", "path": PATH, "value": DESK})
    assert (answer.status, answer.kind) == (400, "mutability"), answer.text
    assert KEYS not in client.get("/Me").json


def test_discovery_is_for_callers_and_tells_of_keys(muster, scim):
    stranger = Scim(muster, "")
    for path in ["/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas", f"/Schemas/{KEYS}"]:
        refused = stranger.get(path)
        assert refused.status == 401 and refused.headers["WWW-Authenticate"].startswith("Bearer")
        assert scim.get(path).status == 200
    assert KEYS in [one["schema"] for one in scim.get("/ResourceTypes/User").json["schemaExtensions"]]
    user = muster.create(16)
    assert Scim(muster, "".join(muster.keys_of(user["id"]))).get("/Schemas").status == 200
