"""What Okta's published suites for SCIM 2.0 ask, and what its provisioning sends: in this order, with these fields."""

import time

import pytest
from conftest import ERROR, LIST, PATCH, USER, Scim, quoted, unique

HEADERS = {
    "Accept-Charset": "utf-8",
    "Content-Type": "application/scim+json; charset=utf-8",
    "Accept": "application/scim+json",
    "User-Agent": "OKTA SCIM Integration",
}


@pytest.fixture
def okta(muster):
    class Okta(Scim):
        def send(self, method, path, body=None, headers=None, type=None):
            return super().send(method, path, body, HEADERS | (headers or {}), type)

    return Okta(muster)


def test_the_suite_of_the_specification_passes(okta):
    begun = time.monotonic()
    first = okta.get("/Users?count=1&startIndex=1")
    assert first.status == 200 and first.json["schemas"] == [LIST]
    for number in ["itemsPerPage", "startIndex", "totalResults"]:
        assert isinstance(first.json[number], int)
    [shown] = first.resources
    assert shown["name"]["familyName"] and shown["name"]["givenName"] and shown["userName"]
    assert shown["active"] is True and shown["emails"][0]["value"]
    read = okta.get(f"/Users/{shown['id']}")
    assert read.status == 200 and read.json == shown

    assert okta.find("Users", f'userName eq "{unique()}@example.com"').json["totalResults"] == 0
    missing = okta.get("/Users/00919288221112222")
    assert missing.status == 404 and missing.json["schemas"] == [ERROR]

    name = unique("okta") + "@example.com"
    body = {
        "schemas": [USER],
        "userName": name,
        "name": {"givenName": "Amelia", "familyName": "Ledger"},
        "emails": [{"primary": True, "value": name, "type": "work"}],
        "displayName": "Amelia Ledger",
        "active": True,
    }
    assert okta.find("Users", f'userName eq "{name}"').json["totalResults"] == 0
    made = okta.post("/Users", body, type="application/json")
    assert made.status == 201 and made.json["id"]
    assert {key: made.json[key] for key in body} == body
    assert okta.get(f"/Users/{made.json['id']}").json == made.json
    again = okta.post("/Users", body, type="application/json")
    assert again.status == 409 and again.kind == "uniqueness"
    assert okta.find("Users", f'userName eq "{name.upper()}"').json["totalResults"] == 1
    groups = okta.get("/Groups")
    assert groups.status == 200 and time.monotonic() - begun < 120

    refused = okta.get("/Users", headers={"Authorization": "non-token"})
    assert refused.status == 401 and refused.json["status"] == "401"


def test_a_life_of_a_user_by_the_profile_editor(okta):
    """Okta's own apps send the whole profile by PUT, with the groups that nobody writes, and the state in it."""
    name = unique("okta") + "@example.com"
    body = {
        "schemas": [USER],
        "userName": name,
        "name": {"givenName": "Test", "familyName": "User"},
        "emails": [{"primary": True, "value": name, "type": "work"}],
        "displayName": "Test User",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": True,
    }
    made = okta.post("/Users", body)
    assert made.status == 201 and "password" not in made.json
    user = f"/Users/{made.json['id']}"
    del body["password"]
    body["name"]["givenName"] = "Another"
    changed = okta.put(user, body | {"id": made.json["id"], "meta": {"resourceType": "User"}})
    assert changed.status == 200 and changed.json["name"]["givenName"] == "Another"
    off = okta.put(user, body | {"active": False})
    assert off.json["active"] is False and okta.get(user).json["active"] is False
    assert okta.find("Users", f'userName eq "{name}"').json["totalResults"] == 1
    assert okta.put(user, body | {"active": True}).json["active"] is True


def test_a_life_of_a_user_by_patch(okta):
    user = f"/Users/{okta.user()['id']}"
    off = okta.send(
        "PATCH",
        user,
        {"schemas": [PATCH], "Operations": [{"op": "replace", "value": {"active": False}}]},
    )
    assert off.status == 200 and off.json["active"] is False
    assert okta.patch(user, {"op": "replace", "value": {"active": True}}).json["active"] is True
    secret = {"op": "replace", "value": {"password": "Fjord-Basket-71"}}
    assert okta.patch(user, secret).status == 200


def test_a_group_is_pushed_renamed_and_taken_away(okta):
    people = [okta.user() for _ in range(3)]
    group = okta.group(people[:1])
    place = f"/Groups/{group['id']}"
    renamed = unique("Renamed")
    answer = okta.patch(
        place, {"op": "replace", "value": {"id": group["id"], "displayName": renamed}}
    )
    assert answer.status == 200 and answer.json["displayName"] == renamed
    answer = okta.patch(
        place,
        {"op": "remove", "path": f'members[value eq "{people[0]["id"]}"]'},
        {
            "op": "add",
            "path": "members",
            "value": [{"value": one["id"], "display": one["userName"]} for one in people[1:]],
        },
    )
    assert answer.status == 200
    assert okta.members(group) == [one["id"] for one in people[1:]]
    found = okta.get(f"/Groups?filter=displayName%20eq%20{quoted(chr(34) + renamed + chr(34))}")
    assert [one["id"] for one in found.resources] == [group["id"]]
    assert okta.delete(place).status == 204 and okta.delete(place).status == 404
