"""Ids in paths: a number or a uuid names a user or a group, and everything else names nobody."""

import uuid

import pytest
from answers import NOT_FOUND, assert_body, assert_empty, assert_error, assert_json, assert_record

from muster import PASSWORD, unique_username

# What names nobody, as it stands in the request line.
NOBODY = [
    "None",
    "null",
    "False",
    "true",
    "nope",
    "me",
    "*",
    "15abc",
    "abc15",
    "-1",
    "-2",
    "1",
    "+5",
    "%2B5",
    "5.0",
    "5.",
    "1e1",
    "0x2",
    "0b10",
    "1_0",
    "2,3",
    "2%2C3",
    "%202",
    "2%20",
    "2%09",
    "2%0A",
    "2%0D%0A",
    "2%00",
    "%00",
    "%EF%BC%92",
    "%D9%A2",
    "%C2%B2",
    "%FF",
    "%C0%B2",
    "%ED%A0%80",
    "%",
    "%2",
    "%zz",
    "2%",
    "9223372036854775806",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "18446744073709551618",
    "4294967298",
    "-9223372036854775808",
    "-9223372036854775809",
    "1" + "0" * 100,
    "9" * 5000,
    "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4",
    "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4dd",
    "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4g",
    "a" * 10_000,
    "'%20OR%201=1--",
    "2'",
    "2%27",
    "2;id=3",
    "$%7Bjndi%7D",
    "%3Cscript%3E",
]

# Zero is the group of everybody, and the nil uuid is its uuid; neither is a user.
NO_USER = NOBODY + ["0", "-0", "00000000-0000-0000-0000-000000000000"]

AUTHORIZATIONS = {"api_permitted": True, "password_permitted": True, "saml_permitted": True}
ON_A_USER = [
    ("GET", "", None),
    ("PUT", "", {"name": "Nobody"}),
    ("DELETE", "", None),
    ("PUT", "/enabled", {"enabled": False}),
    ("PUT", "/chpasswd", {"password": PASSWORD}),
    ("PUT", "/keys", None),
    ("GET", "/authorizations", None),
    ("PUT", "/authorizations", AUTHORIZATIONS),
    ("PUT", "/two-factor", {"email_enabled": False, "sms_enabled": False}),
    ("POST", "/two-factor/send-verification", {"sms_phone": "+15555555555"}),
    ("POST", "/two-factor/verify-code", {"verification_code": "123456"}),
]
ON_A_GROUP = [("PUT", "", {"name": "Nobody"}), ("DELETE", "", None), ("GET", "/users", None)]


def send(server, method, path, body):
    return server.request(method, path, **({} if body is None else {"json": body}))


def state(server):
    """Everything that a stray change could have touched, but for the clocks."""
    users = server.request("GET", "/users").json()["users"]
    for record in users:
        record.pop("last_apikey_access", None)
    return users, server.request("GET", "/groups").json()["groups"]


@pytest.fixture
def group(muster):
    """A group of this test's own."""
    return assert_json(
        muster.request("POST", "/groups", json={"name": unique_username("group")}), 200
    )


def is_well_formed(reference):
    try:
        return str(uuid.UUID(reference)) == reference
    except ValueError:
        return False


@pytest.mark.parametrize("reference", NO_USER, ids=lambda text: text[:40])
def test_a_reference_that_names_no_user(muster, reference):
    before = state(muster)
    for method, path, body in ON_A_USER:
        answer = send(muster, method, f"/users/{reference}{path}", body)
        if path == "/authorizations" and is_well_formed(reference):
            expected = {"error": f"User[UUID={reference}] not found."}
            assert assert_json(answer, 404) == expected
        else:
            assert_body(answer, NOT_FOUND)
    assert state(muster) == before


@pytest.mark.parametrize("reference", NOBODY, ids=lambda text: text[:40])
def test_a_reference_that_names_no_group(muster, user, group, reference):
    before = state(muster)
    for method, path, body in ON_A_GROUP:
        assert_body(send(muster, method, f"/groups/{reference}{path}", body), NOT_FOUND)
    for method in ("POST", "DELETE"):
        for path in (f"{reference}/users/{user.id}", f"{group['id']}/users/{reference}"):
            assert_body(send(muster, method, f"/groups/{path}", None), NOT_FOUND)
    assert state(muster) == before


