"""What is refused, by which status and which word of the standard; and that nothing has changed then."""

import json

import pytest
from conftest import GROUP, MUSTER, PATCH, USER, Scim, quoted, unique

from muster import PASSWORD


def nested(depth):
    return "(" * depth + 'userName eq "x"' + ")" * depth


BODIES = {
    "no JSON": "{",
    "an array": "[]",
    "a key twice": '{"userName":"a1","userName":"a2"}',
    "a key twice but for its case": '{"userName":"a1","USERNAME":"a2"}',
    "33 levels": '{"userName":"a1","name":' + '{"a":' * 32 + "1" + "}" * 33,
    "nothing": "",
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_read(scim, name):
    answer = scim.post("/Users", BODIES[name])
    assert (answer.status, answer.kind) == (400, "invalidSyntax"), answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"userName": ""},
        {"userName": None},
        {"userName": "a" * 255},
        {"userName": "zoë"},
        {"userName": "a b"},
        {"userName": "x_y#EXT#@z.example.com"},
        {"userName": "o'brien@example.com"},
        {"userName": 5},
        {"userName": ["a", "b"]},
        {"userName": "{new}", "active": "maybe"},
        {"userName": "{new}", "active": 1},
        {"userName": "{new}", "roles": ["Standard", "Administrator"]},
        {"userName": "{new}", "roles": [{"value": "Astronaut"}]},
        {"userName": "{new}", "emails": [{"value": "a@example.com", "primary": True}, {"value": "b@example.com", "primary": True}]},
        {"userName": "{new}", "emails": [{"value": f"a{n}@example.com"} for n in range(21)]},
        {"userName": "{new}", "title": "x" * 1021},
        {"userName": "{new}", "title": {"a": 1}},
        {"userName": "{new}", "title": "a\u0000b"},
        {"userName": "{new}", "externalId": "x" * 256},
        {"userName": "{new}", "addresses": [{"formatted": "x" * 1000, "locality": "y" * 1000} for _ in range(10)]},
        {"userName": "{new}", "password": "short"},
        *[{"userName": "{new}", MUSTER: {"readMask": mask}} for mask in [-1, 2**63, 1.5, "12x"]],
        *[{"userName": "{new}", MUSTER: {"hosts": hosts}} for hosts in [["10.0.0.0/33"], ["10.0.0.1/8"], ["nowhere"], [f"10.0.0.{n}" for n in range(129)]]],
        {"userName": "{new}", MUSTER: {"inactivityTimeout": 2**31}},
        {"userName": "{new}", MUSTER: {"apiDoor": "ajar"}},
        {"userName": "{new}", MUSTER: {"secondFactor": "maybe"}},
        {"userName": "{new}", "schemas": "x"},
    ],
    ids=lambda fields: json.dumps(fields)[:60],
)
def test_a_user_that_cannot_be(scim, fields):
    fields = {name: unique() if value == "{new}" else value for name, value in fields.items()}
    total = scim.get("/Users?count=0").json["totalResults"]
    answer = scim.post("/Users", fields)
    words = ["invalidSyntax"] if fields.get("schemas") or "2**63" in str(fields) else ["invalidValue"]
    assert answer.status == 400 and answer.kind in words + ["invalidValue"], answer.text
    assert scim.get("/Users?count=0").json["totalResults"] == total


@pytest.mark.parametrize("id", ["1", "0" * 35, "%00", "00919288221112222", "%F0%9F%8D%8B", "x" * 1000])
@pytest.mark.parametrize("kind", ["Users", "Groups"])
def test_an_id_that_nobody_has(scim, kind, id):
    for method, body in [("GET", None), ("PUT", {"userName": "x", "displayName": "x"}), ("DELETE", None)]:
        assert scim.send(method, f"/{kind}/{id}", body).status == 404


