"""What is wrong in a request that is read: 400, field by field."""

import pytest
from answers import (
    WRONG_PASSWORD,
    assert_back_end,
    assert_empty,
    assert_error,
    assert_field,
    assert_gateway,
    assert_json,
    assert_malformed,
    assert_missing,
    assert_record,
)
from calls import ABSENT_UUID, REQUIRED, send
from program import CHEAP

from muster import PASSWORD, Muster, unique_username


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/users"), ("PUT", "/users/{id}"), ("POST", "/groups"), ("PUT", "/session")],
)
@pytest.mark.parametrize("body", [b'{"name":}', b'{"name": "a"', b"name=a", b"{'name': 'a'}"])
def test_malformed_json(muster, user, method, path, body):
    assert_malformed(muster.request(method, path.format(id=user.id), body=body))


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


def test_the_password_policy_of_nist(tmp_path):
    common = tmp_path / "common.txt"
    common.write_text("Walnut-9\n")
    settings = CHEAP | {"MUSTER_PASSWORD_POLICY": "nist", "MUSTER_PASSWORD_COMMON_LIST": common}
    with Muster(settings) as server:

        def answer(password, required):
            body = {"username": unique_username(), "password": password, "two_factor_required": required}
            return server.request("POST", "/muster/v1/users", json=body)

        assert "at least 15 characters" in answer("Walnut-8", required=False).json()["error"]["message"]
        assert answer("Walnut-8-Lantern", required=False).status_code == 201
        assert answer("Walnut-8", required=True).status_code == 201
        assert "at least 8 characters" in answer("Walnut7", required=True).json()["error"]["message"]
        assert "common passwords" in answer("walnut-9", required=True).json()["error"]["message"]


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


@pytest.mark.parametrize("phone", ["11231234567", "+", "+0123", "+1/5555555555", "+1234567890123456"])
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


@pytest.mark.parametrize(
    "code",
    ["", "000000", "abc123", "12345", "1234567", "\u0661" * 6, "\uff11" * 6, "9" * 10_000],
    ids=["empty", "zeros", "letters", "five", "seven", "arabic", "full-width", "long"],
)
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
