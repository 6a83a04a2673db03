"""`two_factor`, `enable_two_factor` and `verify_two_factor`, for others and for oneself."""

import itertools
import stat
import sys

import pytest
from client import (
    CODE_REQUIRED,
    INVALID_CREDENTIALS,
    NOT_FOUND,
    WRONG_PASSWORD,
    body_of_refusal,
    gateway,
    refused,
    required,
    watch,
)
from tenable.errors import BadRequestError, NotFoundError, UnauthorizedError
from tenable.io import TenableIO

from apps import enrolled, oathtool

PHONE = "+19998887766"
NUMBERS = itertools.count(2_000_000)
PATTERN = r"/^(\+1[2-9][0-8]\d[2-9]\d{6}|\+[1-9]\d{1,14})$/"


@pytest.fixture(autouse=True)
def own_phone(monkeypatch):
    """A number of its own for each test: one number gets a code in half a minute, and five an hour."""
    monkeypatch.setattr(sys.modules[__name__], "PHONE", f"+1999{next(NUMBERS)}")


def another(code):
    """A code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def login(muster, user):
    """Constructs a client with username and password, which logs in at once."""
    return TenableIO(username=user.username, password=user.password, url=muster.url, retries=0)


# Enabling by phone


def test_a_code_is_sent_and_verified(muster, tio, user):
    answers = watch(tio)
    assert tio.users.enable_two_factor(user.id, PHONE[2:], user.password) is None
    assert tio.users.verify_two_factor(user.id, muster.newest_code(user.username)) is None
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"")] * 2


def test_the_message_names_phone_channel_and_user(muster, tio, user):
    tio.users.enable_two_factor(user.id, PHONE, user.password)
    [(headers, text)] = muster.messages(user.username)
    assert headers == {"To": PHONE, "Channel": "sms", "User": user.username}
    assert text.count(muster.newest_code(user.username)) == 1
    assert {stat.S_IMODE(path.stat().st_mode) for path in muster.outbox.iterdir()} == {0o600}


def test_no_answer_and_no_log_shows_the_code(muster, tio, user):
    answers = watch(tio)
    tio.users.enable_two_factor(user.id, PHONE, user.password)
    code = muster.newest_code(user.username)
    assert code not in answers[-1].text + str(answers[-1].headers)
    lines = [line for line in muster.log().splitlines() if user.username in line]
    assert not [line for line in lines if code in line]


def test_older_clients_send_no_password(muster, tio, user):
    tio.post(f"users/{user.id}/two-factor/send-verification", json={"sms_phone": PHONE})
    tio.users.verify_two_factor(user.id, muster.newest_code(user.username))


def test_null_is_a_password_not_given(muster, tio, user):
    tio.users.enable_two_factor(user.id, PHONE, None)
    tio.users.verify_two_factor(user.id, muster.newest_code(user.username))


@pytest.mark.parametrize("password", ["wrong", "", "x" * 5000])
def test_a_wrong_password_sends_no_code(muster, tio, user, password):
    call = tio.users.enable_two_factor
    assert body_of_refusal(BadRequestError, call, user.id, PHONE, password) == WRONG_PASSWORD
    assert muster.messages(user.username) == []


def test_the_refusal_of_a_phone_quotes_the_pattern(muster, tio, user):
    call = tio.users.enable_two_factor
    body = body_of_refusal(BadRequestError, call, user.id, "11231234567", user.password)
    reason = (
        f'["sms_phone" with value "11231234567" fails to match the required pattern: {PATTERN}]'
    )
    body.pop("validation", None)
    assert body == gateway(400, "Bad Request", f'child "sms_phone" fails because {reason}')
    assert muster.messages(user.username) == []


@pytest.mark.parametrize(
    "phone",
    ["", "abc", "+", "+1", "+0123456789", "999888776", "+1234567890123456", "99988877660"]
    + ["9998887766\n", "+1999888776\uff16", "+49/151/1234567", "tel:+19998887766", "x" * 5000],
)
def test_what_is_no_phone_number_is_refused(muster, tio, user, phone):
    call = tio.users.enable_two_factor
    body = body_of_refusal(BadRequestError, call, user.id, phone, user.password)
    assert '"sms_phone"' in body["message"]
    assert muster.messages(user.username) == []


@pytest.mark.parametrize("phone", ["+15552345678", "+4915112345678", "+6591234567", "9998887744"])
def test_phone_numbers_of_any_country_are_taken(muster, tio, user, phone):
    tio.users.enable_two_factor(user.id, phone, user.password)
    headers, _ = muster.messages(user.username)[-1]
    assert headers["To"] == (phone if phone.startswith("+") else f"+1{phone}")


def test_the_phone_is_required(tio, user):
    call = tio.users.enable_two_factor
    assert body_of_refusal(BadRequestError, call, user.id, None, user.password) == (
        required("sms_phone")
    )


# Verifying


@pytest.mark.parametrize(
    "code", ["abc123", "", "12345", "1234567", "0x1e240", "' OR 1=1 --", "-12345"]
)
def test_what_is_no_code_is_refused(muster, tio, user, code):
    tio.users.enable_two_factor(user.id, PHONE, user.password)
    refused(BadRequestError, tio.users.verify_two_factor, user.id, code)
    tio.users.verify_two_factor(user.id, muster.newest_code(user.username))


def test_digits_of_another_script_are_no_code(muster, tio, user):
    tio.users.enable_two_factor(user.id, PHONE, user.password)
    code = muster.newest_code(user.username)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    refused(BadRequestError, tio.users.verify_two_factor, user.id, wide)


def test_the_code_is_required(tio, user):
    call = tio.users.verify_two_factor
    assert body_of_refusal(BadRequestError, call, user.id, None) == required("verification_code")


def test_a_code_is_good_once(muster, tio, user):
    tio.users.enable_two_factor(user.id, PHONE, user.password)
    code = muster.newest_code(user.username)
    tio.users.verify_two_factor(user.id, code)
    refused(BadRequestError, tio.users.verify_two_factor, user.id, code)


def test_five_wrong_codes_kill_the_right_one(muster, tio, user):
    tio.users.enable_two_factor(user.id, PHONE, user.password)
    code = muster.newest_code(user.username)
    for _ in range(5):
        refused(BadRequestError, tio.users.verify_two_factor, user.id, another(code))
    refused(BadRequestError, tio.users.verify_two_factor, user.id, code)


def test_four_wrong_codes_leave_the_right_one(muster, tio, user):
    tio.users.enable_two_factor(user.id, PHONE, user.password)
    code = muster.newest_code(user.username)
    for _ in range(4):
        refused(BadRequestError, tio.users.verify_two_factor, user.id, another(code))
    tio.users.verify_two_factor(user.id, code)


def test_a_new_code_replaces_the_one_before(muster, tio, user):
    tio.users.enable_two_factor(user.id, PHONE, user.password)
    first = muster.newest_code(user.username)
    tio.users.enable_two_factor(user.id, f"+1999{next(NUMBERS)}", user.password)
    second = muster.newest_code(user.username, known=1)
    if first != second:
        refused(BadRequestError, tio.users.verify_two_factor, user.id, first)
    tio.users.verify_two_factor(user.id, second)


def test_a_code_belongs_to_one_user(muster, tio, account):
    first, second = account(), account()
    tio.users.enable_two_factor(first.id, PHONE, first.password)
    code = muster.newest_code(first.username)
    refused(BadRequestError, tio.users.verify_two_factor, second.id, code)
    tio.users.verify_two_factor(first.id, code)


@pytest.mark.parametrize("code", [123456, 1.5, ["123456"]])
def test_the_client_refuses_a_code_that_is_no_text(tio, user, code):
    with pytest.raises(TypeError):
        tio.users.verify_two_factor(user.id, code)


@pytest.mark.parametrize("arguments", [(8675309, "pw"), (PHONE, 5), ([PHONE], "pw")])
def test_the_client_refuses_a_phone_that_is_no_text(muster, tio, user, arguments):
    with pytest.raises(TypeError):
        tio.users.enable_two_factor(user.id, *arguments)
    assert muster.messages(user.username) == []


# Switching on and off


@pytest.mark.parametrize(
    "email, sms, phone, factor",
    [
        (False, True, PHONE, {"sms_phone": PHONE, "sms_enabled": 1, "email_enabled": 0}),
        (True, True, PHONE, {"sms_phone": PHONE, "sms_enabled": 1, "email_enabled": 1}),
        ("false", "yes", "9998887766", {"sms_phone": PHONE, "sms_enabled": 1, "email_enabled": 0}),
    ],
)
def test_the_record_shows_the_second_factor_in_integers(tio, user, email, sms, phone, factor):
    answers = watch(tio)
    assert tio.users.two_factor(user.id, email, sms, phone) is None
    assert (answers[-1].status_code, answers[-1].content) == (200, b"")
    shown = tio.users.details(user.id)["two_factor"]
    assert shown == factor
    assert {name: type(value) for name, value in shown.items()} == (
        {"sms_phone": str, "sms_enabled": int, "email_enabled": int}
    )


def test_sms_needs_a_phone(tio, user):
    body = body_of_refusal(BadRequestError, tio.users.two_factor, user.id, False, True)
    assert '"sms_phone"' in body["message"]
    refused(BadRequestError, tio.users.two_factor, user.id, False, True, "11231234567")
    assert "two_factor" not in tio.users.details(user.id)


@pytest.mark.parametrize(
    "arguments, field",
    [((None, False), "email_enabled"), ((False, None), "sms_enabled")],
)
def test_both_switches_are_required(tio, user, arguments, field):
    body = body_of_refusal(BadRequestError, tio.users.two_factor, user.id, *arguments)
    assert body == required(field)
    assert "two_factor" not in tio.users.details(user.id)


@pytest.mark.parametrize(
    "arguments", [(1, False), (False, 0), ("nope", False), (False, True, 8675309)]
)
def test_the_client_refuses_switches_that_are_no_booleans(tio, user, arguments):
    with pytest.raises(TypeError):
        tio.users.two_factor(user.id, *arguments)
    assert "two_factor" not in tio.users.details(user.id)


def test_two_factor_of_nobody(tio):
    for call, arguments in (
        (tio.users.two_factor, (0, True, False)),
        (tio.users.enable_two_factor, (0, "nope", "nope")),
        (tio.users.verify_two_factor, (0, "nope")),
    ):
        assert body_of_refusal(NotFoundError, call, *arguments) == NOT_FOUND


# At the login


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_a_login_needs_the_code(muster, tio, user, channel):
    tio.users.two_factor(user.id, channel == "email", channel == "sms", PHONE)
    body = body_of_refusal(UnauthorizedError, login, muster, user)
    assert CODE_REQUIRED.items() <= body.items() and body["factors"] == [channel]
    code = muster.newest_code(user.username)
    [(headers, _)] = muster.messages(user.username)
    assert headers["Channel"] == channel
    assert headers["To"] == {"sms": PHONE, "email": user.username}[channel]
    wrong = muster.login(user.username, verification_code=another(code))
    assert wrong.status_code == 401 and "token" not in wrong.json()
    answer = muster.login(user.username, verification_code=code)
    assert answer.status_code == 200 and answer.json()["token"]
    assert muster.login(user.username, verification_code=code).status_code == 401


def test_the_code_of_an_app_signs_in_by_the_client_s_own_call(muster, tio, user):
    """The constructor has no place for a code: it fails, and says why."""
    secret = enrolled(muster, muster.login(user.username).json()["token"])
    body = body_of_refusal(UnauthorizedError, login, muster, user)
    assert CODE_REQUIRED.items() <= body.items() and body["factors"] == ["totp", "recovery"]
    with pytest.raises(UnauthorizedError, match="Verification code required"):
        login(muster, user)
    fields = {"username": user.username, "password": user.password, "verification_code": oathtool(secret)}
    answer = tio.post("session", json=fields)
    assert (answer.status_code, list(answer.json())) == (200, ["token"])
    with pytest.raises(UnauthorizedError):
        tio.post("session", json=fields)


def test_an_app_is_asked_for_when_no_codes_are_sent_any_more(muster, tio, user):
    """`two_factor` is about codes that are sent: with both off the app stays, and is asked for."""
    secret = enrolled(muster, muster.login(user.username).json()["token"])
    for switches, factors in (
        ((True, True, PHONE), ["totp", "sms", "email", "recovery"]),
        ((False, False), ["totp", "recovery"]),
    ):
        tio.users.two_factor(user.id, *switches)
        body = body_of_refusal(UnauthorizedError, login, muster, user)
        assert CODE_REQUIRED.items() <= body.items() and body["factors"] == factors
    assert muster.messages(user.username) == []
    assert muster.login(user.username, verification_code=oathtool(secret)).status_code == 200


def test_a_wrong_password_sends_no_code_at_login(muster, tio, user):
    tio.users.two_factor(user.id, True, False)
    answer = muster.login(user.username, "wrong")
    assert (answer.status_code, answer.json()) == (401, INVALID_CREDENTIALS)
    assert muster.messages(user.username) == []


def test_a_code_does_not_replace_the_password(muster, tio, user):
    tio.users.two_factor(user.id, True, False)
    muster.login(user.username)
    code = muster.newest_code(user.username)
    answer = muster.login(user.username, "wrong", verification_code=code)
    assert (answer.status_code, answer.json()) == (401, INVALID_CREDENTIALS)


def test_api_keys_need_no_code(connect, tio, user):
    tio.users.two_factor(user.id, True, False)
    assert connect(user).session.details()["id"] == user.id


def test_a_login_needs_no_code_once_it_is_off_again(muster, tio, user):
    tio.users.two_factor(user.id, True, True, PHONE)
    assert CODE_REQUIRED.items() <= muster.login(user.username).json().items()
    tio.users.two_factor(user.id, False, False)
    assert muster.login(user.username).status_code == 200


# For oneself


def test_a_user_sets_up_his_own_second_factor(muster, connect, tio, user):
    """The client sends no password for oneself; it goes by the client's own `post` and `put`."""
    mine = connect(user)
    own = {"password": user.password}
    mine.post("session/two-factor/send-verification", json={"sms_phone": PHONE} | own)
    assert mine.session.verify_two_factor(muster.newest_code(user.username)) is None
    body = {"email_enabled": False, "sms_enabled": True, "sms_phone": PHONE}
    assert mine.put("session/two-factor", json=body | own).content == b""
    assert tio.users.details(user.id)["two_factor"] == (
        {"sms_phone": PHONE, "sms_enabled": 1, "email_enabled": 0}
    )
    # The login needs a code, and this number had one less than half a minute ago.
    answer = muster.login(user.username)
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 30


