"""Tokens and codes, and whether they still open anything."""

from answers import INVALID, assert_body, assert_json, assert_record

from muster import PASSWORD

NEW_PASSWORD = "Another-" + PASSWORD
TRIES = 5
BEARABLE_FAILURES = 5


def token_of(server, account, **fields):
    """A new token of the account's."""
    return assert_json(server.login(account.username, account.password, **fields), 200)["token"]


def asked_with(server, token, method="GET", path="/session", **options):
    headers = {"X-Cookie": f"token={token}"}
    return server.request(method, path, headers=headers, keys=None, **options)


def assert_lives(server, token, account):
    assert_record(asked_with(server, token), id=account.id)


def assert_dead(server, *tokens):
    for token in tokens:
        assert_body(asked_with(server, token), INVALID)
        answer = server.request("GET", "/users", headers={"Cookie": f"token={token}"}, keys=None)
        assert_body(answer, INVALID)


def details(server, account):
    return assert_record(server.request("GET", f"/users/{account.id}"), id=account.id)


def wrong_code(code):
    """A code of the right form that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