@pytest.mark.parametrize(
    "text",
    [
        "userName eq",
        "userName",
        "(",
        nested(33),
        f'userName eq "{"x" * 9000}"',
        " or ".join(['userName eq "x"'] * 65),
        'nosuch eq "x"',
        'name.nosuch eq "x"',
        "userName eq 'x'",
        'userName is "x"',
        'userName eq "x" xor title pr',
        "active gt true",
        'emails[type eq "work"',
        'emails[nosuch eq "x"]',
        '"userName" eq "x"',
        'userName eq "x',
        "not userName pr",
    ],
    ids=lambda text: text[:40],
)
def test_a_filter_that_cannot_be_read(scim, text):
    answer = scim.get(f"/Users?filter={quoted(text)}")
    assert (answer.status, answer.kind) == (400, "invalidFilter"), answer.text
    answer = scim.post("/Users/.search", {"filter": text})
    assert (answer.status, answer.kind) == (400, "invalidFilter"), answer.text


def test_a_filter_of_the_deepest_that_is_read(scim):
    assert scim.get(f"/Users?filter={quoted(nested(32))}").status == 200


def test_passwords_are_not_asked_for(scim):
    asked = quoted('password eq "x"')
    answer = scim.get(f"/Users?filter={asked}")
    assert (answer.status, answer.kind) == (403, "sensitive"), answer.text
    answer = scim.post("/Users/.search", {"filter": 'password sw "x"'})
    assert (answer.status, answer.kind) == (400, "invalidFilter"), answer.text


@pytest.mark.parametrize(
    "query, word",
    [
        ("count=x", "invalidValue"),
        ("startIndex=x", "invalidValue"),
        ("cursor=abc", "invalidCursor"),
        ("cursor=&count=x", "invalidCount"),
        ("cursor=&startIndex=1", "invalidValue"),
        ("sortBy=name.familyName", "invalidValue"),
        ("sortOrder=upwards", "invalidValue"),
        ("attributes=id&excludedAttributes=name", "invalidValue"),
        ("filter=id%20pr&FILTER=id%20pr", "invalidValue"),
        ("count=1&count=2", "invalidValue"),
    ],
)
@pytest.mark.parametrize("kind", ["Users", "Groups"])
def test_a_page_that_cannot_be(scim, kind, query, word):
    answer = scim.get(f"/{kind}?{query}")
    assert (answer.status, answer.kind) == (400, word), answer.text


def test_numbers_of_pages_are_brought_into_their_bounds(scim):
    total = scim.get("/Users?count=0").json["totalResults"]
    none = scim.get("/Users?count=-5").json
    assert none["itemsPerPage"] == 0 and none["Resources"] == [] and none["totalResults"] == total
    assert scim.get("/Users?startIndex=0&count=1").json["startIndex"] == 1
    assert scim.get("/Users?startIndex=-9&count=1").json["startIndex"] == 1
    assert scim.get("/Users?count=100000").json["itemsPerPage"] == min(total, 1000)
    beyond = scim.get(f"/Users?startIndex={total + 1}").json
    assert beyond["Resources"] == [] and beyond["totalResults"] == total


def test_a_cursor_of_another_list(scim):
    for _ in range(3):
        scim.user()
    page = scim.get("/Users?cursor=&count=1").json
    assert "startIndex" not in page and page["totalResults"] > 2
    following = scim.get(f"/Users?cursor={page['nextCursor']}&count=1").json
    assert following["Resources"][0]["id"] != page["Resources"][0]["id"]
    for path in [f"/Users?cursor={page['nextCursor']}&filter=active%20eq%20true", f"/Groups?cursor={page['nextCursor']}"]:
        answer = scim.get(path)
        assert (answer.status, answer.kind) == (400, "invalidCursor"), answer.text


