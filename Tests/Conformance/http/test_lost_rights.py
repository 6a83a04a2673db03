"""The right is judged where the change is made: who loses it while its request is under way changes nothing.

The head of each request arrives with good credentials, the server asks for the body, then the right is lost, and
only then the body comes.
"""

import itertools
import json
import re
from contextlib import ExitStack

import pytest
import yaml
from rights import CHANGES, NEW_PASSWORD, USERS_BIT, Victim
from wire import Wire

from muster import PASSWORD, REPOSITORY

serials = itertools.count(1)
NDJSON = {"Content-Type": "application/x-ndjson"}
IMPORT = "/muster/v1/users/import?mode=upsert"
# Never judged by a right: whoever has credentials may end its own session, and strangers may log in.
OPEN = {
    ("POST", "/session"),
    ("DELETE", "/session"),
    ("POST", "/muster/v1/users/import"),
    ("POST", "/muster/v1/sessions"),
    ("DELETE", "/muster/v1/sessions/current"),
}
OPEN |= {("POST", f"/muster/v1/logins/{tail}") for tail in ("webauthn", "{}", "{}/send")}
# Off here; LostRightTests asks it with the others.
OPEN.add(("POST", "/muster/v1/radius"))


@pytest.fixture(scope="module")
def role_uuid(muster):
    roles = muster.request("GET", "/access-control/v1/roles").json()
    return next(role["uuid"] for role in roles if role["name"] == "Standard")


@pytest.fixture
def victim(muster, account, role_uuid):
    """Makes what calls are about."""

    def make():
        user, serial = account(), next(serials)
        groups = [
            muster.request("POST", "/groups", json={"name": f"{kind} {serial}"}).json()["id"]
            for kind in ("full", "empty")
        ]
        muster.request("POST", f"/groups/{groups[0]}/users/{user.id}")
        assert muster.login(user.username).status_code == 200
        sessions = muster.request("GET", f"/muster/v1/sessions?user={user.id}").json()["sessions"]
        return Victim(
            user.id, user.username, *groups, sessions[0]["id"], role_uuid, serial
        )

    return make


def credentials(muster, caller, way):
    """The header fields with which a caller says who it is."""
    keys = f"accessKey={caller.keys[0]};secretKey={caller.keys[1]}"
    if way == "keys":
        return {"X-ApiKeys": keys}
    if way == "session":
        token = muster.login(caller.username, caller.password).json()["token"]
        return {"Authorization": f"Bearer {token}"}
    return {"X-ApiKeys": keys, "X-Impersonate": f"username={way}"}


