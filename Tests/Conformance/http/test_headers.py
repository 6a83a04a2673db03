"""Headers: the spellings of the keys, cookies, impersonation, and lines that are too long."""

import re

import pytest
from answers import (
    INVALID,
    MISSING,
    assert_body,
    assert_error,
    assert_gateway,
    assert_json,
    assert_number,
    assert_record,
)
from keys import spelled, with_keys
from wire import Wire, ask, assert_answers, head

HEADER_BYTES = 32_768

# The spellings that clients send, and the ones that mean the same.
SPELLINGS = [
    ("X-APIKeys", "accessKey={a}; secretKey={s}"),
    ("X-APIKeys", "accessKey={a}; secretKey={s};"),
    ("X-ApiKeys", "accessKey={a};secretKey={s}"),
    ("X-ApiKeys", "accessKey={a};secretKey={s};"),
    ("x-apikeys", "accesskey={a};secretkey={s}"),
    ("X-APIKEYS", "ACCESSKEY={a};SECRETKEY={s}"),
    ("X-ApiKeys", "secretKey={s}; accessKey={a}"),
    ("X-ApiKeys", "secretKey={s};accessKey={a};"),
    ("X-ApiKeys", "  accessKey={a}  ;  secretKey={s}  ;  "),
    ("X-ApiKeys", "accessKey = {a}; secretKey = {s}"),
    ("X-ApiKeys", "\taccessKey={a};\tsecretKey={s}\t"),
    ("X-ApiKeys", ";;accessKey={a};;;secretKey={s};;"),
    ("X-ApiKeys", "accessKey={a};note=a=b;secretKey={s};unknown"),
    ("X-ApiKeys", "accessKey={a}\t ; \tsecretKey={s}"),
]
MALFORMED_KEYS = [
    "{a}",
    "{a};{s}",
    "{a}:{s}",
    "accessKey={a}",
    "secretKey={s}",
    "accessKey={a};secretKey=",
    "accessKey=;secretKey={s}",
    "accessKey=;secretKey=",
    "accessKey;secretKey",
    "accessKey={a} secretKey={s}",
    "accessKey={a},secretKey={s}",
    "accessKey={a}&secretKey={s}",
    "accessKey:{a};secretKey:{s}",
    'accessKey="{a}";secretKey="{s}"',
    "accessKey={s};secretKey={a}",
    "accessKey={a};secretKey={s}0",
    "accessKey={a};secretKey=0{s}",
    "accessKey={a};secretKey={t}",
    "accessKey={a};secretKey==={s}",
    "accessKey={b};secretKey={s}",
    "access_key={a};secret_key={s}",
    "accessKeys={a};secretKeys={s}",
    "Basic {a}",
    "Bearer {a}",
    ";",
    "=",
    ";;;;=;=;;=",
    "accessKey=%00;secretKey=%00",
    "accessKey='%20OR%20'1'='1;secretKey={s}",
    "null",
    "{{}}",
    "accessKey=\u00e4\u00f6;secretKey=\u00fc",
    "accessKey=\xff\xfe;secretKey=\xff",
    "accessKey={a};secretKey=" + "f" * 20_000,
    "accessKey=" + "a" * 20_000 + ";secretKey={s}",
    "x=y;" * 5_000,
]


def session(server, account, **fields):
    """A token of an account's own."""
    return assert_json(server.login(account.username, **fields), 200)["token"]


# API keys


@pytest.mark.parametrize(("name", "value"), SPELLINGS)
def test_a_spelling_of_the_keys(muster, name, value):
    answer = ask(muster, with_keys(muster, spelled(muster, value), name=name))
    assert_record(answer, id=muster.admin["id"])


@pytest.mark.parametrize("value", MALFORMED_KEYS, ids=lambda text: text[:40])
def test_keys_that_are_malformed(muster, value):
    assert_body(ask(muster, with_keys(muster, spelled(muster, value))), INVALID)


@pytest.mark.parametrize("value", ["", " ", "\t"])
def test_an_empty_key_header(muster, value):
    answer = ask(muster, with_keys(muster, value))
    assert assert_json(answer, 401) in (INVALID, MISSING)


def test_the_secret_is_compared_letter_by_letter(muster, user):
    access, secret = user.keys
    assert secret == secret.lower() and re.fullmatch("[0-9a-f]{64}", secret)
    assert re.fullmatch("[0-9a-f]{64}", access)
    for wrong in (secret.upper(), secret[::-1], secret[:63], secret + secret, secret[1:] + secret[0]):
        assert wrong != secret
        assert_body(muster.request("GET", "/session", keys=(access, wrong)), INVALID)