PATCHES = [
    ([], "invalidSyntax"),
    ([{"op": "move", "path": "title", "value": "x"}], "invalidSyntax"),
    ([{"path": "title", "value": "x"}], "invalidSyntax"),
    (["x"], "invalidSyntax"),
    ([{"op": "add", "path": 5, "value": "x"}], "invalidSyntax"),
    ([{"op": "add", "value": "x"}], "invalidSyntax"),
    ([{"op": "remove"}], "noTarget"),
    ([{"op": "add", "value": {"nosuch": 1}}], "noTarget"),
    ([{"op": "add", "path": "photos", "value": "x"}], "noTarget"),
    ([{"op": "add", "path": 'emails[type eq', "value": "x"}], "invalidPath"),
    ([{"op": "add", "path": "nosuch", "value": "x"}], "invalidPath"),
    ([{"op": "add", "path": "name.nosuch", "value": "x"}], "invalidPath"),
    ([{"op": "add", "path": "title[value eq 1]", "value": "x"}], "invalidPath"),
    ([{"op": "replace", "path": "active", "value": "maybe"}], "invalidValue"),
    ([{"op": "replace", "path": "active", "value": None}], "invalidValue"),
    ([{"op": "replace", "path": "title"}], "invalidValue"),
    ([{"op": "remove", "path": "userName"}], "mutability"),
    ([{"op": "remove", "path": "active"}], "mutability"),
    # It would be there all the same, and let its user in.
    ([{"op": "remove", "path": "password"}], "mutability"),
    ([{"op": "replace", "path": "password", "value": None}], "mutability"),
    ([{"op": "replace", "path": "password", "value": ""}], "mutability"),
    ([{"op": "replace", "value": {"password": None}}], "noTarget"),
    ([{"op": "replace", "path": "groups", "value": []}], "mutability"),
    ([{"op": "replace", "path": "id", "value": "x"}], "mutability"),
    ([{"op": "replace", "path": "meta.created", "value": "x"}], "mutability"),
    ([{"op": "add", "path": "title", "value": "Kept?"}, {"op": "remove", "path": "userName"}], "mutability"),
]


@pytest.mark.parametrize("operations, word", PATCHES, ids=lambda one: json.dumps(one)[:60])
def test_a_change_that_cannot_be(scim, operations, word):
    user = scim.user(title="Guide")
    answer = scim.send("PATCH", f"/Users/{user['id']}", {"schemas": [PATCH], "Operations": operations})
    assert (answer.status, answer.kind) == (400, word), answer.text
    assert scim.get(f"/Users/{user['id']}").json == user


def test_a_change_without_operations(scim):
    answer = scim.send("PATCH", f"/Users/{scim.user()['id']}", {"schemas": [PATCH]})
    assert (answer.status, answer.kind) == (400, "invalidSyntax")


def test_too_many_operations(scim):
    many = [{"op": "add", "path": "title", "value": "x"}] * 1001
    assert scim.patch(f"/Users/{scim.user()['id']}", *many).status == 413


