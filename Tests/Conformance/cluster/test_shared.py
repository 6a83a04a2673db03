"""What nodes count and keep together: failed logins, locks, sessions."""

import time

from nodes import BOUND, Asker, assert_settles, at_once, statuses, token_at, with_token

BEARABLE_FAILURES = 5
ROUNDS = 12


def record(node, user):
    answer = node.request("GET", f"/users/{user.id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def failures(node, user):
    """How many failed logins a node shows, and whether they lock the password."""
    shown = record(node, user)
    return shown["login_fail_count"], shown["login_fail_total"], shown["lockout"]


def test_five_wrong_passwords_at_three_nodes_are_five(nodes, user):
    for number in range(BEARABLE_FAILURES):
        assert nodes[number % 3].login(user.username, "wrong").status_code == 401
    for node in nodes:
        assert_settles(lambda node=node: failures(node, user), (5, 5, 0))
    assert nodes[2].login(user.username, "wrong").status_code == 401
    for node in nodes:
        assert_settles(lambda node=node: failures(node, user), (6, 6, 1))
        assert node.login(user.username).status_code == 401, "the right password, now that it is locked"
    unlocked = nodes[1].request("POST", f"/muster/v1/users/{user.id}/unlock")
    assert unlocked.status_code in (200, 204), unlocked.text
    for node in nodes:
        assert node.login(user.username).status_code == 200


def test_wrong_passwords_at_the_same_moment_are_all_counted(nodes, user):
    answers = at_once(*(lambda node=node: node.login(user.username, "wrong") for node in nodes for _ in range(4)))
    assert statuses(answers) == [401] * 12
    assert_settles(lambda: record(nodes[0], user)["lockout"], 1)
    assert record(nodes[0], user)["login_fail_count"] > BEARABLE_FAILURES
    assert all(node.login(user.username).status_code == 401 for node in nodes)


def test_a_success_at_one_node_starts_the_count_again_at_all(nodes, user):
    for node in nodes:
        node.login(user.username, "wrong")
    assert nodes[1].login(user.username).status_code == 200
    for node in nodes:
        assert_settles(lambda node=node: failures(node, user), (0, 3, 0))


def test_a_session_of_one_node_is_good_at_all_and_ends_at_all(nodes, user):
    for begun, ended in [(0, 1), (1, 2), (2, 0)]:
        token = token_at(nodes[begun], user.username)
        askers = [Asker(node, **with_token(token)) for node in nodes]
        assert [asker.ask()[0] for asker in askers] == [200] * 3
        answer = nodes[ended].request("DELETE", "/session", headers=with_token(token), keys=None)
        acknowledged = time.monotonic()
        assert answer.status_code == 200, answer.text
        assert askers[ended].ask()[0] == 401
        assert max(asker.refused_after(acknowledged) for asker in askers) <= BOUND


def test_one_session_too_many_ends_the_oldest_whichever_node_began_it(nodes, user):
    tokens = [token_at(nodes[number % 3], user.username) for number in range(101)]
    ended = time.monotonic()
    asked = [Asker(nodes[2], **with_token(token)) for token in (tokens[0], tokens[1], tokens[-1])]
    assert asked[0].refused_after(ended) <= BOUND
    assert [asker.ask()[0] for asker in asked] == [401, 200, 200]
    for asker in asked:
        asker.session.close()


def test_all_sessions_are_listed_by_every_node(nodes, user):
    for node in nodes:
        token_at(node, user.username)

    def lists():
        return [
            sorted(session["id"] for session in node.request("GET", f"/muster/v1/sessions?user={user.id}").json()["sessions"])
            for node in nodes
        ]

    assert_settles(lambda: [len(each) for each in lists()], [3] * 3)
    assert_settles(lambda: len(set(map(tuple, lists()))), 1)


def test_who_wants_no_copy_reads_what_any_node_has_acknowledged(nodes):
    for number in range(ROUNDS):
        writer, reader = nodes[number % 3], nodes[(number + 1) % 3]
        user = writer.create()
        listed = reader.request("GET", "/users", headers={"Cache-Control": "max-age=0, No-Cache"}).json()["users"]
        assert user["id"] in [shown["id"] for shown in listed]
        assert writer.request("PUT", f"/users/{user['id']}", json={"name": f"Name {number}"}).status_code == 200
        shown = reader.request("GET", f"/users/{user['id']}", headers={"Cache-Control": "no-cache"}).json()
        assert shown["name"] == f"Name {number}"