def test_ones_own_second_factor_is_not_moved_without_the_password(muster, connect, tio, user):
    mine = connect(user)
    for call, arguments in (
        (mine.session.enable_two_factor, (PHONE,)),
        (mine.session.two_factor, (True, False)),
        (mine.session.two_factor, (False, True, PHONE)),
    ):
        assert body_of_refusal(BadRequestError, call, *arguments) == WRONG_PASSWORD
    assert "two_factor" not in tio.users.details(user.id)
    assert muster.messages(user.username) == []


def test_the_examples_for_oneself(muster, connect, tio, user):
    mine = connect(user)
    refused(BadRequestError, mine.session.verify_two_factor, "abc123")
    body = {"email_enabled": True, "sms_enabled": False, "password": user.password}
    mine.put("session/two-factor", json=body)
    assert tio.users.details(user.id)["two_factor"]["email_enabled"] == 1
    assert CODE_REQUIRED.items() <= muster.login(user.username).json().items()


@pytest.mark.parametrize("phone", ["", "abc", "11231234567"])
def test_ones_own_phone_is_checked_too(muster, connect, user, phone):
    call = connect(user).session.enable_two_factor
    assert '"sms_phone"' in body_of_refusal(BadRequestError, call, phone)["message"]
    assert muster.messages(user.username) == []


@pytest.mark.parametrize(
    "call, arguments",
    [("enable_two_factor", (5,)), ("verify_two_factor", (5,))]
    + [("two_factor", (1, True)), ("two_factor", (True, "nope")), ("two_factor", (True, True, 5))],
)
def test_the_client_checks_types_for_oneself(connect, user, call, arguments):
    with pytest.raises(TypeError):
        getattr(connect(user).session, call)(*arguments)