def test_operations_that_fill_a_body_and_one_byte_more(scim):
    limit = scim.get("/ServiceProviderConfig").json["bulk"]["maxPayloadSize"]
    user = scim.user(title="Guide")
    place = f"/Users/{user['id']}"

    def filled(bytes_):
        """A change of a thousand operations, in a body of so many bytes."""
        one = {"op": "replace", "path": "title", "value": "x" * min(900, bytes_ // 1000 - 100)}
        body = json.dumps({"schemas": [PATCH], "Operations": [one] * 999 + [one | {"value": "Head"}]})
        assert len(body) <= bytes_
        return body + " " * (bytes_ - len(body))

    answer = scim.send("PATCH", place, filled(limit + 1))
    assert answer.status == 413 and scim.get(place).json == user
    answer = scim.send("PATCH", place, filled(limit))
    assert answer.status == 200 and answer.json["title"] == "Head", answer.text
    # In many operations of one request each is refused by itself, and the last one is made all the same.
    bad = {"method": "PATCH", "path": place, "data": {"Operations": [{"op": "add", "path": "nosuch", "value": "x" * (limit // 1100)}]}}
    last = {"method": "PATCH", "path": place, "data": {"Operations": [{"op": "add", "path": "title", "value": "Last"}]}}
    schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
    many = scim.post("/Bulk", {"schemas": [schema], "Operations": [bad] * 800 + [last]})
    assert many.status == 200, many.text
    assert [one["status"] for one in many.json["Operations"]] == ["400"] * 800 + ["200"]
    assert scim.get(place).json["title"] == "Last"


def test_members_who_are_none(scim):
    user = scim.user()
    group = scim.group([user])
    nobody = "00000000-0000-4000-8000-000000000000"
    for value in ["alice", nobody, [{"value": "alice"}], [{"value": nobody}], [{"type": "User"}], [5]]:
        answer = scim.patch(f"/Groups/{group['id']}", {"op": "add", "path": "members", "value": value})
        assert (answer.status, answer.kind) == (400, "invalidValue"), (value, answer.text)
    inner = [{"value": group["id"], "type": "Group"}]
    answer = scim.patch(f"/Groups/{group['id']}", {"op": "add", "path": "members", "value": inner})
    assert answer.status == 400 and "Groups in groups" in answer.json["detail"]
    answer = scim.patch(f"/Groups/{group['id']}", {"op": "replace", "path": "members"})
    assert answer.status == 400 and scim.members(group) == [user["id"]]
    other = scim.user()
    both = [{"value": other["id"]}, {"value": nobody}]
    assert scim.patch(f"/Groups/{group['id']}", {"op": "add", "path": "members", "value": both}).status == 200
    assert scim.members(group) == [user["id"], other["id"]]


def test_names_that_are_taken(scim):
    user, group, off = scim.user(), scim.group(), scim.user(active=False)
    for answer in [
        scim.post("/Users", {"userName": user["userName"].upper()}),
        # Whoever is switched off is still there, for a provider to find and to switch on.
        scim.post("/Users", {"userName": off["userName"]}),
        scim.put(f"/Users/{scim.user()['id']}", {"userName": user["userName"]}),
        scim.post("/Groups", {"displayName": group["displayName"].upper()}),
    ]:
        assert (answer.status, answer.kind) == (409, "uniqueness"), answer.text


def test_versions(scim):
    user = scim.user()
    place = f"/Users/{user['id']}"
    first = scim.get(place).headers["ETag"]
    assert first == user["meta"]["version"]
    assert scim.get(place, headers={"If-None-Match": first}).status == 304
    changed = scim.patch(place, {"op": "add", "path": "title", "value": "Guide"}, headers={"If-Match": first})
    assert changed.status == 200 and changed.headers["ETag"] != first
    for answer in [
        scim.patch(place, {"op": "add", "path": "title", "value": "x"}, headers={"If-Match": first}),
        scim.put(place, {"userName": user["userName"]}, headers={"If-Match": first}),
        scim.delete(place, headers={"If-Match": first}),
    ]:
        assert answer.status == 412, answer.text
    # Whoever does not want this version changed is not made to.
    for unwanted in ["*", changed.headers["ETag"], f'"other", {changed.headers["ETag"]}']:
        for answer in [
            scim.patch(place, {"op": "add", "path": "title", "value": "x"}, headers={"If-None-Match": unwanted}),
            scim.put(place, {"userName": user["userName"]}, headers={"If-None-Match": unwanted}),
            scim.delete(place, headers={"If-None-Match": unwanted}),
        ]:
            assert answer.status == 412 and "If-None-Match" in answer.json["detail"], answer.text
    assert scim.get(place).json == changed.json
    again = scim.patch(place, {"op": "add", "path": "title", "value": "Guide"}, headers={"If-None-Match": first})
    assert again.status == 200, again.text
    assert scim.delete(place, headers={"If-Match": "*"}).status == 204
    group = scim.group()
    kept = scim.patch(f"/Groups/{group['id']}", {"op": "replace", "path": "displayName", "value": "x"}, headers={"If-None-Match": "*"})
    assert kept.status == 412 and scim.get(f"/Groups/{group['id']}").json == group


def test_who_is_not_let_in(muster, scim):
    user = muster.create(64)
    access, secret = muster.keys_of(user["id"])
    off = Scim(muster, access + secret)
    assert off.get("/Users?count=0").status == 200
    answer = scim.patch(f"/Users/{user['uuid']}", {"op": "replace", "path": "active", "value": False})
    assert answer.status == 200, answer.text
    other = muster.create(64)
    closed = Scim(muster, "".join(muster.keys_of(other["id"])))
    shut = scim.patch(f"/Users/{other['uuid']}", {"op": "replace", "path": f"{MUSTER}:apiDoor", "value": "closed"})
    assert shut.status == 200, shut.text
    said = set()
    for client in [Scim(muster, ""), Scim(muster, "x" * 128), Scim(muster, "0" * 64), off, closed]:
        answer = client.get("/Users")
        assert answer.status == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer"), answer.text
        said.add(answer.json["detail"])
    # Whoever says nothing is told so; all others hear the same.
    assert len(said) == 2, said


def test_who_may_read_and_not_write(muster, scim):
    reader = muster.request(
        "POST",
        "/muster/v1/users",
        json={"username": unique() + "@example.com", "password": PASSWORD, "readbm": 8},
    ).json()
    client = Scim(muster, "".join(muster.keys_of(reader["id"])))
    assert client.get("/Users?count=0").status == 200
    user, group = scim.user(), scim.group()
    for answer in [
        client.post("/Users", {"userName": unique()}),
        client.put(f"/Users/{user['id']}", {"userName": user["userName"]}),
        client.patch(f"/Users/{user['id']}", {"op": "add", "path": "title", "value": "x"}),
        client.delete(f"/Users/{user['id']}"),
        client.post("/Groups", {"displayName": unique()}),
        client.delete(f"/Groups/{group['id']}"),
    ]:
        assert answer.status == 403, answer.text


def test_nobody_gives_more_than_it_holds(muster, scim):
    body = {"username": unique() + "@example.com", "password": PASSWORD, "readbm": 8, "writebm": 8}
    made = muster.request("POST", "/muster/v1/users", json=body).json()
    client = Scim(muster, "".join(muster.keys_of(made["id"])))
    user = client.user()
    for fields in [{"roles": ["Administrator"]}, {MUSTER: {"readMask": 255}}, {MUSTER: {"writeMask": 1}}]:
        total = scim.get("/Users?count=0").json["totalResults"]
        assert client.post("/Users", {"userName": unique()} | fields).status == 403, fields
        assert client.put(f"/Users/{user['id']}", {"userName": user["userName"]} | fields).status == 403, fields
        assert scim.get("/Users?count=0").json["totalResults"] == total
        assert scim.get(f"/Users/{user['id']}").json == user


def test_what_is_known_of_a_person_has_a_bound_that_is_named(scim):
    many = [{"formatted": "x" * 1000, "locality": "y" * 1000, "type": f"t{place}"} for place in range(10)]
    answer = scim.post("/Users", {"userName": unique(), "addresses": many})
    assert (answer.status, answer.kind) == (400, "invalidValue") and "16" in answer.json["detail"], answer.text


def test_a_thousand_operations_at_once_and_no_more(scim):
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]}
    many = [{"method": "DELETE", "path": "/Users/00000000-0000-4000-8000-000000000000"}] * 1001
    assert scim.post("/Bulk", body | {"Operations": many}).status == 413
    done = scim.post("/Bulk", body | {"Operations": many[1:]})
    assert done.status == 200 and {one["status"] for one in done.json["Operations"]} == {"404"}


def test_methods_that_a_path_does_not_know(scim):
    for method, path, allowed in [
        ("POST", f"/Users/{scim.user()['id']}", "DELETE, GET, HEAD, PATCH, PUT"),
        ("PATCH", "/Schemas", "GET, HEAD"),
        ("DELETE", "/Users", "GET, HEAD, POST"),
        ("GET", "/Users/.search", "POST"),
        ("GET", "/Bulk", "POST"),
        ("DELETE", "/Me", "GET, HEAD, PATCH, PUT"),
    ]:
        answer = scim.send(method, path, {} if method in ("POST", "PATCH") else None)
        assert answer.status == 405, (method, path, answer.text)
        assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize("path", ["/", "/nosuch", "/ResourceType", "/Schemas/urn:nosuch", "/ResourceTypes/user"])
def test_paths_that_lead_nowhere(scim, path):
    assert scim.get(path).status == 404


def test_discovery_is_open_and_takes_no_filter(muster):
    stranger = Scim(muster, "")
    for path in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"]:
        assert stranger.get(path).status == 200
        assert stranger.get(path + "?filter=id%20pr").status == 403


def test_a_file_is_no_body(scim):
    answer = scim.post("/Users", "--x--", type="multipart/form-data; boundary=x")
    assert answer.status == 415
