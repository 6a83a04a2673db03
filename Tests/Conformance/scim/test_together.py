"""Bulk, the caller's own resource, the search over both kinds, and what is shown on request."""

import json
import subprocess
import sys
from pathlib import Path

from conftest import GROUP, LIST, MUSTER, Scim, unique

from muster import PASSWORD

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


def bulk(scim, *operations, **more):
    answer = scim.post("/Bulk", {"schemas": [BULK], "Operations": list(operations)} | more)
    assert answer.status == 200, answer.text
    return answer.json["Operations"]


def make(name, **fields):
    user = {"userName": unique(name)} | fields
    return {"method": "POST", "path": "/Users", "bulkId": name, "data": user}


def test_operations_mean_what_others_make(scim):
    team = {"displayName": unique("Team"), "members": [{"value": "bulkId:ada"}, {"value": "bulkId:bob"}]}
    done = bulk(
        scim,
        {"method": "post", "path": "/Groups", "bulkId": "team", "data": team},
        make("ada"),
        make("bob"),
        {"method": "PATCH", "path": "/Users/bulkId:bob", "data": {"Operations": [{"op": "add", "path": "title", "value": "Guide"}]}},
        {"method": "PUT", "path": "/Groups/bulkId:team", "data": {"displayName": team["displayName"] + "s"}},
    )
    assert [one["status"] for one in done] == ["201", "201", "201", "200", "200"], done
    assert [one["method"] for one in done] == ["POST", "POST", "POST", "PATCH", "PUT"]
    group, ada, bob = (one["location"].rsplit("/", 1)[1] for one in done[:3])
    shown = scim.get(f"/Groups/{group}").json
    assert [one["value"] for one in shown["members"]] == [ada, bob]
    assert shown["displayName"] == team["displayName"] + "s"
    assert scim.get(f"/Users/{bob}").json["title"] == "Guide"
    assert done[3]["location"].endswith(f"/Users/{bob}")
    # The group's new name, which came after it, is another version of its members.
    assert done[3]["version"].startswith('W/"')
    assert done[4]["version"] == shown["meta"]["version"]
    gone = bulk(scim, *[{"method": "DELETE", "path": f"/Users/{one}"} for one in [ada, bob, bob]])
    assert [one["status"] for one in gone] == ["204", "204", "404"]


def test_each_operation_fails_alone(scim):
    taken = scim.user()["userName"]
    done = bulk(
        scim,
        make("one"),
        {"method": "POST", "path": "/Users", "bulkId": "two", "data": {"userName": taken}},
        {"method": "PATCH", "path": "/Users/bulkId:two", "data": {"Operations": [{"op": "add", "path": "title", "value": "x"}]}},
        {"method": "PATCH", "path": "/Users/bulkId:three", "data": {"Operations": [{"op": "add", "path": "title", "value": "x"}]}},
        {"method": "GET", "path": "/Users"},
        {"method": "POST", "path": "/Me", "data": {}},
        {"method": "POST", "path": "nowhere", "data": {}},
        {"method": "PATCH", "path": f"/Users/{scim.user()['id']}", "version": 'W/"0"', "data": {"Operations": [{"op": "add", "path": "title", "value": "x"}]}},
        make("four"),
    )
    assert [one["status"] for one in done] == ["201", "409", "400", "400", "400", "404", "400", "412", "201"], done
    assert done[1]["response"]["scimType"] == "uniqueness" and "response" not in done[0]
    assert "location" not in done[1]


def test_a_circle_is_told_and_nothing_of_it_made(scim):
    names = [unique("Circle"), unique("Circle")]
    done = bulk(
        scim,
        {"method": "POST", "path": "/Groups", "bulkId": "a", "data": {"displayName": names[0], "members": [{"value": "bulkId:b"}]}},
        {"method": "POST", "path": "/Groups", "bulkId": "b", "data": {"displayName": names[1], "members": [{"value": "bulkId:a"}]}},
        make("c"),
        {"method": "PATCH", "path": "/Groups/bulkId:a", "data": {"Operations": [{"op": "add", "path": "displayName", "value": "x"}]}},
    )
    # What is only waiting for the circle is told that what it needs has failed.
    assert [one["status"] for one in done] == ["409", "409", "201", "400"], done
    for name in names:
        assert scim.find("Groups", f'displayName eq "{name}"').json["totalResults"] == 0