@pytest.mark.parametrize("reference", NO_USER, ids=lambda text: text[:40])
def test_a_reference_that_names_nobody_with_a_role(muster, reference):
    path = f"/access-control/v1/users/{reference}/roles"
    assert_error(muster.request("GET", path), 404)
    (basic,) = [
        role["uuid"]
        for role in muster.request("GET", "/access-control/v1/roles").json()
        if role["name"] == "Basic"
    ]
    assert_error(muster.request("PUT", path, json={"role_uuids": [basic]}), 404)


@pytest.mark.parametrize(
    "spelling",
    [
        str,
        str.upper,
        lambda text: text[:18] + text[18:].upper(),
    ],
    ids=["lower case", "upper case", "mixed case"],
)
def test_a_uuid_names_a_user_in_any_case(muster, user, spelling):
    reference = spelling(user.uuid)
    place = f"/users/{reference}"
    assert_record(muster.request("GET", place), id=user.id, uuid=user.uuid)
    assert_record(muster.request("PUT", place, json={"name": "By uuid"}), name="By uuid")
    methods = assert_json(muster.request("GET", f"{place}/authorizations"), 200)
    assert methods["user_uuid"] == user.uuid
    assert_empty(muster.request("PUT", f"{place}/authorizations", json=AUTHORIZATIONS))
    assert_record(muster.request("PUT", f"{place}/enabled", json={"enabled": False}), enabled=False)
    assert_empty(muster.request("PUT", f"{place}/chpasswd", json={"password": PASSWORD}))
    assert set(assert_json(muster.request("PUT", f"{place}/keys"), 200)) == {"accessKey", "secretKey"}
    roles = assert_json(muster.request("GET", f"/access-control/v1/users/{reference}/roles"), 200)
    assert roles["user_uuid"] == user.uuid
    assert_empty(muster.request("DELETE", place))
    assert_body(muster.request("GET", place), NOT_FOUND)


@pytest.mark.parametrize("spelling", [str, str.upper], ids=["lower case", "upper case"])
def test_a_uuid_names_a_group_in_any_case(muster, user, group, spelling):
    place = f"/groups/{spelling(group['uuid'])}"
    name = unique_username("renamed")
    assert assert_json(muster.request("PUT", place, json={"name": name}), 200)["id"] == group["id"]
    assert_empty(muster.request("POST", f"{place}/users/{spelling(user.uuid)}"))
    members = assert_json(muster.request("GET", f"{place}/users"), 200)["users"]
    assert [member["id"] for member in members] == [user.id]
    assert_empty(muster.request("DELETE", f"{place}/users/{spelling(user.uuid)}"))
    assert_empty(muster.request("DELETE", place))
    assert_body(muster.request("GET", f"{place}/users"), NOT_FOUND)


@pytest.mark.parametrize(
    "spelling",
    [
        lambda text: text.replace("-", ""),
        lambda text: "{" + text + "}",
        lambda text: "%7B" + text + "%7D",
        lambda text: "urn:uuid:" + text,
        lambda text: text + "%0A",
        lambda text: "%20" + text,
        lambda text: text.replace("-", "_"),
        lambda text: text.replace("-", "%E2%80%90"),
        lambda text: text[:-1],
        lambda text: text + "0",
    ],
    ids=["bare", "braces", "escaped braces", "urn", "newline", "blank", "_", "hyphen", "short", "long"],
)
def test_a_uuid_in_another_notation_names_nobody(muster, user, group, spelling):
    assert_body(muster.request("GET", f"/users/{spelling(user.uuid)}"), NOT_FOUND)
    assert_body(muster.request("DELETE", f"/users/{spelling(user.uuid)}"), NOT_FOUND)
    assert_body(muster.request("DELETE", f"/groups/{spelling(group['uuid'])}"), NOT_FOUND)
    assert_record(muster.request("GET", f"/users/{user.uuid}"), id=user.id)


def test_a_username_is_no_id(muster, user):
    for reference in (user.username, user.username.replace("@", "%40")):
        assert_body(muster.request("GET", f"/users/{reference}"), NOT_FOUND)


def test_a_percent_encoded_digit_is_that_digit_or_nobody(muster, user):
    encoded = "".join(f"%{ord(digit):02x}" for digit in str(user.id))
    answer = muster.request("GET", f"/users/{encoded}")
    if answer.status_code == 200:
        assert_record(answer, id=user.id)
    else:
        assert_body(answer, NOT_FOUND)