def begin(muster, stack, change, victim, caller, fields):
    """Sends the head of a request; the server has let the caller in and waits for the body."""
    body = json.dumps(change.payload(victim, caller)).encode()
    wire = stack.enter_context(Wire(muster))
    lines = [f"{change.method} {change.target(victim)} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    lines += [f"Content-Length: {len(body)}", "Expect: 100-continue"]
    wire.send("\r\n".join(lines).encode() + b"\r\n\r\n")
    assert wire.asked_for_body(), (change.method, change.path, wire.buffer)
    return wire, body


def state(muster, *besides, about=None):
    """All that can be changed by a call, but for the users `besides`; the victim's keys in particular."""

    def told(records):
        # Being let in leaves a stamp, and a password that was asked for in vain a count.
        stamps = ("last_key_use", "failed_logins", "total_failed_logins", "last_login_failure")
        stamps += ("last_seen_at",)
        return [
            {name: value for name, value in record.items() if name not in stamps}
            for record in records
            if record["username"] not in besides
        ]

    lines = muster.request("GET", "/muster/v1/users/export?hashes=true").text.splitlines()
    records = muster.request("GET", "/muster/v1/users?limit=10000").json()["users"]
    sessions = muster.request("GET", "/muster/v1/sessions?limit=10000").json()["sessions"]
    return (
        told(map(json.loads, lines)),
        told(records),
        told(sessions),
        muster.request("GET", "/groups").json()["groups"],
        about and told([muster.request("GET", f"/muster/v1/users/{about.id}").json()]),
    )


# What an administrator does to the caller: its name, whether it is for keys, sessions or both, and whether the
# caller may still do what concerns itself.
WAYS = {
    "disabled": ("both", False, lambda c: ("PUT", f"/users/{c.id}/enabled", {"enabled": False})),
    "deleted": ("both", False, lambda c: ("DELETE", f"/users/{c.id}")),
    "demoted": ("both", True, lambda c: ("PUT", f"/users/{c.id}", {"permissions": 16})),
    "from elsewhere": (
        "both",
        False,
        lambda c: ("PATCH", f"/muster/v1/users/{c.id}", {"hosts": ["192.0.2.0/24"]}),
    ),
    "new keys": ("keys", False, lambda c: ("PUT", f"/users/{c.id}/keys")),
    "keys shut": (
        "keys",
        False,
        lambda c: ("PATCH", f"/muster/v1/users/{c.id}", {"api_permitted": False}),
    ),
    "password reset": (
        "session",
        False,
        lambda c: ("PUT", f"/users/{c.id}/chpasswd", {"password": NEW_PASSWORD}),
    ),
    "password shut": (
        "session",
        False,
        lambda c: ("PATCH", f"/muster/v1/users/{c.id}", {"password_permitted": False}),
    ),
    "session ended": ("session", False, lambda c: ("DELETE", f"/muster/v1/users/{c.id}/sessions")),
}
CASES = [
    (name, kind)
    for name, (kinds, _, _) in WAYS.items()
    for kind in ("keys", "session")
    if kinds in ("both", kind)
]


def refused(wires, muster, about, *besides):
    """Sends the bodies, and demands that each is refused and that nothing has changed."""
    before = state(muster, *besides, about=about)
    for change, (wire, body) in wires:
        wire.send(body)
        answer = wire.answer()
        # The password that proves who one is may be gone, too.
        is_unproved = "Current password is invalid." in answer.text
        assert answer.status_code in (401, 403) or is_unproved, (change.path, answer.text)
    assert state(muster, *besides, about=about) == before


def lose(muster, caller, way):
    method, path, *body = WAYS[way][2](caller)
    answer = muster.request(method, path, **({"json": body[0]} if body else {}))
    assert answer.status_code in (200, 204), answer.text


def test_every_call_that_changes_something_is_in_the_table():
    described = yaml.safe_load((REPOSITORY / "docs/openapi.yaml").read_text())["paths"]
    there = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path))
        for path, calls in described.items()
        for method in calls
        if method in ("post", "put", "patch", "delete")
    }
    page = (REPOSITORY / "docs/activelogic-api.md").read_text()
    rows = re.findall(r"^\| (`(?:POST|PUT|PATCH|DELETE) .*?) \|", page, re.MULTILINE)
    assert len(rows) >= 6
    tested = {(c.method, re.sub(r"\{\w+\}", "{}", c.path)) for c in CHANGES}
    assert there - OPEN - tested == set()
    for row in rows:
        method, path = row.strip("`").split("`")[0].split(" ", 1)
        if path == "/sessions":
            continue
        path = path.replace("/users/...", "/users/{}")
        assert (method, "/activelogic/v1" + path) in tested, row


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: f"{c.method} {c.path}")
def test_who_keeps_the_right_makes_the_change(muster, account, victim, change):
    caller, about = account(64), victim()
    with ExitStack() as stack:
        wire, body = begin(muster, stack, change, about, caller, credentials(muster, caller, "keys"))
        wire.send(body)
        answer = wire.answer()
    assert answer.status_code in change.good, answer.text


@pytest.mark.parametrize(("way", "kind"), CASES)
def test_who_loses_the_right_meanwhile_changes_nothing(muster, account, victim, way, kind):
    caller, about = account(64), victim()
    fields = credentials(muster, caller, kind)
    keeps_own = WAYS[way][1]
    changes = [change for change in CHANGES if not (change.is_own and keeps_own)]
    with ExitStack() as stack:
        wires = [(c, begin(muster, stack, c, about, caller, fields)) for c in changes]
        lose(muster, caller, way)
        refused(wires, muster, about)