def test_it_stops_after_so_many_failures(scim):
    bad = {"method": "POST", "path": "/Users", "data": {}}
    done = bulk(scim, bad, make("x"), bad, make("y"), failOnErrors=2)
    assert [one["status"] for one in done] == ["400", "201", "400"]


def test_what_is_no_bulk(scim):
    many = [{"method": "DELETE", "path": "/Users/x"}] * 1001
    assert scim.post("/Bulk", {"Operations": many}).status == 413
    for body in [{}, {"Operations": []}, {"Operations": ["x"]}, {"Operations": [make("a"), make("a")]}, {"Operations": [make("b")], "failOnErrors": 0}]:
        answer = scim.post("/Bulk", body)
        assert (answer.status, answer.kind) == (400, "invalidSyntax"), answer.text


def test_scim2_cli_sends_a_bulk(muster, scim):
    user = make("cli")
    user["data"]["schemas"] = ["urn:ietf:params:scim:schemas:core:2.0:User"]
    done = subprocess.run(
        [Path(sys.executable).parent / "scim2", "-u", f"{muster.url}/scim/v2", "bulk"],
        env={"SCIM_CLI_HEADERS": f"Authorization: Bearer {scim.token}", "NO_COLOR": "1"},
        input=json.dumps({"schemas": [BULK], "Operations": [user]}),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["Operations"][0]["status"] == "201"


def own(muster):
    """A client of a user without rights, and the user."""
    user = muster.create(16)
    return Scim(muster, "".join(muster.keys_of(user["id"]))), user


def test_everybody_has_a_resource_of_its_own(muster, scim):
    client, user = own(muster)
    me = client.get("/Me")
    assert me.status == 200 and me.json["id"] == user["uuid"]
    assert me.json["meta"]["location"].endswith(f"/scim/v2/Users/{user['uuid']}")
    assert client.get(f"/Users/{user['uuid']}").json == me.json
    changed = client.patch(
        "/Me",
        {"op": "add", "path": "displayName", "value": "Ada Fern"},
        {"op": "add", "path": "phoneNumbers", "value": [{"value": "+1 555 0100"}]},
    )
    assert changed.status == 200 and changed.json["displayName"] == "Ada Fern"
    whole = {name: value for name, value in changed.json.items() if name != "meta"}
    assert client.put("/Me", whole | {"name": {"givenName": "Ada"}}).json["name"] == {"givenName": "Ada"}


def test_oneself_is_not_made_more_than_one_is(muster):
    client, user = own(muster)
    for path, value in [
        ("title", "Director"),
        ("active", False),
        ("userName", "root"),
        ("roles", "Administrator"),
        (f"{MUSTER}:writeMask", 8),
        ("externalId", "x"),
    ]:
        answer = client.patch("/Me", {"op": "replace", "path": path, "value": value})
        assert (answer.status, answer.kind) == (400, "mutability"), answer.text
    secret = client.patch("/Me", {"op": "replace", "path": "password", "value": "Fjord-Basket-71"})
    assert secret.status == 400 and "/session/chpasswd" in secret.json["detail"]
    mail = client.patch("/Me", {"op": "replace", "path": "emails", "value": "ada@example.net"})
    assert mail.status == 400 and "no place" in mail.json["detail"], mail.text
    # What it is sent to is open to everybody.
    assert 'PUT /session and "current_password"' in mail.json["detail"], mail.text
    session = {"X-Cookie": f"token={muster.login(user['username'], PASSWORD).json()['token']}"}
    change = {"email": "ada@example.net", "current_password": PASSWORD}
    moved = muster.request("PUT", "/session", json=change, headers=session, keys=None)
    assert moved.status_code == 200, moved.text
    assert muster.login(user["username"], PASSWORD).status_code == 200
    assert client.patch(f"/Users/{user['uuid']}", {"op": "replace", "path": "title", "value": "x"}).status == 403


def test_users_and_groups_are_searched_together(scim):
    mark = unique("Both")
    users = [scim.user(displayName=f"{mark}-{n}") for n in range(3)]
    groups = [scim.make("Groups", displayName=f"{mark}-G{n}") for n in range(2)]
    wanted = [one["id"] for one in users + groups]
    search = {"filter": f'displayName sw "{mark}"', "attributes": ["displayName"]}
    found = scim.post("/.search", search).json
    assert found["schemas"] == [LIST] and found["totalResults"] == 5
    assert [one["id"] for one in found["Resources"]] == wanted
    paged = []
    for start in [1, 3, 5]:
        page = scim.post("/.search", search | {"startIndex": start, "count": 2}).json
        assert page["startIndex"] == start and page["totalResults"] == 5
        paged += [one["id"] for one in page["Resources"]]
    assert paged == wanted
    assert scim.post("/.search", {"filter": f'userName eq "{users[0]["userName"]}"'}).json["totalResults"] == 1
    assert scim.post("/.search", {"filter": f'members eq "{users[0]["id"]}"'}).json["totalResults"] == 0
    assert scim.post("/.search", {"filter": 'nosuch eq "x"'}).kind == "invalidFilter"
    assert scim.post("/.search", {"cursor": ""}).kind == "invalidCursor"


def test_names_of_members_are_shown_to_those_who_ask(scim):
    user = scim.user(displayName="Ada Fern")
    group = scim.group([user])
    assert "display" not in scim.get(f"/Groups/{group['id']}").json["members"][0]
    shown = scim.get(f"/Groups/{group['id']}?attributes=members.value,members.display").json
    assert shown["members"] == [{"value": user["id"], "display": "Ada Fern"}]
    listed = scim.find("Groups", f'members eq "{user["id"]}"', "&attributes=members.display")
    assert listed.resources[0]["members"] == [{"display": "Ada Fern"}]


def test_the_number_of_a_role_is_shown_to_those_who_ask(scim):
    place = f"/Users/{scim.user(roles=['Standard'])['id']}"
    assert MUSTER not in scim.get(place).json
    assert scim.get(f"{place}?attributes={MUSTER}:permissions").json[MUSTER] == {"permissions": 32}


def test_attributes_may_be_named_one_by_one(scim):
    user = scim.user(title="Guide", displayName="Ada Fern", nickName="A")
    for query in ["attributes=title,displayName", "attributes=title&attributes=displayName"]:
        shown = scim.get(f"/Users/{user['id']}?{query}").json
        assert set(shown) == {"schemas", "id", "title", "displayName"}, query


def test_what_cannot_be_answered_is_not_done(scim):
    user, name = scim.user(title="Guide"), f"{unique('late')}@example.com"
    for query in ["attributes=id&excludedAttributes=name", "count=1&count=2"]:
        place = f"/Users/{user['id']}?{query}"
        for answer in [
            scim.post(f"/Users?{query}", {"userName": name}),
            scim.patch(place, {"op": "replace", "path": "title", "value": "Head"}),
            scim.put(place, {"userName": user["userName"]}),
            scim.post(f"/Groups?{query}", {"displayName": name}),
        ]:
            assert (answer.status, answer.kind) == (400, "invalidValue"), answer.text
    assert scim.find("Users", f'userName eq "{name}"').json["totalResults"] == 0
    assert scim.find("Groups", f'displayName eq "{name}"').json["totalResults"] == 0
    assert scim.get(f"/Users/{user['id']}").json == user


def test_of_a_new_group_what_was_asked_for_is_shown(scim):
    user = scim.user(displayName="Ada Fern")
    for query, shown in [
        ("attributes=displayName", {"displayName"}),
        ("attributes=members.display", {"members"}),
        ("excludedAttributes=members,meta", {"displayName"}),
    ]:
        body = {"schemas": [GROUP], "displayName": unique("Asked"), "members": [{"value": user["id"]}]}
        made = scim.post(f"/Groups?{query}", body)
        assert made.status == 201 and set(made.json) == {"schemas", "id"} | shown, made.text
        assert made.json == scim.get(f"/Groups/{made.json['id']}?{query}").json
