"""Codes: of phones, at login, and how often one may guess."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from answers import (
    INVALID,
    assert_body,
    assert_code_required,
    assert_empty,
    assert_error,
    assert_json,
    assert_record,
)
from sessions import TRIES, assert_lives, details, wrong_code


def phone_of(account, number=0):
    """A phone of one's own: a number gets one code in half a minute."""
    return f"+1555{number}{account.id:06}"


def verify_phone(server, account, path, keys, number=0):
    """Sends a code to a phone and returns it."""
    known = len(server.messages(account.username))
    body = {"sms_phone": phone_of(account, number), "password": account.password}
    answer = server.request("POST", f"{path}/two-factor/send-verification", json=body, keys=keys)
    assert_empty(answer)
    return server.newest_code(account.username, known)


@pytest.fixture(params=["/users/{id}", "/session"])
def place(request, muster, user):
    """The two ways to one's second factor: through an administrator, and by oneself."""
    if request.param == "/session":
        return request.param, user.keys
    return request.param.format(id=user.id), muster.admin_keys


def test_a_phone_is_verified_by_its_code(muster, user, place):
    path, keys = place
    code = verify_phone(muster, user, path, keys)
    assert re.fullmatch("[0-9]{6}", code)
    # Its digits may stand in others' messages, too.
    own = [path for path in muster.outbox.iterdir() if f"User: {user.username}\n" in path.read_text()]
    (message,) = [path for path in own if f" {code}." in path.read_text()]
    assert stat.S_IMODE(message.stat().st_mode) == 0o600
    body = {"verification_code": code}
    verify = f"{path}/two-factor/verify-code"
    assert_empty(muster.request("POST", verify, json=body, keys=keys))
    factor = details(muster, user)["two_factor"]
    assert (factor["sms_phone"], factor["sms_enabled"]) == (phone_of(user), 1)
    # Once.
    assert_error(muster.request("POST", verify, json=body, keys=keys), 400)


def test_a_code_takes_five_tries(muster, user, place):
    path, keys = place
    code = verify_phone(muster, user, path, keys)
    verify = f"{path}/two-factor/verify-code"
    for _ in range(TRIES):
        wrong = {"verification_code": wrong_code(code)}
        assert_error(muster.request("POST", verify, json=wrong, keys=keys), 400)
    answer = muster.request("POST", verify, json={"verification_code": code}, keys=keys)
    assert_error(answer, 400)
    assert details(muster, user).get("two_factor", {}).get("sms_enabled", 0) == 0


def test_the_last_try_may_be_the_right_one(muster, user, place):
    path, keys = place
    code = verify_phone(muster, user, path, keys)
    verify = f"{path}/two-factor/verify-code"
    for _ in range(TRIES - 1):
        wrong = {"verification_code": wrong_code(code)}
        assert_error(muster.request("POST", verify, json=wrong, keys=keys), 400)
    assert_empty(muster.request("POST", verify, json={"verification_code": code}, keys=keys))


def test_a_new_code_ends_the_old_one(muster, user):
    path, keys = f"/users/{user.id}", muster.admin_keys
    old = verify_phone(muster, user, path, keys)
    new = verify_phone(muster, user, path, keys, 1)
    verify = f"{path}/two-factor/verify-code"
    if old != new:
        assert_error(muster.request("POST", verify, json={"verification_code": old}), 400)
    assert_empty(muster.request("POST", verify, json={"verification_code": new}))


def test_a_code_is_its_users_own(muster, account):
    one, other = account(), account()
    code = verify_phone(muster, one, f"/users/{one.id}", muster.admin_keys)
    path = f"/users/{other.id}/two-factor/verify-code"
    assert_error(muster.request("POST", path, json={"verification_code": code}), 400)


def test_many_guesses_at_once_are_still_five(muster, user):
    path = f"/users/{user.id}"
    code = verify_phone(muster, user, path, muster.admin_keys)
    verify = f"{path}/two-factor/verify-code"

    def guess(number):
        body = {"verification_code": f"{(int(code) + 1 + number) % 1_000_000:06d}"}
        return muster.request("POST", verify, json=body).status_code

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(guess, range(32))) == {400}
    assert_error(muster.request("POST", verify, json={"verification_code": code}), 400)


@pytest.mark.parametrize("way", ["email", "sms"])
def test_a_login_with_a_second_factor(muster, user, way):
    body = {
        "email_enabled": way == "email",
        "sms_enabled": way == "sms",
        "sms_phone": phone_of(user) if way == "sms" else None,
    }
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=body))
    factor = details(muster, user)["two_factor"]
    assert (factor["sms_enabled"], factor["email_enabled"]) == (int(way == "sms"), int(way == "email"))

    answer = muster.login(user.username)
    assert_code_required(answer, way)
    assert "Set-Cookie" not in answer.headers
    code = muster.newest_code(user.username)
    assert code not in answer.text
    # The code alone is nothing, nor is a wrong one.
    assert_body(muster.login(user.username, "not this one", verification_code=code), INVALID)
    answer = muster.login(user.username, verification_code=wrong_code(code))
    assert_body(answer, INVALID)
    answer = muster.login(user.username, verification_code=code)
    assert_lives(muster, assert_json(answer, 200)["token"], user)
    # A code opens once.
    assert muster.login(user.username, verification_code=code).status_code == 401
    # Keys are a factor of their own.
    assert_record(muster.request("GET", "/session", keys=user.keys), id=user.id)


