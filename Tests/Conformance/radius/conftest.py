"""A server with a FreeRADIUS in front of it, and some people."""

import json

import pytest
import trustme
from freeradius import FreeRadius

from muster import PASSWORD, Muster

RULES = [
    {
        "client": "local*",
        "role": 64,
        "attributes": {"Cisco-AVPair": ["shell:priv-lvl=15", 'shell:roles="network-admin"'], "Service-Type": "Administrative-User"},
    },
    {"group": "ops", "attributes": {"Huawei-Exec-Privilege": 15, "Juniper-Local-User-Name": "admin-template"}},
    # One that no dictionary has.
    {"group": "ops", "attributes": {"Nobodys-Attribute": "x"}},
    {"client": "elsewhere-*", "attributes": {"Mikrotik-Group": "full"}},
]
# As many seconds as a machine under load may take.
PATIENCE = "60.0"
SETTINGS = {
    "MUSTER_RADIUS_ENABLED": "true",
    "MUSTER_PASSWORD_ARGON2_KIBIBYTES": "1024",
    "MUSTER_PASSWORD_ARGON2_ITERATIONS": "1",
}


@pytest.fixture(scope="session")
def muster(tmp_path_factory):
    rules = tmp_path_factory.mktemp("rules") / "radius.json"
    rules.write_text(json.dumps(RULES))
    with Muster(SETTINGS | {"MUSTER_RADIUS_ATTRIBUTES_FILE": rules}) as server:
        yield server
        assert PASSWORD not in server.log()


@pytest.fixture(scope="session")
def keys(muster):
    """Those of the user by whom FreeRADIUS asks."""
    made = muster.request("POST", "/muster/v1/users", json={"username": "radius", "readbm": 8})
    assert made.status_code == 201, made.text
    return muster.keys_of(made.json()["id"])


@pytest.fixture(scope="session")
def radius(muster, keys, tmp_path_factory):
    authority = trustme.CA()
    issued = authority.issue_cert("radius.example.com")
    certificate = {
        "chain.pem": "".join(part.bytes().decode() for part in issued.cert_chain_pems),
        "key.pem": issued.private_key_pem.bytes().decode(),
    }
    folder = tmp_path_factory.mktemp("freeradius")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    with FreeRadius(folder, muster, keys, certificate=certificate, patience=PATIENCE) as server:
        server.eap_authority = folder / "authority.pem"
        yield server


@pytest.fixture(scope="session")
def patient(muster, keys, tmp_path_factory):
    """A FreeRADIUS that is asked by many."""
    with FreeRadius(tmp_path_factory.mktemp("patient"), muster, keys, patience=PATIENCE) as server:
        yield server


@pytest.fixture
def hasty(muster, keys, tmp_path):
    """One that waits for three seconds, as the document has it."""
    with FreeRadius(tmp_path, muster, keys) as server:
        yield server


@pytest.fixture
def jane(muster):
    """A new user in the group ops."""
    user = muster.create(40)
    groups = {group["name"]: group for group in muster.request("GET", "/groups").json()["groups"]}
    group = groups.get("ops") or muster.request("POST", "/groups", json={"name": "ops"}).json()
    added = muster.request("POST", f"/groups/{group['id']}/users/{user['id']}")
    assert added.status_code < 300, added.text
    return user


def edit(muster, user, **fields):
    answer = muster.request("PATCH", f"/muster/v1/users/{user['id']}", json=fields)
    assert answer.status_code == 200, answer.text
