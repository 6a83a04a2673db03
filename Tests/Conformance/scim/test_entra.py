"""What Microsoft Entra ID sends, with and without its flag `aadOptscim062020`, and what its validator asks."""

import uuid

import pytest
from conftest import ENTERPRISE, GROUP, USER, quoted, unique

WORK = 'emails[type eq "work"].value'


def test_the_first_contact_finds_nobody_and_says_so(scim):
    for kind, text in [
        ("Users", f'userName eq "{uuid.uuid4()}"'),
        ("Users", f'externalId eq "{uuid.uuid4()}"'),
        ("Users", f'{WORK} eq "{uuid.uuid4()}@example.com"'),
        ("Groups", f'displayName eq "{uuid.uuid4()}"'),
    ]:
        found = scim.find(kind, text, "&excludedAttributes=members" if kind == "Groups" else "")
        assert found.json["totalResults"] == 0 and found.resources == []


def test_a_user_as_its_documents_show_it(scim):
    name = unique("Test_User") + "@example.com"
    made = scim.post(
        "/Users",
        {
            "schemas": [USER, ENTERPRISE],
            "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
            "userName": name,
            "active": True,
            "emails": [{"primary": True, "type": "work", "value": f"W.{name}"}],
            "meta": {"resourceType": "User"},
            "name": {"formatted": "given family", "familyName": "family", "givenName": "given"},
            "roles": [],
        },
    )
    assert made.status == 201 and made.json["userName"] == name and "roles" not in made.json
    for text in [f'userName eq "{name}"', f'{WORK} eq "W.{name}"', f'userName eq "{name.lower()}"']:
        assert [one["id"] for one in scim.find("Users", text).resources] == [made.json["id"]]
    place = f"/Users/{made.json['id']}"
    changed = scim.patch(
        place,
        {"op": "Replace", "path": WORK, "value": "updatedEmail@example.com"},
        {"op": "Replace", "path": "name.familyName", "value": "updatedFamilyName"},
        {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Quality"},
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "26118915-6090-4610-87e4-49d8ca9f808d"},
        {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "+1 555 0100"},
        {"op": "Add", "path": 'addresses[type eq "untyped"].locality', "value": "Bonn"},
    )
    assert changed.status == 200
    user = scim.get(place).json
    assert user["emails"][0]["value"] == "updatedEmail@example.com"
    assert user["name"]["familyName"] == "updatedFamilyName"
    assert user[ENTERPRISE]["department"] == "Quality"
    assert user[ENTERPRISE]["manager"]["value"] == "26118915-6090-4610-87e4-49d8ca9f808d"
    assert user["phoneNumbers"] == [{"value": "+1 555 0100", "type": "mobile"}]
    assert user["addresses"] == [{"locality": "Bonn", "type": "untyped"}]
    assert scim.patch(place, {"op": "Replace", "path": "active", "value": "False"}).status == 200
    assert scim.get(place).json["active"] is False
    assert scim.delete(place).status == 204 and scim.get(place).status == 404


def test_a_user_by_the_flag(scim):
    place = f"/Users/{scim.user()['id']}"
    value = {
        "name.givenName": "Maya",
        "displayName": "Maya Brook",
        f"{ENTERPRISE}:employeeNumber": "701",
        ENTERPRISE: {"costCenter": "C-4"},
        "active": False,
    }
    assert scim.patch(place, {"op": "replace", "value": value}).status == 200
    user = scim.get(place).json
    assert (user["name"]["givenName"], user["displayName"]) == ("Maya", "Maya Brook")
    assert user[ENTERPRISE] == {"employeeNumber": "701", "costCenter": "C-4"}
    assert user["active"] is False