def test_who_loses_the_bits_of_its_masks_meanwhile_changes_nothing(muster, account, victim):
    caller, about = account(16), victim()
    path = f"/muster/v1/users/{caller.id}"
    assert muster.request("PATCH", path, json={"writebm": USERS_BIT}).status_code == 200
    changes = [change for change in CHANGES if change.by_masks]
    fields = credentials(muster, caller, "session")
    with ExitStack() as stack:
        wires = [(c, begin(muster, stack, c, about, caller, fields)) for c in changes]
        assert muster.request("PATCH", path, json={"writebm": 0}).status_code == 200
        refused(wires, muster, about)


@pytest.mark.parametrize("who", ["impersonator", "impersonated"])
@pytest.mark.parametrize("way", ["disabled", "deleted", "demoted"])
def test_in_anothers_name_both_have_to_keep_the_right(muster, account, victim, who, way):
    caller, name, about = account(64), account(64), victim()
    fields = credentials(muster, caller, name.username)
    changes = [c for c in CHANGES if not (c.is_own and way == "demoted" and who == "impersonated")]
    with ExitStack() as stack:
        wires = [(c, begin(muster, stack, c, about, name, fields)) for c in changes]
        lose(muster, caller if who == "impersonator" else name, way)
        refused(wires, muster, about)