def test_two_key_headers_that_differ_open_nothing(muster, user):
    good = spelled(muster, "accessKey={a};secretKey={s}")
    bad = f"accessKey={'0' * 64};secretKey={'0' * 64}"
    other = f"accessKey={user.keys[0]};secretKey={user.keys[1]}"
    for first, second in ((good, bad), (bad, good), (good, "nonsense"), (good, other)):
        more = b"x-apikeys: " + second.encode() + b"\r\n"
        assert_body(ask(muster, with_keys(muster, first, more=more)), INVALID)


def test_two_secrets_in_one_header(muster):
    value = "accessKey={a};secretKey=" + "0" * 64 + ";secretKey={s}"
    answer = ask(muster, with_keys(muster, spelled(muster, value)))
    assert answer.status_code in (200, 401)


def test_keys_where_they_do_not_belong(muster):
    access, secret = muster.admin_keys
    for path, headers in (
        (f"/users?accessKey={access}&secretKey={secret}", {}),
        ("/users", {"Authorization": f"accessKey={access};secretKey={secret}"}),
        ("/users", {"Cookie": f"accessKey={access}; secretKey={secret}"}),
    ):
        answer = muster.request("GET", path, headers=headers, keys=None)
        assert_body(answer, MISSING)


def test_a_folded_header_line_is_no_way_in(muster):
    access, secret = muster.admin_keys
    value = f"accessKey={access};\r\n secretKey={secret}"
    answer = ask(muster, with_keys(muster, value))
    assert answer is None or answer.status_code in (200, 400, 401)
    assert_answers(muster)


# Tokens


def test_a_token_comes_as_header_or_as_cookie(muster, user):
    token = session(muster, user)
    for headers in (
        {"X-Cookie": f"token={token}"},
        {"X-Cookie": f"token={token};"},
        {"X-Cookie": f"token={token} ; "},
        {"x-cookie": f"token={token}"},
        {"X-Cookie": f"other=1; token={token}"},
        {"Authorization": f"Bearer {token}"},
        {"Cookie": f"token={token}"},
        {"Cookie": f"a=b; token={token}; c=d"},
        {"cookie": f"nginx-cloud-site-id=x; token={token}"},
        {"X-Cookie": f"token={token}", "Cookie": f"token={token}"},
    ):
        answer = muster.request("GET", "/session", headers=headers, keys=None)
        assert_record(answer, id=user.id)


@pytest.mark.parametrize("name", ["X-Cookie", "Cookie"])
def test_a_token_that_is_none(muster, user, name):
    token = session(muster, user)
    for wrong in (token[:-1], token + "0", token[::-1], "0" * 64, "x", "\u00e4", "f" * 20_000):
        line = f"{name}: token={wrong}\r\n".encode("latin-1")
        data = b"GET /session HTTP/1.1\r\nHost: 127.0.0.1\r\n" + line + b"\r\n"
        assert_body(ask(muster, data), INVALID)
    assert_record(
        muster.request("GET", "/session", headers={name: f"token={token}"}, keys=None), id=user.id
    )


@pytest.mark.parametrize("value", ["", "token", "token=", "nonsense", "=", "{token}", "tok={token}"])
def test_an_x_cookie_that_is_malformed(muster, user, value):
    headers = {"X-Cookie": value.format(token=session(muster, user))}
    answer = muster.request("GET", "/session", headers=headers, keys=None)
    assert assert_json(answer, 401) in (INVALID, MISSING)


@pytest.mark.parametrize("value", ["a=b", "tokens=x", "nonsense", ";;;", "xtoken=1"])
def test_a_cookie_of_somebody_else_is_no_credential(muster, value):
    answer = muster.request("GET", "/session", headers={"Cookie": value}, keys=None)
    assert_body(answer, MISSING)


def test_a_bad_credential_is_not_made_up_for_by_a_good_one(muster, user, account):
    """The API keys decide, then the bearer token, then X-Cookie, then the cookie."""
    other = account()
    good, bad = session(muster, user), "0" * 64
    keys = (other.keys[0], "0" * 64)
    for headers in ({"X-Cookie": f"token={good}"}, {"Cookie": f"token={good}"}):
        assert_body(muster.request("GET", "/session", headers=headers, keys=keys), INVALID)
        assert_record(
            muster.request("GET", "/session", headers=headers, keys=other.keys), id=other.id
        )
    headers = {"X-Cookie": f"token={bad}", "Cookie": f"token={good}"}
    assert_body(muster.request("GET", "/session", headers=headers, keys=None), INVALID)
    headers = {
        "X-Cookie": f"token={session(muster, other)}",
        "Cookie": f"token={good}",
    }
    assert_record(muster.request("GET", "/session", headers=headers, keys=None), id=other.id)