@pytest.mark.parametrize("style", ["list", "filter", "bare"])
def test_members_come_and_go_one_by_one(scim, style):
    people = [scim.user() for _ in range(3)]
    made = scim.post(
        "/Groups",
        {
            "schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
            "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
            "displayName": unique("displayName"),
            "meta": {"resourceType": "Group"},
        },
    )
    group, place = made.json, f"/Groups/{made.json['id']}"
    both = [{"$ref": None, "value": one["id"]} for one in people[:2]]
    for _ in range(2):
        added = scim.patch(place, {"op": "Add", "path": "members", "value": both})
        assert added.status in (200, 204)
    assert scim.members(group) == [one["id"] for one in people[:2]]
    first, stranger = people[0]["id"], people[2]["id"]
    for gone in [first, first, stranger]:
        operation = {
            "list": {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": gone}]},
            "filter": {"op": "remove", "path": f'members[value eq "{gone}"]'},
            "bare": {"op": "remove", "path": "members", "value": gone},
        }[style]
        assert scim.patch(place, operation).status in (200, 204)
    assert scim.members(group) == [people[1]["id"]]
    assert scim.patch(place, {"op": "Remove", "path": "members"}).status in (200, 204)
    assert scim.members(group) == []


def test_every_single_value_is_written_and_read_again(scim):
    """The direct tests of the validator: each attribute of the schema alone, then nothing in its place."""
    place = f"/Users/{scim.user()['id']}"
    schemas = {one["id"]: one for one in scim.get("/Schemas").resources}
    for urn in [USER, ENTERPRISE]:
        for attribute in schemas[urn]["attributes"]:
            name = attribute["name"]
            if attribute["type"] not in ("string", "reference") or name in ("userName", "password"):
                continue
            path = name if urn == USER else f"{urn}:{name}"
            written = f"upd-{uuid.uuid4()}"
            assert scim.patch(place, {"op": "replace", "path": path, "value": written}).status == 200
            user = scim.get(place).json
            assert (user if urn == USER else user[urn])[name] == written
            for nothing in ["", None]:
                operation = {"op": "replace", "path": path, "value": nothing}
                assert scim.patch(place, operation).status == 200
            assert name not in (scim.get(place).json if urn == USER else scim.get(place).json.get(urn, {}))


def test_a_manager_is_named_replaced_and_taken_away(scim):
    place, path = f"/Users/{scim.user()['id']}", f"{ENTERPRISE}:manager"
    for value in ["one", {"value": "two"}]:
        assert scim.patch(place, {"op": "add", "path": path, "value": value}).status == 200
    assert scim.get(place).json[ENTERPRISE]["manager"] == {"value": "two"}
    assert scim.patch(place, {"op": "replace", "path": path, "value": ""}).status == 200
    assert ENTERPRISE not in scim.get(place).json


@pytest.mark.parametrize(
    "change",
    [{"op": "Remove", "path": WORK}, {"op": "Replace", "path": WORK, "value": ""}, {"op": "Replace", "path": WORK, "value": None}],
    ids=["removed", "empty", "null"],
)
def test_an_address_that_is_taken_away_is_no_other_one(scim, change):
    home = {"value": f"{unique()}@example.org", "type": "home"}
    user = scim.user(emails=[{"value": f"{unique()}@example.com", "type": "work", "primary": True}, home])
    place = f"/Users/{user['id']}"
    changed = scim.patch(place, change)
    assert changed.status == 200 and changed.json["emails"] == [home], changed.text
    assert scim.get(place).json["emails"] == [home]
    assert scim.find("Users", f'emails[type eq "work"].value eq "{home["value"]}"').resources == []


@pytest.mark.parametrize("kind", ["Users", "Groups"])
def test_pages_begin_where_they_are_asked_to(scim, kind):
    for _ in range(11):
        scim.user() if kind == "Users" else scim.group()
    total = scim.get(f"/{kind}?count=0").json["totalResults"]
    seen = []
    for start in range(1, total + 1, 5):
        page = scim.get(f"/{kind}?startIndex={start}&count=5").json
        assert page["startIndex"] == start and page["totalResults"] == total
        assert page["itemsPerPage"] == len(page["Resources"]) == min(5, total - start + 1)
        seen += [one["id"] for one in page["Resources"]]
    assert len(set(seen)) == total


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "{name}" and active eq "True"',
        "userName eq {name}",
        "username SW {half}",
        'name.FamilyName eq Employee and userName sw "{half}"',
        'meta.Created gt 2015-11-03T00:00:00-07:00 and userName eq "{name}"',
        'not (active eq false) and userName eq "{name}"',
        '(userName eq "nobody" or userName eq "{name}") and title pr',
        'id eq "{id}"',
    ],
)
def test_filters_of_the_collection(scim, text):
    user = scim.user(name={"familyName": "Employee"}, title="Guide")
    text = text.format(name=user["userName"], half=user["userName"][:-2], id=user["id"])
    answer = scim.get(f"/Users/?filter={quoted(text)}&attributes=userName,emails[type eq \"work\"]".replace(" ", "+").replace('"', "%22"))
    assert user["id"] in [one["id"] for one in answer.resources], answer.text
    assert all(set(one) <= {"schemas", "id", "userName", "emails"} for one in answer.resources)
