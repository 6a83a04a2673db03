"""Two nodes at the same moment: what may happen once happens once."""

import pytest
from nodes import assert_settles, at_once, statuses, with_token

from apps import earlier_code, oathtool
from muster import PASSWORD, unique_username

ROUNDS = 6
FACTORS = "/muster/v1/factors"


def enable(node, user_id, is_enabled, **options):
    return node.request("PUT", f"/users/{user_id}/enabled", json={"enabled": is_enabled}, **options)


def test_of_the_last_two_administrators_who_shut_each_other_out_one_stays(nodes, deputy):
    owner, own = nodes[0].admin["id"], nodes[0].admin_keys
    for round in range(ROUNDS):
        one, other = nodes[round % 3], nodes[(round + 1) % 3]
        answers = at_once(
            lambda: enable(one, owner, False, keys=deputy.keys), lambda: enable(other, deputy.id, False, keys=own)
        )
        first, second = answers
        assert [answer.status_code == 200 for answer in answers].count(True) == 1, statuses(answers)
        assert all(answer.status_code < 500 for answer in answers), statuses(answers)
        survivor, shut_out = (deputy.keys, owner) if first.status_code == 200 else (own, deputy.id)
        for node in nodes:

            def administrators(node=node):
                shown = node.request("GET", "/users", keys=survivor).json()["users"]
                return len([user for user in shown if user["permissions"] == 64 and user["enabled"]])

            assert_settles(administrators, 1)
        assert enable(nodes[2], shut_out, True, keys=survivor).status_code == 200


def test_of_the_last_two_administrators_who_are_shut_out_by_one_one_stays(nodes, deputy):
    """The caller is the machine's own administrator each time, so that nothing but the rule refuses."""
    owner, own = nodes[0].admin["id"], nodes[0].admin_keys
    for round in range(ROUNDS):
        answers = at_once(
            lambda: nodes[0].request("PUT", f"/users/{owner}", json={"permissions": 16}, keys=deputy.keys),
            lambda: nodes[1].request("DELETE", f"/users/{deputy.id}", keys=own)
            if round == ROUNDS - 1
            else enable(nodes[1], deputy.id, False, keys=own),
        )
        good = [answer.status_code == 200 for answer in answers]
        assert good.count(True) == 1, statuses(answers)
        if good[1]:
            if round == ROUNDS - 1:
                return
            assert enable(nodes[2], deputy.id, True).status_code == 200
        else:
            again = nodes[2].request("PUT", f"/users/{owner}", json={"permissions": 64}, keys=deputy.keys)
            assert again.status_code == 200, again.text


def test_a_name_that_all_give_away_is_given_once(nodes):
    for _ in range(ROUNDS):
        name = unique_username()
        bodies = [
            {"username": each, "password": PASSWORD, "permissions": 16} for each in (name, name.upper(), name.title())
        ]
        answers = at_once(
            *(
                lambda node=node, body=body: node.request("POST", "/users", json=body)
                for node, body in zip(nodes, bodies, strict=True)
            )
        )
        assert statuses(answers) == [200, 409, 409]
        for node in nodes:

            def same(node=node):
                shown = node.request("GET", "/users").json()["users"]
                return len([user for user in shown if user["username"].lower() == name])

            assert_settles(same, 1)


class App:
    """An authenticator app of a user, set up at the first node."""

    def __init__(self, nodes, user):
        answer = nodes[0].login(user.username)
        assert answer.status_code == 200, answer.text
        headers = with_token(answer.json()["token"])
        begun = nodes[0].request("POST", f"{FACTORS}/totp", json={}, headers=headers, keys=None)
        assert begun.status_code == 201, begun.text
        self.secret = begun.json()["secret"]
        path = f"{FACTORS}/totp/{begun.json()['id']}/confirm"
        code = {"code": earlier_code(self.secret)}
        done = nodes[1].request("POST", path, json=code, headers=headers, keys=None)
        assert done.status_code == 200, done.text
        self.codes = done.json()["recovery_codes"]


@pytest.fixture
def app(nodes, user):
    return App(nodes, user)


def test_a_code_of_an_app_that_all_are_shown_signs_in_once(nodes, account):
    for _ in range(4):
        user = account()
        app = App(nodes, user)
        code = oathtool(app.secret)
        answers = at_once(
            *(lambda node=node: node.login(user.username, verification_code=code) for node in nodes for _ in range(2))
        )
        assert statuses(answers) == [200] + [401] * 5


def test_a_recovery_code_that_two_are_shown_signs_in_once(nodes, user, app):
    for code in app.codes[:4]:
        answers = at_once(
            *(lambda node=node: node.login(user.username, verification_code=code) for node in nodes[:2])
        )
        assert statuses(answers) == [200, 401]


def test_a_login_in_two_steps_that_two_nodes_finish_begins_one_session(nodes, user, app):
    for code in app.codes[:3]:
        login = nodes[2].login(user.username)
        assert login.status_code == 401, login.text
        path = f"/muster/v1/logins/{login.json()['login']}"
        answers = at_once(
            *(lambda node=node: node.request("POST", path, json={"code": code}, keys=None) for node in nodes[:2])
        )
        assert [answer.status_code == 200 for answer in answers].count(True) == 1, statuses(answers)
        assert all(answer.status_code < 500 for answer in answers)


def test_keys_that_all_replace_are_one_pair(nodes, user):
    for _ in range(ROUNDS):
        answers = at_once(*(lambda node=node: node.request("PUT", f"/users/{user.id}/keys") for node in nodes))
        assert statuses(answers) == [200] * 3
        pairs = [(answer.json()["accessKey"], answer.json()["secretKey"]) for answer in answers]
        for node in nodes:

            def good(node=node):
                return len([pair for pair in pairs if node.request("GET", "/session", keys=pair).status_code == 200])

            assert_settles(good, 1)


def test_changes_of_one_user_at_all_nodes_are_made_one_after_the_other(nodes, user):
    """Groups, since each change of a membership reads the members that are there."""
    groups = [nodes[0].request("POST", "/groups", json={"name": unique_username("group")}).json() for _ in range(9)]
    answers = at_once(
        *(
            lambda node=nodes[number % 3], group=group: node.request("POST", f"/groups/{group['id']}/users/{user.id}")
            for number, group in enumerate(groups)
        )
    )
    assert statuses(answers) == [200] * 9
    for node in nodes:

        def counts(node=node):
            listed = {group["id"]: group["user_count"] for group in node.request("GET", "/groups").json()["groups"]}
            return [listed.get(group["id"]) for group in groups]

        assert_settles(counts, [1] * 9)
