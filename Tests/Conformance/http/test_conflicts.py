"""What is well said and cannot be done: 409."""

from concurrent.futures import ThreadPoolExecutor

from answers import (
    SCOPE,
    assert_back_end,
    assert_body,
    assert_empty,
    assert_error,
    assert_json,
    assert_record,
)
from calls import ABSENT_UUID, AUTHORIZATIONS, send
from program import CHEAP

from muster import PASSWORD, Muster, unique_username


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
        ("PUT", f"{place}/authorizations", AUTHORIZATIONS | {"saml_permitted": False}),
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