# Sizes and numbers


@pytest.mark.parametrize("name", ["X-Long", "X-ApiKeys", "X-Cookie", "Cookie", "User-Agent"])
def test_a_header_line_of_64_kib(muster, name):
    line = f"{name}: ".encode() + b"a" * 65_536 + b"\r\n"
    data = head(muster, keys=name != "X-ApiKeys")[:-2] + line + b"\r\n"
    answer = ask(muster, data)
    assert_error(answer, 431)
    assert answer.json()["statusCode"] == 431
    assert_answers(muster)


def test_a_header_name_of_64_kib(muster):
    data = head(muster)[:-2] + b"x" * 65_536 + b": y\r\n\r\n"
    assert_error(ask(muster, data), 431)
    assert_answers(muster)


def test_a_path_of_64_kib(muster):
    answer = ask(muster, head(muster, path="/users/" + "a" * 65_536))
    assert_error(answer, 404, 414, 431)
    assert_answers(muster)


def test_header_lines_that_are_too_many_together(muster):
    lines = b"".join(b"X-Number-%d: %s\r\n" % (n, b"a" * 1000) for n in range(40))
    assert_error(ask(muster, head(muster)[:-2] + lines + b"\r\n"), 431)
    assert_answers(muster)


def test_many_header_lines_under_the_limit(muster):
    lines = b"".join(b"X-Number-%d: a\r\n" % n for n in range(500))
    assert_json(ask(muster, head(muster)[:-2] + lines + b"\r\n"), 200)


def test_very_many_header_lines_under_the_limit(muster):
    lines = b"".join(b"X%d:\r\n" % n for n in range(3000))
    assert len(lines) < HEADER_BYTES - 1000
    answer = ask(muster, head(muster)[:-2] + lines + b"\r\n")
    assert answer.status_code in (200, 400, 431), answer.status_code
    assert_answers(muster)


def test_a_header_just_under_the_limit(muster):
    data = head(muster)[:-2]
    line = b"X-Long: " + b"a" * (HEADER_BYTES - len(data) - 1000) + b"\r\n"
    assert_json(ask(muster, data + line + b"\r\n"), 200)


def test_a_header_without_end(muster):
    """Ten megabytes of header lines: the server stops reading, and nobody else notices."""
    with Wire(muster, seconds=5) as wire:
        wire.send(head(muster)[:-2])
        for _ in range(160):
            if not wire.send(b"X-More: " + b"a" * 65_526 + b"\r\n"):
                break
        answer = None if wire.is_reset else wire.answer()
        assert answer is None or answer.status_code in (400, 431)
    assert_answers(muster)


def test_no_line_of_a_request_can_reach_the_answer(muster):
    for path in ("/users/%0d%0aX-Injected:%201", "/%0d%0aX-Injected:%201", "/users?q=%0d%0aX-Injected"):
        answer = muster.request("GET", path, headers={"X-Request-Uuid": "f" * 32})
        assert "X-Injected" not in answer.headers
        assert_number(answer)
        assert answer.headers["X-Request-Uuid"] != "f" * 32


def test_every_answer_has_a_number_of_its_own(muster):
    paths = ["/users", "/users/nope", "/nope", "/server/status", "/openapi.yaml", "/session"] * 5
    answers = [muster.request("GET", path) for path in paths]
    for answer in answers:
        assert_number(answer)
    assert len({answer.headers["X-Request-Uuid"] for answer in answers}) == len(paths)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/users"), ("GET", "/session"), ("PUT", "/session/keys"), ("GET", "/users/nope")],
)
def test_no_answer_is_kept_by_a_cache(muster, user, method, path):
    keys = user.keys if path.startswith("/session") else muster.admin_keys
    answer = muster.request(method, path, keys=keys)
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_wrong_accept_header_changes_nothing(muster):
    for accept in ("text/html", "application/xml;q=1", "nonsense", "*/*;q=0", ""):
        answer = muster.request("GET", "/session", headers={"Accept": accept})
        assert_record(answer, id=muster.admin["id"])


def test_the_gateway_names_the_error(muster):
    assert assert_gateway(muster.request("GET", "/nope"), 404, "Not Found") == "Not Found"