@pytest.mark.parametrize(("way", "kind"), CASES)
def test_an_import_ends_where_the_right_is_lost(muster, account, way, kind):
    caller = account(64)
    fields = credentials(muster, caller, kind)
    line = json.dumps({"username": f"import-{next(serials)}@example.com", "permissions": 64}).encode()
    with Wire(muster) as wire:
        lines = ["POST /muster/v1/users/import?on_error=continue HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        lines += ["Content-Type: application/x-ndjson"]
        lines += [f"Content-Length: {len(line) + 1}", "Expect: 100-continue"]
        wire.send("\r\n".join(lines).encode() + b"\r\n\r\n")
        assert wire.asked_for_body()
        lose(muster, caller, way)
        before = state(muster)
        wire.send(line + b"\n")
        answer = wire.answer()
    last = json.loads(answer.text.splitlines()[-1])
    assert answer.status_code in (401, 403) or (last["done"] is False and last["error"]), answer.text
    assert state(muster) == before


# If-Match


def is_of_a_group(change):
    """Whether a call changes a group as such, and no user."""
    return re.search(r"/groups(/\{\w+\})?$", change.path) is not None


# `authenticate` changes no user; groups have no revision.
OF_USERS = [
    c for c in CHANGES if "authenticate" not in c.path and not c.path.startswith("/groups") and not is_of_a_group(c)
]


@pytest.mark.parametrize("change", OF_USERS, ids=lambda c: f"{c.method} {c.path}")
def test_a_change_at_another_revision_is_refused_by_every_call(muster, account, victim, change):
    caller, about = account(64), victim()
    fields = credentials(muster, caller, "session") | {"If-Match": '"1"'}
    before = state(muster, caller.username, about=about)
    own = muster.request("GET", f"/muster/v1/users/{caller.id}").json()
    with ExitStack() as stack:
        wire, body = begin(muster, stack, change, about, caller, fields)
        wire.send(body)
        answer = wire.answer()
    assert answer.status_code == 412, answer.text
    assert state(muster, caller.username, about=about) == before
    now = muster.request("GET", f"/muster/v1/users/{caller.id}").json()
    assert now | {"last_key_use": 0} == own | {"last_key_use": 0}


@pytest.mark.parametrize("change", OF_USERS, ids=lambda c: f"{c.method} {c.path}")
def test_the_answer_to_a_change_names_the_revision_that_it_has_led_to(muster, account, victim, change):
    caller, about = account(64), victim()
    with ExitStack() as stack:
        wire, body = begin(muster, stack, change, about, caller, credentials(muster, caller, "session"))
        wire.send(body)
        told = wire.answer().headers.get("ETag")
    assert told in (None, muster.request("GET", "/muster/v1/users?limit=1").headers["ETag"])


def test_a_change_can_be_made_under_the_revision_of_the_one_before(muster, victim):
    path = f"/muster/v1/users/{victim().id}"
    tag = muster.request("GET", path).headers["ETag"]
    for name in ("Jane", "Joan", "June"):
        answer = muster.request("PATCH", path, json={"name": name}, headers={"If-Match": tag})
        assert answer.status_code == 200, answer.text
        tag = answer.headers["ETag"]


# One's own password


@pytest.mark.parametrize("kind", ["keys", "session"])
def test_ones_own_password_needs_the_present_one_by_every_call(muster, account, kind):
    caller = account(64)
    fields = credentials(muster, caller, kind)
    new = {"password": NEW_PASSWORD}
    calls = [
        ("PUT", "/session/chpasswd", new),
        ("PUT", f"/users/{caller.id}/chpasswd", new),
        ("PATCH", f"/activelogic/v1/users/{caller.id}", new),
        ("PATCH", f"/activelogic/v1/users/by-name/{caller.username}", new),
        ("PUT", f"/activelogic/v1/users/{caller.id}/password", {"new_password": NEW_PASSWORD}),
        (
            "PUT",
            f"/activelogic/v1/users/{caller.id}/password",
            {"new_password": NEW_PASSWORD, "current_password": "wrong" + PASSWORD},
        ),
        ("POST", IMPORT, {"username": caller.username} | new),
    ]
    # Another one's name is no way round.
    named = fields | {"X-Impersonate": f"username={account(64).username}"}
    for headers in (fields, named):
        for method, path, body in calls[2 if headers is named else 0 :]:
            own_headers = headers | (NDJSON if path == IMPORT else {})
            body = json.dumps(body).encode()
            answer = muster.request(method, path, body=body, headers=own_headers, keys=None)
            said = ("urrent password", "current_password", "password.current_invalid")
            is_unproved = any(text in answer.text for text in said)
            assert is_unproved, (method, path, answer.text)
            assert answer.status_code >= 400 or '"failed":1' in answer.text
    assert muster.login(caller.username, PASSWORD).status_code == 200


# Rank and power


def test_a_mask_administrator_reaches_nobody_who_holds_more(muster, account, victim):
    weak, strong, about = account(32), account(64), victim()
    path = f"/muster/v1/users/{weak.id}"
    assert muster.request("PATCH", path, json={"writebm": USERS_BIT}).status_code == 200
    fields = credentials(muster, weak, "session")
    assert muster.login(strong.username).status_code == 200
    sessions = muster.request("GET", f"/muster/v1/sessions?user={strong.id}").json()["sessions"]
    about.id, about.name, about.session = strong.id, strong.username, sessions[0]["id"]
    before = state(muster, about=about)
    for change in CHANGES:
        creates = change.path.endswith("/users") or change.path.endswith("/authenticate")
        # A group is nobody's; whoever is in it is.
        if not change.by_masks or creates or is_of_a_group(change):
            continue
        answer = muster.request(
            change.method,
            change.target(about),
            json=change.payload(about, weak),
            headers=fields,
            keys=None,
        )
        assert answer.status_code == 403, (change.method, change.path, answer.text)
    answer = muster.request(
        "PATCH", f"/muster/v1/users/{strong.id}", json={"username": "taken"}, headers=fields, keys=None
    )
    assert answer.status_code == 403
    # By an import as by the routes: whoever holds more is put into no group.
    line = {"username": strong.username, "groups": ["full " + str(about.serial)]}
    answer = muster.request(
        "POST",
        "/muster/v1/users/import?mode=upsert",
        body=json.dumps(line).encode(),
        headers=fields | NDJSON,
        keys=None,
    )
    assert '"failed":1' in answer.text and "access" in answer.text, answer.text
    assert state(muster, about=about) == before
