"""Nodes of a directory in PostgreSQL: two are one directory, and one whose database has gone says so."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from test_postgres import engine, made, node, place  # noqa: F401

from muster import PASSWORD, until

# What one node has acknowledged holds at the others after so many seconds.
BOUND = 1.0


def test_two_nodes_are_one_directory_and_one_that_is_killed_leaves_it_whole(made):
    with node(made, "data") as one, node(made, "second") as two:
        one.admin = two.admin = made.admin
        user = one.create(64)
        keys = one.keys_of(user["id"])
        assert two.request("GET", "/session", keys=keys).json()["uuid"] == user["uuid"]
        token = two.login(user["username"]).json()["token"]
        cookie = {"X-Cookie": f"token={token}"}
        assert one.request("GET", "/session", keys=None, headers=cookie).status_code == 200
        # Wrong passwords are counted whichever node hears them.
        for server in (one, two, one, two, one, two):
            server.login(user["username"], "wrong")
        assert one.login(user["username"]).status_code == two.login(user["username"]).status_code != 200
        # Of the last two administrators one stays, whoever asks where, and at the same moment.
        owner, own = made.admin["id"], one.admin_keys
        with ThreadPoolExecutor(2) as pool:
            ended = pool.map(
                lambda each: each[0].request("PUT", f"/users/{each[1]}/enabled", json={"enabled": False}, keys=each[2]),
                [(one, owner, keys), (two, user["id"], own)],
            )
        assert sorted(answer.status_code for answer in ended)[0] == 200
        enabled = [each["enabled"] for each in both(one, two, own, keys)]
        assert enabled.count(True) == 1
        one.kill()
        survivor = own if enabled[0] else keys
        late = {"username": "late@example.com", "password": PASSWORD, "permissions": 16}
        other = two.request("POST", "/users", json=late, keys=survivor)
        assert other.status_code == 200, other.text
        assert two.request("GET", "/readyz", keys=None).status_code == 200
        one.start()
        assert one.request("GET", f"/users/{other.json()['id']}", keys=survivor).status_code == 200


def both(one, two, *pairs):
    """Both administrators as whoever of them is left sees them, the first one first: at both nodes, a second later at most."""

    def seen(server, pair):
        answer = server.request("GET", "/users", keys=pair)
        # But for clocks of use, which a node writes once a second.
        fields = ("id", "username", "enabled")
        return answer.status_code == 200 and [{name: user[name] for name in fields} for user in answer.json()["users"]]

    begin = asked = time.monotonic()
    while True:
        for pair in pairs:
            users = seen(one, pair)
            if users and users == seen(two, pair):
                return users
        assert asked - begin <= BOUND, "both administrators are shut out, or not everywhere"
        asked = time.monotonic()


def test_whoever_is_disabled_at_one_node_is_refused_by_the_other(made):
    with node(made, "data") as one, node(made, "second") as two:
        one.admin = two.admin = made.admin
        for _ in range(5):
            user = one.create()
            keys = one.keys_of(user["id"])
            assert two.request("GET", "/session", keys=keys).status_code == 200
            ended = one.request("PUT", f"/users/{user['id']}/enabled", json={"enabled": False})
            acknowledged = time.monotonic()
            assert ended.status_code == 200
            assert one.request("GET", "/session", keys=keys).status_code == 401
            while True:
                asked = time.monotonic()
                if two.request("GET", "/session", keys=keys).status_code == 401:
                    break
                assert asked - acknowledged <= BOUND


def test_a_node_whose_database_has_gone_says_so_and_comes_back(made, engine):
    with node(made, "data") as server:
        server.admin = made.admin
        engine.sql(f"ALTER DATABASE {made.database} ALLOW_CONNECTIONS false")
        ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{made.database}'"
        engine.sql(ended)
        there = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{made.database}'"
        until(lambda: engine.sql(there) == "0", 60, "an end of its connections")
        gone = time.monotonic()
        # Its copy is good for less than a second.
        while True:
            asked = time.monotonic()
            answer = server.request("GET", "/users")
            if answer.status_code == 503:
                break
            assert answer.status_code == 200 and asked - gone <= BOUND, answer.text
        until(lambda: server.request("GET", "/readyz", keys=None).status_code == 503, 60, "a node that is not ready")
        engine.sql(f"ALTER DATABASE {made.database} ALLOW_CONNECTIONS true")
        until(lambda: server.request("GET", "/readyz", keys=None).status_code == 200, 60, "a node that is ready again")
        until(lambda: server.request("GET", "/users").status_code == 200, 60, "look-ups")
        body = {"username": "back@example.com", "password": PASSWORD, "permissions": 16}
        until(lambda: server.request("POST", "/users", json=body).status_code in (200, 409), 60, "a change")


@pytest.mark.parametrize("rule", ["ask", "refuse", "off"])
def test_a_node_starts_and_goes_on_whatever_is_done_while_its_copy_is_not_fresh(made, engine, rule):
    one, two = node(made, "data"), node(made, "second")
    one.settings = one.settings | {"MUSTER_STORE_REPLICA": rule}
    with one, two:
        one.admin = two.admin = made.admin
        for _ in range(2):
            # The second time there is a copy of before, or none as ever.
            one.stop()
            one.start()
            copies = [path.name for path in (made.work / "data").iterdir() if path.name.startswith("replica-")]
            assert (copies == []) == (rule == "off"), copies
            user = two.create()
            keys = two.keys_of(user["id"])
            # A machine with much else to do may keep a copy from being fresh for a moment.
            until(lambda: one.request("GET", "/session", keys=keys).status_code == 200, 60, "a look-up")
            name = {"name": "Jane"}
            until(lambda: one.request("PUT", f"/users/{user['id']}", json=name).status_code == 200, 60, "a change")
            assert two.request("PUT", f"/users/{user['id']}/enabled", json={"enabled": False}).status_code == 200
            until(lambda: one.request("GET", "/session", keys=keys).status_code == 401, 60, "a refusal")
        engine.sql(f"ALTER DATABASE {made.database} ALLOW_CONNECTIONS false")
        engine.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{made.database}'")
        until(lambda: one.request("GET", "/session").status_code == 503, 60, "a node that says so")
        assert int(one.request("GET", "/session").headers["Retry-After"]) >= 1
        engine.sql(f"ALTER DATABASE {made.database} ALLOW_CONNECTIONS true")
        until(lambda: one.request("GET", "/session").status_code == 200, 60, "look-ups")