@pytest.mark.parametrize("slash", ["%2f", "%2F", "%5c", "%5C", "%252f", "%c0%af"])
def test_an_encoded_slash_opens_no_other_path(muster, user, slash):
    before = state(muster)
    for path in (
        f"/users/{user.id}{slash}keys",
        f"/users{slash}{user.id}{slash}keys",
        f"/users/{user.id}{slash}enabled",
        f"/users/nope{slash}..{slash}{user.id}/keys",
    ):
        answer = muster.request("PUT", path, json={"enabled": False})
        assert_body(answer, NOT_FOUND)
    assert_body(muster.request("DELETE", f"/groups{slash}..{slash}users/{user.id}"), NOT_FOUND)
    assert state(muster) == before
    # The old keys live, so nothing was rotated.
    assert_json(muster.request("GET", "/session", keys=user.keys), 200)


@pytest.mark.parametrize("dots", ["%2e%2e", "%2E%2E", "%2e.", "..", "%2e", ".", "..;", "%252e%252e"])
def test_dots_climb_nowhere(muster, user, dots):
    before = state(muster)
    for method, path, body in (
        ("GET", f"/users/{dots}", None),
        ("GET", f"/users/{dots}/session", None),
        ("GET", f"/users/{dots}/users", None),
        ("GET", f"/{dots}/users", None),
        ("GET", f"/users/{dots}/{dots}/etc/passwd", None),
        ("PUT", f"/users/nope/{dots}/{user.id}/keys", None),
        ("DELETE", f"/users/{user.id}/{dots}", None),
        ("DELETE", f"/groups/{dots}/users/{user.id}", None),
    ):
        answer = send(muster, method, path, body)
        assert_error(answer, 404, 405)
    assert state(muster) == before
    assert_json(muster.request("GET", "/session", keys=user.keys), 200)


@pytest.mark.parametrize("path", ["//users", "/users", "///users", "//users?limit=10"])
def test_repeated_slashes_collapse(muster, path):
    answer = muster.request("GET", path)
    assert assert_json(answer, 200)["users"]
    assert not answer.is_redirect


def test_repeated_slashes_collapse_inside_a_path(muster, user):
    assert_record(muster.request("GET", f"//users//{user.id}"), id=user.id)
    answer = muster.request("PUT", f"/users///{user.id}//enabled", json={"enabled": False})
    assert_record(answer, enabled=False)


@pytest.mark.parametrize(
    "path",
    ["/users/", "/users//", "//users//", "/users/{id}/", "/users/{id}/keys/", "/groups/", "/session/"],
)
def test_a_slash_at_the_end_is_another_path(muster, user, path):
    for method in ("GET", "PUT"):
        assert_body(muster.request(method, path.format(id=user.id), json={}), NOT_FOUND)
    assert_json(muster.request("GET", "/session", keys=user.keys), 200)


@pytest.mark.parametrize("path", ["/Users", "/USERS", "/users/{id}/KEYS", "/users/{id}/Enabled"])
def test_paths_have_one_case(muster, user, path):
    answer = muster.request("GET", path.format(id=user.id))
    assert_body(answer, NOT_FOUND)


def test_ids_begin_with_two_and_are_not_given_again(muster):
    assert muster.admin["id"] == 2
    first = muster.create()
    assert_empty(muster.request("DELETE", f"/users/{first['id']}"))
    second = muster.create(username=first["username"])
    assert second["id"] > first["id"]
    assert second["uuid"] != first["uuid"]
    assert_body(muster.request("GET", f"/users/{first['id']}"), NOT_FOUND)
    assert_body(muster.request("GET", f"/users/{first['uuid']}"), NOT_FOUND)


# Names that read like something else


@pytest.mark.parametrize("name", ["12345678", "import", "export", "0" * 8 + "-0000-4000-8000-" + "0" * 12])
def test_a_name_that_reads_like_an_id_or_a_path_is_named_with_a_prefix(muster, name):
    made = muster.request("POST", "/muster/v1/users", json={"username": name})
    assert made.status_code == 201, made.text
    path = f"/muster/v1/users/name:{name}"
    assert muster.request("GET", path).json()["id"] == made.json()["id"]
    assert muster.request("GET", path.replace("name:", "name%3A")).json()["username"] == name
    assert muster.request("PATCH", path, json={"name": "Renamed"}).json()["name"] == "Renamed"
    assert muster.request("POST", f"{path}/unlock").status_code == 200
    assert muster.request("GET", f"/muster/v1/sessions?user=name:{name}").json()["total"] == 0
    by_name = muster.request("GET", f"/activelogic/v1/users/by-name/{name}")
    assert by_name.json()["id"] == made.json()["id"]
    assert muster.request("DELETE", path).status_code == 204
    assert muster.request("GET", path).status_code == 404
