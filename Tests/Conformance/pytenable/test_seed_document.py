"""Every example of the `tio.users` documentation, as written there.

The documentation writes the id 1, which no user ever has: as written, those lines end in
`NotFoundError`. After that the same line runs with a real id in place of the 1.
"""

from pprint import pprint

import pytest
from client import body_of_refusal, by_version, refused
from tenable.errors import BadRequestError, NotFoundError, UnauthorizedError

CHANGE_PASSWORD = "tio.users.change_password(1, 'old_pass', 'new_pass')"
CREATE_STANDARD = "user = tio.users.create('jsmith@company.com', 'password1', 32)"
CREATE_ADMIN = """\
user = tio.users.create('jdoe@company.com', 'password', 64,
    name='Jane Doe', email='jdoe@company.com')"""
DELETE = "tio.users.delete(1)"
DETAILS = "user = tio.users.details(1)"
EDIT = "user = tio.users.edit(1, name='New Full Name')"
EDIT_AUTHS = "tio.users.edit_auths(1, True, True, False)"
ENABLE_TWO_FACTOR = "tio.users.enable_two_factor(1, '9998887766')"
ENABLE = "tio.users.enabled(1, True)"
DISABLE = "tio.users.enabled(1, False)"
KEYS = "keys = tio.users.gen_api_keys(1)"
IMPERSONATE = "tio.users.impersonate('jdoe@company.com')"
LIST = """\
for user in tio.users.list():
    pprint(user)"""
LIST_AUTHS = "auth = tio.users.list_auths(1)"
EMAIL_FACTOR = "tio.users.two_factor(1, True, False)"
SMS_FACTOR = "tio.users.two_factor(1, False, True, '9998887766')"
VERIFY = "tio.users.verify_two_factor(1, 'abc123')"


def run(example, tio, user_id=1):
    """Runs an example with `user_id` in place of its 1 and returns the variables that it sets."""
    assert user_id == 1 or example.count("(1") == 1
    variables = {"tio": tio, "pprint": pprint}
    exec(example.replace("(1", f"({user_id}"), variables)
    return variables


@pytest.mark.parametrize(
    "example",
    [
        CHANGE_PASSWORD,
        DELETE,
        DETAILS,
        EDIT,
        EDIT_AUTHS,
        ENABLE,
        DISABLE,
        KEYS,
        LIST_AUTHS,
        EMAIL_FACTOR,
        SMS_FACTOR,
        VERIFY,
    ],
)
def test_user_1_never_exists(example, tio):
    refused(NotFoundError, run, example, tio)


def test_change_password(muster, tio, account):
    user = account(password="old_pass")
    run(CHANGE_PASSWORD, tio, user.id)
    assert muster.login(user.username, "old_pass").status_code == 401
    assert muster.login(user.username, "new_pass").status_code == 200


def test_create_a_standard_user(muster, tio):
    user = run(CREATE_STANDARD, tio)["user"]
    try:
        assert user["username"] == user["user_name"] == user["email"] == "jsmith@company.com"
        assert user["permissions"] == 32
        assert muster.login("jsmith@company.com", "password1").status_code == 200
    finally:
        tio.users.delete(user["id"])


def test_create_an_administrator_with_email_and_name(muster, tio):
    user = run(CREATE_ADMIN, tio)["user"]
    try:
        assert (user["name"], user["email"]) == ("Jane Doe", "jdoe@company.com")
        assert (user["username"], user["permissions"]) == ("jdoe@company.com", 64)
        assert muster.login("jdoe@company.com", "password").status_code == 200
    finally:
        tio.users.delete(user["id"])


def test_delete(tio, user):
    run(DELETE, tio, user.id)
    refused(NotFoundError, tio.users.details, user.id)


def test_details(tio, user):
    record = run(DETAILS, tio, user.id)["user"]
    assert (record["id"], record["uuid"]) == (user.id, user.uuid)
    assert record["username"] == user.username


def test_edit(tio, user):
    edited = by_version(_edit_works, _edit_is_refused)
    edited(tio, user)


def _edit_works(tio, user):
    before = tio.users.details(user.id)
    record = run(EDIT, tio, user.id)["user"]
    assert record["name"] == "New Full Name"
    assert tio.users.details(user.id) == before | {"name": "New Full Name"}


def _edit_is_refused(tio, user):
    before = tio.users.details(user.id)
    body = body_of_refusal(BadRequestError, run, EDIT, tio, user.id)
    assert "tio.put" in body["message"]
    assert tio.users.details(user.id) == before


def test_edit_auths(tio, user):
    run(EDIT_AUTHS, tio, user.id)
    auths = tio.users.list_auths(user.id)
    assert auths["api_permitted"] is True
    assert auths["password_permitted"] is True
    assert auths["saml_permitted"] is False


def test_enable_two_factor_as_written_lacks_the_password(muster, tio, user):
    with pytest.raises(TypeError, match="password"):
        run(ENABLE_TWO_FACTOR, tio, user.id)
    assert muster.messages(user.username) == []


def test_enable_two_factor_with_the_password(muster, tio, user):
    example = ENABLE_TWO_FACTOR.replace("'9998887766'", f"'9998887766', '{user.password}'")
    run(example, tio, user.id)
    headers, _ = muster.messages(user.username)[-1]
    assert (headers["To"], headers["Channel"]) == ("+19998887766", "sms")
    tio.users.verify_two_factor(user.id, muster.newest_code(user.username))


def test_disable_and_enable(tio, connect, user):
    run(DISABLE, tio, user.id)
    refused(UnauthorizedError, connect(user).session.details)
    run(ENABLE, tio, user.id)
    assert connect(user).session.details()["enabled"] is True


def test_gen_api_keys(connect, tio, user):
    keys = run(KEYS, tio, user.id)["keys"]
    user.keys = keys["accessKey"], keys["secretKey"]
    assert connect(user).session.details()["id"] == user.id


def test_impersonate(tio):
    user = run(CREATE_ADMIN, tio)["user"]
    try:
        run(IMPERSONATE, tio)
        assert tio.session.details()["username"] == "jdoe@company.com"
    finally:
        tio.session.restore()
        tio.users.delete(user["id"])


def test_list(tio, user, capsys):
    last = run(LIST, tio)["user"]
    assert last["id"] >= user.id
    printed = capsys.readouterr().out
    assert user.username in printed and "admin@example.com" in printed


def test_list_auths(tio, user):
    auth = run(LIST_AUTHS, tio, user.id)["auth"]
    permitted = ["api_permitted", "password_permitted", "saml_permitted"]
    assert [auth[method] for method in permitted] == [True, True, True]
    assert auth["user_uuid"] == user.uuid


def test_two_factor_by_email(tio, user):
    run(EMAIL_FACTOR, tio, user.id)
    factor = tio.users.details(user.id)["two_factor"]
    assert (factor["email_enabled"], factor["sms_enabled"]) == (1, 0)


def test_two_factor_by_sms(tio, user):
    run(SMS_FACTOR, tio, user.id)
    factor = tio.users.details(user.id)["two_factor"]
    assert factor == {"sms_phone": "+19998887766", "sms_enabled": 1, "email_enabled": 0}


def test_verify_two_factor_refuses_a_code_that_was_never_sent(tio, user):
    refused(BadRequestError, run, VERIFY, tio, user.id)
