"""Every error of the interface, case by case: the status, the body, and which check comes first."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from answers import (
    CODE_REQUIRED,
    INVALID,
    MISSING,
    NOT_FOUND,
    REFUSED,
    SCOPE,
    WRONG_PASSWORD,
    assert_back_end,
    assert_body,
    assert_empty,
    assert_error,
    assert_field,
    assert_gateway,
    assert_json,
    assert_malformed,
    assert_missing,
    assert_record,
)

from muster import PASSWORD, Muster, unique_username

ABSENT_ID = 9_000_000_000
ABSENT_UUID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"

# A cheap password hash, for servers whose subject is something else.
CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}

# What only an administrator may do, on a user and on a group that exist or do not.
ON_A_USER = [
    ("GET", "", None),
    ("PUT", "", {"name": "Nobody"}),
    ("DELETE", "", None),
    ("PUT", "/enabled", {"enabled": True}),
    ("PUT", "/chpasswd", {"password": PASSWORD}),
    ("PUT", "/keys", None),
    ("GET", "/authorizations", None),
    (
        "PUT",
        "/authorizations",
        {"api_permitted": True, "password_permitted": True, "saml_permitted": True},
    ),
    ("PUT", "/two-factor", {"email_enabled": False, "sms_enabled": False}),
    ("POST", "/two-factor/send-verification", {"sms_phone": "+15555555555"}),
    ("POST", "/two-factor/verify-code", {"verification_code": "123456"}),
]
ON_A_GROUP = [
    ("PUT", "", {"name": "Nobody"}),
    ("DELETE", "", None),
    ("GET", "/users", None),
]
ELSEWHERE = [
    ("POST", "/users", {"username": "a@example.com", "password": PASSWORD}),
    ("POST", "/groups", {"name": "Nobody"}),
    ("GET", "/access-control/v1/roles", None),
    ("GET", f"/access-control/v1/users/{ABSENT_UUID}/roles", None),
    ("PUT", f"/access-control/v1/users/{ABSENT_UUID}/roles", {"role_uuids": [ABSENT_UUID]}),
    ("GET", "/audit-log/v1/events", None),
]
OF_EVERYBODY = [
    ("GET", "/users", None),
    ("GET", "/groups", None),
    ("GET", "/session", None),
    ("PUT", "/session", {"name": "Nobody"}),
    ("DELETE", "/session", None),
    ("PUT", "/session/chpasswd", {"password": PASSWORD, "current_password": PASSWORD}),
    ("PUT", "/session/keys", None),
    ("PUT", "/session/two-factor", {"email_enabled": False, "sms_enabled": False}),
    ("POST", "/session/two-factor/send-verification", {"sms_phone": "+15555555555"}),
    ("POST", "/session/two-factor/verify-code", {"verification_code": "123456"}),
    ("GET", "/server/properties", None),
]
FOR_ADMINISTRATORS = (
    [(method, f"/users/{ABSENT_ID}{path}", body) for method, path, body in ON_A_USER]
    + [(method, f"/groups/{ABSENT_ID}{path}", body) for method, path, body in ON_A_GROUP]
    + [(method, f"/groups/{ABSENT_ID}/users/{ABSENT_ID}", None) for method in ("POST", "DELETE")]
    + ELSEWHERE
)


def send(server, method, path, body, **options):
    """A request with or without a JSON body."""
    if body is not None:
        options["json"] = body
    return server.request(method, path, **options)


# 401


@pytest.mark.parametrize(("method", "path", "body"), OF_EVERYBODY + FOR_ADMINISTRATORS)
def test_no_credentials(muster, method, path, body):
    assert_body(send(muster, method, path, body, keys=None), MISSING)


@pytest.mark.parametrize(("method", "path", "body"), OF_EVERYBODY + FOR_ADMINISTRATORS)
def test_bad_credentials(muster, method, path, body):
    assert_body(send(muster, method, path, body, keys=("0" * 64, "f" * 64)), INVALID)


def test_the_wrong_secret_of_a_known_key(muster):
    access, secret = muster.admin_keys
    wrong = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    assert_body(muster.request("GET", "/users", keys=(access, wrong)), INVALID)


def test_the_keys_of_two_users_do_not_mix(muster, account):
    one, other = account(64), account(64)
    assert_body(muster.request("GET", "/users", keys=(one.keys[0], other.keys[1])), INVALID)


def test_a_disabled_user(muster, user):
    assert_record(
        muster.request("PUT", f"/users/{user.id}/enabled", json={"enabled": False}), enabled=False
    )
    assert_body(muster.request("GET", "/session", keys=user.keys), INVALID)
    muster.request("PUT", f"/users/{user.id}/enabled", json={"enabled": True})
    assert_json(muster.request("GET", "/session", keys=user.keys), 200)


def test_a_closed_door_for_keys(muster, user):
    doors = {"api_permitted": False, "password_permitted": True, "saml_permitted": True}
    assert_empty(muster.request("PUT", f"/users/{user.id}/authorizations", json=doors))
    assert_body(muster.request("GET", "/session", keys=user.keys), INVALID)


def test_rotated_keys(muster, user):
    fresh = muster.keys_of(user.id)
    assert_body(muster.request("GET", "/session", keys=user.keys), INVALID)
    assert_json(muster.request("GET", "/session", keys=fresh), 200)


def test_the_keys_of_a_deleted_user(muster, user):
    assert_empty(muster.request("DELETE", f"/users/{user.id}"))
    assert_body(muster.request("GET", "/session", keys=user.keys), INVALID)


# 403


@pytest.mark.parametrize("role", [0, 16, 24, 32, 40])
def test_below_administrator(muster, account, role):
    keys = account(role).keys
    for method, path, body in FOR_ADMINISTRATORS:
        assert_body(send(muster, method, path, body, keys=keys), SCOPE)


@pytest.mark.parametrize("path", ["/users", "/groups"])
def test_a_read_only_user_may_not_list(muster, account, path):
    assert_body(muster.request("GET", path, keys=account(0).keys), SCOPE)


def test_one_may_not_look_at_oneself_by_id(muster, user):
    assert_body(muster.request("GET", f"/users/{user.id}", keys=user.keys), SCOPE)


@pytest.mark.parametrize("role", [0, 16, 40])
def test_impersonation_by_a_lower_role(muster, account, user, role):
    headers = {"X-Impersonate": f"username={user.username}"}
    answer = muster.request("GET", "/session", headers=headers, keys=account(role).keys)
    assert_body(answer, REFUSED)


def test_impersonation_of_nobody(muster):
    headers = {"X-Impersonate": f"username={unique_username()}"}
    assert_body(muster.request("GET", "/session", headers=headers), REFUSED)


# 404


@pytest.mark.parametrize("path", ["", "/", "/user", "/users/4/nothing", "/api/v3", "/session/x"])
def test_an_unknown_path(muster, path):
    assert_body(muster.request("GET", path or "/", keys=muster.admin_keys), NOT_FOUND)


@pytest.mark.parametrize("reference", [ABSENT_ID, ABSENT_UUID])
@pytest.mark.parametrize(("method", "path", "body"), ON_A_USER)
def test_an_unknown_user(muster, method, path, body, reference):
    answer = send(muster, method, f"/users/{reference}{path}", body)
    if path == "/authorizations" and reference == ABSENT_UUID:
        assert_back_end(answer, 404, f"User[UUID={ABSENT_UUID}] not found.")
    else:
        assert_body(answer, NOT_FOUND)


@pytest.mark.parametrize("reference", [ABSENT_ID, ABSENT_UUID])
@pytest.mark.parametrize(("method", "path", "body"), ON_A_GROUP)
def test_an_unknown_group(muster, method, path, body, reference):
    assert_body(send(muster, method, f"/groups/{reference}{path}", body), NOT_FOUND)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_an_unknown_member_or_group(muster, user, method):
    group = assert_json(muster.request("POST", "/groups", json={"name": unique_username()}), 200)
    for path in (
        f"/groups/{ABSENT_ID}/users/{user.id}",
        f"/groups/{group['id']}/users/{ABSENT_ID}",
        f"/groups/{group['uuid']}/users/{ABSENT_UUID}",
    ):
        assert_body(muster.request(method, path), NOT_FOUND)


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {"role_uuids": [ABSENT_UUID]})])
def test_the_roles_of_an_unknown_user(muster, method, body):
    path = f"/access-control/v1/users/{ABSENT_UUID}/roles"
    assert_error(send(muster, method, path, body), 404)


# 405


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/users", {"GET", "POST"}),
        ("/users/2", {"GET", "PUT", "DELETE"}),
        ("/users/2/enabled", {"PUT"}),
        ("/users/2/chpasswd", {"PUT"}),
        ("/users/2/keys", {"PUT"}),
        ("/users/2/authorizations", {"GET", "PUT"}),
        ("/users/2/two-factor", {"PUT"}),
        ("/users/2/two-factor/send-verification", {"POST"}),
        ("/users/2/two-factor/verify-code", {"POST"}),
        ("/session", {"GET", "POST", "PUT", "DELETE"}),
        ("/session/chpasswd", {"PUT"}),
        ("/session/keys", {"PUT"}),
        ("/session/two-factor", {"PUT"}),
        ("/session/two-factor/send-verification", {"POST"}),
        ("/session/two-factor/verify-code", {"POST"}),
        ("/groups", {"GET", "POST"}),
        ("/groups/2", {"PUT", "DELETE"}),
        ("/groups/2/users", {"GET"}),
        ("/groups/2/users/2", {"POST", "DELETE"}),
        ("/server/status", {"GET"}),
        ("/healthz", {"GET"}),
        ("/readyz", {"GET"}),
        ("/server/properties", {"GET"}),
        ("/access-control/v1/roles", {"GET"}),
        (f"/access-control/v1/users/{ABSENT_UUID}/roles", {"GET", "PUT"}),
        ("/audit-log/v1/events", {"GET"}),
        ("/openapi.yaml", {"GET"}),
    ],
)
def test_the_wrong_method_on_a_known_path(muster, path, allowed):
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        if method not in allowed:
            answer = muster.request(method, path)
            assert_gateway(answer, 405, "Method Not Allowed")
            listed = allowed | ({"HEAD"} if "GET" in allowed else set())
            assert set(re.split(r"\s*,\s*", answer.headers["Allow"])) == listed


@pytest.mark.parametrize(
    "path",
    ["/users", "/users/1", "/users/999999", "/session", "/groups", "/server/properties"]
    + ["/server/status", "/openapi.yaml", "/audit-log/v1/events", "/muster/v1/users", "/nowhere"]
    + ["/muster/v1/users/export", "/activelogic/v1/users", "/activelogic/v1/permissions"],
)
def test_head_is_get_without_the_body(muster, path):
    answer, full = muster.request("HEAD", path), muster.request("GET", path)
    assert answer.status_code == full.status_code
    assert answer.content == b""
    own = {"X-Request-Uuid", "X-Tio-Last-Request-Uuid", "Date"}
    expected = {k: v for k, v in full.headers.items() if k not in own}
    # What is sent in pieces has no length that could be told without reading all of it.
    assert {k: v for k, v in answer.headers.items() if k not in own} == expected


def test_head_is_refused_where_there_is_nothing_to_read(muster):
    answer = muster.request("HEAD", "/users/1/chpasswd")
    assert answer.status_code == 405 and answer.headers["Allow"] == "PUT"
    assert muster.request("HEAD", "/users", keys=None).status_code == 401


def test_head_of_an_export_is_no_export(muster):
    def exports():
        answer = muster.request("GET", "/audit-log/v1/events?f=action.eq:user.export")
        return answer.json()["pagination"]["total"]

    before = exports()
    for query in ("", "?hashes=true"):
        answer = muster.request("HEAD", "/muster/v1/users/export" + query)
        assert answer.status_code == 200 and answer.content == b""
        assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert muster.request("HEAD", "/muster/v1/users/export?hashes=maybe").status_code == 400
    assert muster.request("HEAD", "/muster/v1/users/export", keys=None).status_code == 401
    user = muster.create(permissions=16)
    keys = muster.keys_of(user["id"])
    assert muster.request("HEAD", "/muster/v1/users/export", keys=keys).status_code == 403
    assert exports() == before
    assert muster.request("GET", "/muster/v1/users/export").status_code == 200
    assert exports() == before + 1


# 400


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/users"), ("PUT", "/users/{id}"), ("POST", "/groups"), ("PUT", "/session")],
)
@pytest.mark.parametrize("body", [b'{"name":}', b'{"name": "a"', b"name=a", b"{'name': 'a'}"])
def test_malformed_json(muster, user, method, path, body):
    assert_malformed(muster.request(method, path.format(id=user.id), body=body))


DOORS = {"api_permitted": True, "password_permitted": True, "saml_permitted": True}
REQUIRED = [
    ("POST", "/users", {"username": "a@example.com", "password": PASSWORD}),
    ("PUT", "/users/{id}/enabled", {"enabled": True}),
    ("PUT", "/users/{id}/chpasswd", {"password": PASSWORD}),
    ("PUT", "/users/{id}/authorizations", DOORS),
    ("PUT", "/users/{id}/two-factor", {"email_enabled": False, "sms_enabled": False}),
    ("POST", "/users/{id}/two-factor/send-verification", {"sms_phone": "+15555555555"}),
    ("POST", "/users/{id}/two-factor/verify-code", {"verification_code": "123456"}),
    ("PUT", "/session/two-factor", {"email_enabled": False, "sms_enabled": False}),
    ("POST", "/session/two-factor/send-verification", {"sms_phone": "+15555555555"}),
    ("POST", "/session/two-factor/verify-code", {"verification_code": "123456"}),
    ("POST", "/session", {"username": "a@example.com", "password": PASSWORD}),
    ("POST", "/groups", {"name": "Nobody"}),
    ("PUT", "/access-control/v1/users/{uuid}/roles", {"role_uuids": [ABSENT_UUID]}),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [(method, path, body, field) for method, path, body in REQUIRED for field in body],
)
def test_a_missing_field(muster, user, method, path, body, field):
    path = path.format(id=user.id, uuid=user.uuid)
    rest = {name: value for name, value in body.items() if name != field}
    for incomplete in (rest, rest | {field: None}):
        assert_missing(muster.request(method, path, json=incomplete), field)


@pytest.mark.parametrize(
    "wrong", [1, 15, 17, 63, 65, 128, -1, 64.0, True, False, [], {}, "nope", "64.0", "", " 64", "+64"]
)
def test_invalid_permissions(muster, user, wrong):
    body = {"username": unique_username(), "password": PASSWORD, "permissions": wrong}
    assert_field(muster.request("POST", "/users", json=body), "permissions")
    answer = muster.request("PUT", f"/users/{user.id}", json={"permissions": wrong})
    assert_field(answer, "permissions")
    assert_record(muster.request("GET", f"/users/{user.id}"), permissions=16)


@pytest.mark.parametrize("given", [0, 16, 24, 32, 40, 64, "0", "16", "24", "32", "40", "64"])
def test_valid_permissions(muster, user, given):
    answer = muster.request("PUT", f"/users/{user.id}", json={"permissions": given})
    assert_record(answer, permissions=int(given))


@pytest.mark.parametrize("kind", ["ldap", "saml", "", "LOCAL", 1, False, []])
def test_an_account_type_other_than_local(muster, kind):
    body = {"username": unique_username(), "password": PASSWORD, "type": kind}
    assert_field(muster.request("POST", "/users", json=body), "type")


@pytest.mark.parametrize("kind", ["local", None])
def test_the_account_type_local(muster, kind):
    body = {"username": unique_username(), "password": PASSWORD, "type": kind}
    assert_record(muster.request("POST", "/users", json=body), type="local", permissions=16)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "nobody",
        "@example.com",
        "a@",
        "a@b@example.com",
        "a b@example.com",
        " a@example.com",
        "a@example.com ",
        "-a@example.com",
        ".a@example.com",
        "a'b@example.com",
        "a/b@example.com",
        "a:b@example.com",
        "a\nb@example.com",
        "a\x00b@example.com",
        "\u00e4@example.com",
        "a@ex\u0430mple.com",
        "a" * 243 + "@example.com",
    ],
)
def test_a_username_that_is_none(muster, name):
    before = muster.request("GET", "/users").json()["users"]
    answer = muster.request("POST", "/users", json={"username": name, "password": PASSWORD})
    assert_error(answer, 400)
    after = muster.request("GET", "/users").json()["users"]
    assert [user["id"] for user in after] == [user["id"] for user in before]


def test_an_unapproved_domain():
    settings = CHEAP | {"MUSTER_USERS_APPROVED_DOMAINS": "example.com,example.org"}
    sentence = "The username provided is not a part of the current Container's approved domains."
    with Muster(settings) as server:
        for name in ("a@example.net", "a@sub.example.com", "a@example.com.example.net"):
            body = {"username": name, "password": PASSWORD}
            assert_back_end(server.request("POST", "/users", json=body), 400, sentence)
        for name in ("a@example.com", "a@EXAMPLE.ORG"):
            server.create(username=name)
        # The e-mail address is free, for an administrator.
        server.create(username="b@example.org", email="b@example.net")


def test_the_basic_password_policy(muster):
    body = {"username": unique_username(), "password": "1234567"}
    assert "8" in assert_gateway(muster.request("POST", "/users", json=body), 400, "Bad Request")
    assert_json(muster.request("POST", "/users", json=body | {"password": "12345678"}), 200)


def test_the_tenable_password_policy_names_every_broken_rule():
    with Muster(CHEAP | {"MUSTER_PASSWORD_POLICY": "tenable"}) as server:

        def refusal(password):
            body = {"username": unique_username(), "password": password}
            answer = server.request("POST", "/users", json=body)
            return assert_gateway(answer, 400, "Bad Request").lower()

        assert all(word in refusal("....") for word in ("12", "upper", "lower", "digit"))
        assert "special" in refusal("Aa1234567890") and "12" not in refusal("Aa1234567890")
        assert "upper" in refusal("aa-123456789") and "lower" not in refusal("aa-123456789")

        # Neither the present password nor a former one.
        user = server.create(password="Walnut-Ferry-1")
        path = f"/users/{user['id']}/chpasswd"
        assert_empty(server.request("PUT", path, json={"password": "Walnut-Ferry-2"}))
        for used in ("Walnut-Ferry-2", "Walnut-Ferry-1"):
            answer = server.request("PUT", path, json={"password": used})
            assert_gateway(answer, 400, "Bad Request")
        assert_empty(server.request("PUT", path, json={"password": "Walnut-Ferry-3"}))


def test_the_strict_password_policy(tmp_path):
    common = tmp_path / "common.txt"
    common.write_text("Correct-Horse-Battery\nAnother-Long-But-Common-One\n")
    settings = CHEAP | {"MUSTER_PASSWORD_POLICY": "strict", "MUSTER_PASSWORD_COMMON_LIST": common}
    name = "a-rather-long-name@example.com"
    with Muster(settings) as server:
        for password in ("Aa-12345678901", name, name.upper(), "correct-horse-BATTERY"):
            body = {"username": name, "password": password}
            assert_gateway(server.request("POST", "/users", json=body), 400, "Bad Request")
        server.create(username=name, password="Aa-123456789012")


@pytest.mark.parametrize("of", ["/users/{id}", "/session"])
def test_a_wrong_current_password_when_a_phone_is_verified(muster, user, of):
    path = of.format(id=user.id) + "/two-factor/send-verification"
    keys = user.keys if of == "/session" else muster.admin_keys
    body = {"sms_phone": "+15555555555", "password": "not this one"}
    answer = muster.request("POST", path, json=body, keys=keys)
    assert assert_json(answer, 400) == WRONG_PASSWORD


def test_a_wrong_current_password_when_the_password_is_changed(muster, user, deputy):
    fresh = {"password": "Another-" + PASSWORD}
    wrong = fresh | {"current_password": "not this one"}
    of_other = f"/users/{user.id}/chpasswd"
    assert assert_json(muster.request("PUT", of_other, json=wrong), 400) == WRONG_PASSWORD
    # One's own account: the current password is needed, and has to be right, on both paths.
    for path in ("/session/chpasswd", f"/users/{deputy.id}/chpasswd"):
        for body in (fresh, fresh | {"current_password": None}, wrong):
            answer = muster.request("PUT", path, json=body, keys=deputy.keys)
            assert assert_json(answer, 400) == WRONG_PASSWORD
    # Both passwords are still the old ones.
    for owner in (user, deputy):
        assert_json(muster.login(owner.username), 200)


@pytest.mark.parametrize("phone", ["11231234567", "+", "+0123", "+1 555 555 5555", "+1234567890123456"])
def test_a_phone_number_that_is_none(muster, user, phone):
    expected = (
        f'child "sms_phone" fails because ["sms_phone" with value "{phone}" fails to match the '
        r"required pattern: /^(\+1[2-9][0-8]\d[2-9]\d{6}|\+[1-9]\d{1,14})$/]"
    )
    for method, path, body in (
        ("POST", "/two-factor/send-verification", {}),
        ("PUT", "/two-factor", {"email_enabled": False, "sms_enabled": True}),
    ):
        answer = muster.request(method, f"/users/{user.id}{path}", json=body | {"sms_phone": phone})
        assert assert_gateway(answer, 400, "Bad Request") == expected
    assert "two_factor" not in muster.request("GET", f"/users/{user.id}").json()


def test_sms_without_a_phone_number(muster, user):
    body = {"email_enabled": False, "sms_enabled": True}
    answer = muster.request("PUT", f"/users/{user.id}/two-factor", json=body)
    assert_field(answer, "sms_phone")


@pytest.mark.parametrize("code", ["", "000000", "abc123", "12345", "1234567", "\u0661" * 6])
def test_a_verification_code_that_nobody_sent(muster, user, code):
    path = f"/users/{user.id}/two-factor/verify-code"
    assert_error(muster.request("POST", path, json={"verification_code": code}), 400)
    answer = muster.request(
        "POST", "/session/two-factor/verify-code", json={"verification_code": code}, keys=user.keys
    )
    assert_error(answer, 400)


def test_an_edit_whose_body_was_lost(muster, user):
    answer = muster.request("PUT", f"/users/{user.id}", body=None)
    message = assert_gateway(answer, 400, "Bad Request")
    for words in ("body", "tio.put", "json", "users.enabled"):
        assert words in message, message
    assert assert_record(muster.request("PUT", f"/users/{user.id}", json={}))["id"] == user.id


def test_a_group_with_members_is_not_deleted(muster, user):
    group = muster.request("POST", "/groups", json={"name": unique_username("group")}).json()
    assert_empty(muster.request("POST", f"/groups/{group['id']}/users/{user.id}"))
    place = f"Group[UUID={group['uuid']}, accountUUID={group['container_uuid']}]"
    assert_back_end(
        muster.request("DELETE", f"/groups/{group['id']}"),
        400,
        f"Cannot delete {place} that still has Users associated with it.",
    )
    assert_empty(muster.request("DELETE", f"/users/{user.id}"))
    assert_empty(muster.request("DELETE", f"/groups/{group['id']}"))


@pytest.mark.parametrize("reference", ["0", "00000000-0000-0000-0000-000000000000"])
def test_the_group_of_everybody_cannot_be_changed(muster, user, reference):
    before = muster.request("GET", "/groups").json()["groups"][0]
    for method, path, body in (
        ("PUT", f"/groups/{reference}", {"name": "Some Users"}),
        ("DELETE", f"/groups/{reference}", None),
        ("POST", f"/groups/{reference}/users/{user.id}", None),
        ("DELETE", f"/groups/{reference}/users/{user.id}", None),
    ):
        assert_error(send(muster, method, path, body), 400, 403, 409)
    assert muster.request("GET", "/groups").json()["groups"][0] == before
    assert before["name"] == "All Users"


@pytest.mark.parametrize("roles", [[], [ABSENT_UUID], ["nope"], [1], "x", {}, [None], ["a", "b"]])
def test_roles_that_are_none(muster, user, roles):
    path = f"/access-control/v1/users/{user.uuid}/roles"
    before = assert_json(muster.request("GET", path), 200)
    assert_error(muster.request("PUT", path, json={"role_uuids": roles}), 400, 404)
    assert assert_json(muster.request("GET", path), 200) == before


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=10001",
        "limit=-1",
        "limit=x",
        "limit=",
        "limit=1.0",
        "limit=18446744073709551616",
        "after=x",
        "after=-1",
        "after=9223372036854775808",
        "sort=nope",
        "sort=",
        "sort=--id",
        "sort=password",
        "limit=%00",
    ],
)
def test_a_query_that_makes_no_sense(muster, query):
    assert_error(muster.request("GET", f"/users?{query}"), 400)


@pytest.mark.parametrize("query", ["limit=0", "limit=10001", "limit=x", "offset=-1", "f=nonsense"])
def test_a_query_of_the_audit_log_that_makes_no_sense(muster, query):
    assert_error(muster.request("GET", f"/audit-log/v1/events?{query}"), 400)


# 409


def test_a_duplicate_username(muster, user):
    for name in (user.username, user.username.upper()):
        answer = muster.request("POST", "/users", json={"username": name, "password": PASSWORD})
        assert_body(answer, {"statusCode": 409, "error": "Conflict", "message": "Duplicate username"})


def test_a_duplicate_group_name(muster):
    name = unique_username("group")
    assert_json(muster.request("POST", "/groups", json={"name": name}), 200)
    other = muster.request("POST", "/groups", json={"name": unique_username("group")}).json()
    sentence = "Duplicate Group name"
    assert_back_end(muster.request("POST", "/groups", json={"name": name}), 409, sentence)
    answer = muster.request("PUT", f"/groups/{other['id']}", json={"name": name})
    assert_back_end(answer, 409, sentence)
    # Its own name is no duplicate.
    answer = muster.request("PUT", f"/groups/{other['id']}", json={"name": other["name"]})
    assert assert_json(answer, 200)["name"] == other["name"]


def test_what_nobody_may_do_to_oneself(muster, deputy):
    place = f"/users/{deputy.id}"
    before = assert_record(muster.request("GET", place, keys=deputy.keys))
    for method, path, body in (
        ("DELETE", place, None),
        ("DELETE", f"/users/{deputy.uuid}", None),
        ("PUT", f"{place}/enabled", {"enabled": False}),
        ("PUT", place, {"enabled": False}),
        ("PUT", place, {"enabled": False, "name": "Changed"}),
        ("PUT", f"{place}/authorizations", DOORS | {"saml_permitted": False}),
    ):
        assert_error(send(muster, method, path, body, keys=deputy.keys), 409)
    after = assert_record(muster.request("GET", place, keys=deputy.keys))
    for record in (before, after):
        record.pop("last_apikey_access", None)
    assert after == before
    # The value that is there already is no change.
    edit = {"enabled": True, "name": "Changed", "email": None, "permissions": 64}
    assert_record(muster.request("PUT", place, json=edit, keys=deputy.keys), name="Changed")


def test_the_last_administrator_stays():
    with Muster(CHEAP) as server:
        admin = server.admin
        basic = server.request("GET", "/access-control/v1/roles").json()
        (basic,) = [role["uuid"] for role in basic if role["name"] == "Basic"]
        for method, path, body in (
            ("PUT", f"/users/{admin['id']}", {"permissions": 16}),
            ("PUT", f"/access-control/v1/users/{admin['uuid']}/roles", {"role_uuids": [basic]}),
            ("DELETE", f"/users/{admin['id']}", None),
            ("PUT", f"/users/{admin['id']}/enabled", {"enabled": False}),
        ):
            assert_error(send(server, method, path, body), 409)
        # A disabled administrator is no other administrator.
        other = server.create(64)
        server.request("PUT", f"/users/{other['id']}/enabled", json={"enabled": False})
        answer = server.request("PUT", f"/users/{admin['id']}", json={"permissions": 16})
        assert_error(answer, 409)
        server.request("PUT", f"/users/{other['id']}/enabled", json={"enabled": True})
        answer = server.request("PUT", f"/users/{admin['id']}", json={"permissions": 16})
        assert_record(answer, permissions=16)
        assert_body(server.request("GET", f"/users/{admin['id']}"), SCOPE)


def test_two_administrators_do_not_demote_each_other_at_once():
    with Muster(CHEAP) as server:
        for _ in range(10):
            other = server.create(64)
            keys = server.keys_of(other["id"])
            pairs = [(server.admin_keys, other["id"]), (keys, server.admin["id"])]

            def demote(pair):
                body = {"permissions": 16}
                return server.request("PUT", f"/users/{pair[1]}", json=body, keys=pair[0]).status_code

            with ThreadPoolExecutor(2) as pool:
                statuses = sorted(pool.map(demote, pairs))
            # One wins. The other is no administrator any more (403), or meets the last one (409).
            assert statuses in ([200, 403], [200, 409]), statuses
            # The one who is left makes two of them again, then there is only the first.
            if server.request("GET", f"/users/{other['id']}").status_code == 403:
                body = {"permissions": 64}
                path = f"/users/{server.admin['id']}"
                assert_record(server.request("PUT", path, json=body, keys=keys), permissions=64)
            assert_empty(server.request("DELETE", f"/users/{other['id']}"))


def test_a_successor_who_cannot_be_one(muster, account):
    user, disabled = account(), account()
    muster.request("PUT", f"/users/{disabled.id}/enabled", json={"enabled": False})
    for successor in (ABSENT_UUID, user.uuid, disabled.uuid):
        path = f"/users/{user.id}?successor_user_uuid={successor}"
        assert_error(muster.request("DELETE", path), 400, 409)
    for successor in ("nope", "", "4"):
        path = f"/users/{user.id}?successor_user_uuid={successor}"
        assert_error(muster.request("DELETE", path), 400)
    assert_record(muster.request("GET", f"/users/{user.id}"), id=user.id)


# 413 and 415


def test_a_body_over_the_limit(muster, user):
    body = b'{"name": "' + b"a" * 1_048_576 + b'"}'
    assert_error(muster.request("PUT", f"/users/{user.id}", body=body), 413)
    assert_record(muster.request("GET", f"/users/{user.id}"), name=user.username)


@pytest.mark.parametrize(("method", "path", "body"), REQUIRED)
def test_a_media_type_that_is_not_taken(muster, user, method, path, body):
    path = path.format(id=user.id, uuid=user.uuid)
    for kind in ("multipart/form-data; boundary=x", "Multipart/Mixed; boundary=x"):
        headers = {"Content-Type": kind}
        answer = muster.request(method, path, body=b"--x--", headers=headers)
        assert_gateway(answer, 415, "Unsupported Media Type")


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "text/plain", "x/y", "", None]
)
def test_json_under_another_media_type(muster, user, kind):
    headers = {} if kind is None else {"Content-Type": kind}
    answer = muster.request("PUT", f"/users/{user.id}", body=b'{"name": "New"}', headers=headers)
    assert_record(answer, name="New")


# 429 and 503


def test_too_many_requests_of_one_user():
    with Muster(CHEAP | {"MUSTER_HTTP_LIMITS_REQUESTS_PER_MINUTE": 30}) as server:
        other = server.create()
        keys = server.keys_of(other["id"])
        # The limit is per minute: a run over the turn of a minute begins a second count.
        answers = [server.request("GET", "/session", keys=keys) for _ in range(70)]
        statuses = {answer.status_code for answer in answers}
        assert statuses == {200, 429}, statuses
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert_gateway(refused, 429, "Too Many Requests")
        assert re.fullmatch("[0-9]{1,2}", refused.headers["Retry-After"]), refused.headers
        assert int(refused.headers["Retry-After"]) <= 60
        # The limit is the user's own: others, and callers without credentials, are served.
        assert_json(server.request("GET", "/session"), 200)
        assert_json(server.request("GET", "/server/status", keys=None), 200)


def test_more_logins_than_the_server_can_hash():
    costly = {
        "MUSTER_PASSWORD_ARGON2_KIBIBYTES": 65536,
        "MUSTER_PASSWORD_ARGON2_ITERATIONS": 8,
        "MUSTER_PASSWORD_HASHING_THREADS": 1,
        "MUSTER_PASSWORD_HASHING_QUEUE": 1,
    }
    with Muster(costly) as server, ThreadPoolExecutor(16) as pool:
        logins = [pool.submit(server.login, unique_username(), "not this one") for _ in range(16)]
        # Everybody else is served meanwhile, and is not kept waiting.
        begin = time.monotonic()
        assert_json(server.request("GET", "/session"), 200)
        assert time.monotonic() - begin < 5
        answers = [login.result() for login in logins]
        statuses = {answer.status_code for answer in answers}
        assert statuses == {401, 503}, statuses
        for answer in answers:
            if answer.status_code == 503:
                message = "Please wait a moment and try your request again."
                assert assert_gateway(answer, 503, "Service Unavailable") == message
                assert re.fullmatch("[1-9][0-9]?", answer.headers["Retry-After"]), answer.headers
            else:
                assert_body(answer, INVALID)


# Order


def test_credentials_come_first(muster):
    for method, path, body in (
        ("GET", "/users/nope", None),
        ("PUT", f"/users/{ABSENT_ID}", b"{"),
        ("PUT", f"/users/{ABSENT_ID}/chpasswd", b'{"password": 1}'),
        ("DELETE", f"/groups/{ABSENT_ID}", None),
        ("POST", "/users", b"{"),
    ):
        assert_body(muster.request(method, path, body=body, keys=None), MISSING)
        headers = {"X-ApiKeys": "nonsense"}
        assert_body(muster.request(method, path, body=body, keys=None, headers=headers), INVALID)


def test_the_role_comes_before_the_id(muster, user):
    for reference in ("nope", ABSENT_ID, ABSENT_UUID):
        for method, path, body in ON_A_USER:
            answer = send(muster, method, f"/users/{reference}{path}", body, keys=user.keys)
            assert_body(answer, SCOPE)


def test_the_role_comes_before_the_body(muster, user):
    for method, path, _ in REQUIRED:
        if path.startswith(("/users", "/groups", "/access-control")):
            path = path.format(id=muster.admin["id"], uuid=muster.admin["uuid"])
            assert_body(muster.request(method, path, body=b"{", keys=user.keys), SCOPE)


def test_the_id_comes_before_the_body(muster):
    answer = muster.request("PUT", "/users/0/chpasswd", json={"password": "nope"})
    assert_body(answer, NOT_FOUND)
    for method, path, _ in REQUIRED:
        if "{id}" in path:
            path = path.format(id=ABSENT_ID)
            assert_body(muster.request(method, path, body=b"{"), NOT_FOUND)


def test_the_body_comes_before_the_conflict(muster, deputy):
    taken = {"username": deputy.username, "password": PASSWORD}
    answer = muster.request("POST", "/users", json=taken | {"permissions": 1})
    assert_field(answer, "permissions")
    assert_gateway(
        muster.request("POST", "/users", json=taken | {"password": "short"}), 400, "Bad Request"
    )
    path = f"/users/{deputy.id}/enabled"
    answer = muster.request("PUT", path, json={"enabled": "no"}, keys=deputy.keys)
    assert_field(answer, "enabled")


def test_a_code_is_required_before_anything_is_said(muster, user):
    body = {"email_enabled": True, "sms_enabled": False}
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=body))
    # A wrong password learns nothing of the second factor.
    assert_body(muster.login(user.username, "not this one"), INVALID)
    assert_body(muster.login(user.username), CODE_REQUIRED)