def test_a_code_at_login_takes_five_tries(muster, user):
    body = {"email_enabled": True, "sms_enabled": False}
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=body))
    assert_code_required(muster.login(user.username), "email")
    code = muster.newest_code(user.username)
    for _ in range(TRIES):
        answer = muster.login(user.username, verification_code=wrong_code(code))
        assert_body(answer, INVALID)
    assert_body(muster.login(user.username, verification_code=code), INVALID)
    record = details(muster, user)
    assert record["login_fail_count"] >= TRIES


@pytest.mark.parametrize(
    "code", ["", " ", "nope", "abc123", "0", "\u0661" * 6, "\uff11" * 6, "9" * 10_000, "00000\x00"]
)
def test_a_code_at_login_that_is_none(muster, user, code):
    body = {"email_enabled": True, "sms_enabled": False}
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=body))
    assert_code_required(muster.login(user.username), "email")
    # As a wrong one: whoever guesses learns nothing of what a code looks like.
    assert_body(muster.login(user.username, verification_code=code), INVALID)
    answer = muster.login(user.username, verification_code=muster.newest_code(user.username))
    assert_json(answer, 200)


@pytest.mark.parametrize("character", ["\x01", "\x7f", "\r", "\n", "<", ">", "(", ")", '"', " ", ",", ";"])
def test_no_codes_go_to_an_address_with(muster, user, character):
    stored = muster.request("PUT", f"/users/{user.id}", json={"email": f"ja{character}ne@example.com"})
    assert "email" in assert_error(stored, 400)


def test_codes_go_to_an_address_of_254_bytes_and_to_no_longer_one(muster, user):
    def address(length):
        domain = ".".join(["b" * 61] * 3 + ["c" * 3])
        return "a" * (length - 1 - len(domain)) + "@" + domain

    setup = {"email_enabled": True, "sms_enabled": False}
    path = f"/users/{user.id}"
    assert_json(muster.request("PUT", path, json={"email": address(254)}), 200)
    assert_empty(muster.request("PUT", f"{path}/two-factor", json=setup))
    assert_error(muster.request("PUT", path, json={"email": address(255)}), 400)
    assert details(muster, user)["email"] == address(254)


def test_a_code_for_a_phone_does_not_log_in(muster, user):
    body = {"email_enabled": True, "sms_enabled": False}
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=body))
    code = verify_phone(muster, user, f"/users/{user.id}", muster.admin_keys)
    # In the words of a wrong one: whoever holds another code is not told so.
    assert_body(muster.login(user.username, verification_code=code), INVALID)


def test_a_code_for_a_login_verifies_no_phone(muster, account):
    other = account()
    setup = {"email_enabled": True, "sms_enabled": False}
    assert_empty(muster.request("PUT", f"/users/{other.id}/two-factor", json=setup))
    assert_code_required(muster.login(other.username), "email")
    code = muster.newest_code(other.username)
    verify = f"/users/{other.id}/two-factor/verify-code"
    texts = {
        assert_error(muster.request("POST", verify, json={"verification_code": each}), 400)
        for each in (code, wrong_code(code))
    }
    assert len(texts) == 1, texts


def test_without_a_second_factor_a_code_is_not_read(muster, user):
    assert_json(muster.login(user.username, verification_code="123456"), 200)


def test_the_second_factor_is_switched_off_again(muster, user):
    on, off = ({"email_enabled": state, "sms_enabled": False} for state in (True, False))
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=on))
    assert_code_required(muster.login(user.username), "email")
    assert_empty(muster.request("PUT", f"/users/{user.id}/two-factor", json=off))
    assert_json(muster.login(user.username), 200)


def test_an_administrator_is_told_of_a_last_factor_that_goes(muster, user):
    on, off = ({"email_enabled": state, "sms_enabled": False} for state in (True, False))
    path = f"/users/{user.id}"
    for dialect, method in (("", "PUT"), ("/muster/v1", "PATCH")):
        for required in (False, True):
            body = {"two_factor_required": required}
            assert muster.request("PATCH", "/muster/v1" + path, json=body).ok
            assert muster.request("PUT", f"{path}/two-factor", json=on).ok
            answer = muster.request(method, f"{dialect}{path}/two-factor", json=off)
            assert answer.ok and ("X-Muster-Warning" in answer.headers) == required
    warning = answer.headers["X-Muster-Warning"]
    assert warning.startswith("The user must have a second factor and has none any more: until one is set up")
    # What was off before goes no second time.
    assert "X-Muster-Warning" not in muster.request("PUT", f"{path}/two-factor", json=off).headers
    events = muster.request("GET", "/audit-log/v1/events?sort=received:desc&limit=20").json()["events"]
    said = [[(field["key"], field["value"]) for field in event["fields"]] for event in events]
    assert sum(("two_factor", "none left, and one is required") in fields for fields in said) == 2


def test_who_must_have_a_factor_keeps_its_last_one(muster, user):
    path = f"/users/{user.id}"
    assert muster.request("PATCH", "/muster/v1" + path, json={"two_factor_required": True}).ok
    assert muster.request("PUT", f"{path}/two-factor", json={"email_enabled": True, "sms_enabled": False}).ok
    off = {"email_enabled": False, "sms_enabled": False, "password": user.password}
    for method, place in (("PUT", "/session"), ("PATCH", "/muster/v1" + path)):
        answer = muster.request(method, f"{place}/two-factor", json=off, keys=user.keys)
        assert "last second factor" in assert_error_of_any(answer, 409), answer.text
    assert details(muster, user)["two_factor"]["email_enabled"] == 1


def assert_error_of_any(answer, status):
    """The message of an error in whichever dialect."""
    assert answer.status_code == status, answer.text
    return answer.text
