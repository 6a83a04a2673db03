"""What OneLogin and JumpCloud send, as their documents and those who serve them tell it."""

import threading

from conftest import USER, Scim, unique


def test_onelogin(scim):
    """URNs of SCIM 1.0, no User-Agent, a query with nothing in it and one with an ampersand at its end."""
    name = unique("onelogin") + "@example.com"
    found = scim.get(f"/Users?filter=userName+eq+%22{name.replace('@', '%40')}%22&")
    assert found.status == 200 and found.json["totalResults"] == 0
    body = {
        "schemas": ["urn:scim:schemas:core:1.0", "urn:scim:schemas:extension:enterprise:2.0"],
        "userName": name,
        "name": {"givenName": "Ada", "familyName": "Fern"},
        "emails": [{"value": name, "type": "work", "primary": True}],
        "urn:scim:schemas:extension:enterprise:2.0": {"department": "Ops"},
    }
    made = scim.post("/Users", body, headers={"User-Agent": ""}, type="application/json")
    assert made.status == 201
    place = f"/Users/{made.json['id']}?"
    changed = scim.put(place, body | {"active": "false"}, type=None)
    assert changed.status == 200 and changed.json["active"] is False
    group = scim.group()
    add = {"op": "add", "path": "members", "value": [{"value": made.json["id"]}]}
    assert scim.patch(f"/Groups/{group['id']}?", add).status == 200
    assert scim.members(group) == [made.json["id"]]


def test_jumpcloud(scim):
    """A test user and a test group are made and taken away; then members are added more than once."""
    name = unique("jumpcloud") + "@example.com"
    for _ in range(2):
        made = scim.post(
            "/Users",
            {"schemas": [USER], "userName": name, "active": True, "password": "Jumping-Otter-55"},
        )
        assert made.status == 201
        place = f"/Users/{made.json['id']}"
        assert scim.patch(place, {"op": "replace", "path": "active", "value": False}).status == 200
        assert scim.delete(place).status == 204
    people = [scim.user() for _ in range(2)]
    group = scim.group(people)
    place = f"/Groups/{group['id']}"
    both = [{"value": one["id"]} for one in people]
    for _ in range(2):
        assert scim.patch(place, {"op": "add", "path": "members", "value": both}).status == 200
    assert scim.members(group) == [one["id"] for one in people]
    for _ in range(2):
        gone = {"op": "remove", "path": "members", "value": both[:1]}
        assert scim.patch(place, gone).status == 200
    assert scim.members(group) == [people[1]["id"]]
    assert scim.delete(place).status == 204


def test_sixteen_who_change_one_group_lose_nobody(scim, muster):
    """Each adds its own people and takes half of them out again, all at the same time."""
    people = [[scim.user()["id"] for _ in range(100)] for _ in range(16)]
    group, failures = scim.group(), []

    def work(own):
        client = Scim(muster)
        for one in own:
            add = {"op": "add", "path": "members", "value": [{"value": one}]}
            failures.extend(a for a in [client.patch(f"/Groups/{group['id']}", add)] if a.status > 204)
        for one in own[::2]:
            gone = {"op": "remove", "path": f'members[value eq "{one}"]'}
            failures.extend(a for a in [client.patch(f"/Groups/{group['id']}", gone)] if a.status > 204)

    threads = [threading.Thread(target=work, args=[own]) for own in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert sorted(scim.members(group)) == sorted(one for own in people for one in own[1::2])
