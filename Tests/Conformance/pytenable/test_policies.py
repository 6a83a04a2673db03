"""Servers with settings of their own: approved domains and the two stricter password policies."""

import pytest
from client import UNAPPROVED_DOMAIN, assert_gateway, body_of_refusal, client_of, refused
from tenable.errors import BadRequestError

from muster import PASSWORD, Muster, unique_username

# Approved domains


@pytest.fixture(scope="module")
def approving():
    with Muster({"MUSTER_USERS_APPROVED_DOMAINS": "example.com,company.com"}) as muster:
        tio = client_of(muster)
        yield tio
        tio._session.close()


@pytest.mark.parametrize("domain", ["example.com", "company.com", "EXAMPLE.com"])
def test_an_approved_domain(approving, domain):
    username = unique_username().replace("example.com", domain)
    assert approving.users.create(username, PASSWORD, 16)["username"] == username


@pytest.mark.parametrize(
    "domain",
    ["elsewhere.com", "sub.example.com", "notexample.com", "example.com.evil.com", "example.co"],
)
def test_an_unapproved_domain(approving, domain):
    call = approving.users.create
    username = unique_username().replace("example.com", domain)
    assert body_of_refusal(BadRequestError, call, username, PASSWORD, 16) == UNAPPROVED_DOMAIN
    assert username not in [user["username"] for user in approving.users.list()]


def test_an_email_may_have_any_domain(approving):
    call = approving.users.create
    user = call(unique_username(), PASSWORD, 16, email="me@elsewhere.com")
    assert user["email"] == "me@elsewhere.com"


def test_without_approved_domains_all_are(tio):
    username = unique_username().replace("example.com", "elsewhere.com")
    assert tio.users.create(username, PASSWORD, 16)["username"] == username


# The policy `tenable`: twelve characters, four classes, none of the former ones


@pytest.fixture(scope="module")
def careful():
    with Muster(arguments=["--password-policy", "tenable"]) as muster:
        yield muster


@pytest.fixture
def careful_tio(careful):
    tio = client_of(careful)
    yield tio
    tio._session.close()


UPPER, LOWER, DIGIT, SPECIAL = "upper", "lower", "digit", "special"


@pytest.mark.parametrize(
    "password, failed, passed",
    [
        ("Short-1", ["12"], [UPPER, LOWER, DIGIT, SPECIAL]),
        ("no-upper-case-1", [UPPER], ["12", LOWER, DIGIT, SPECIAL]),
        ("NO-LOWER-CASE-1", [LOWER], ["12", UPPER, DIGIT, SPECIAL]),
        ("No-Digit-At-All", [DIGIT], ["12", UPPER, LOWER, SPECIAL]),
        ("NoSpecialAtAll1", [SPECIAL], ["12", UPPER, LOWER, DIGIT]),
        ("aaaaaaaaaaaa", [UPPER, DIGIT, SPECIAL], ["12", LOWER]),
        ("a", ["12", UPPER, DIGIT, SPECIAL], [LOWER]),
    ],
)
def test_every_rule_that_failed_is_named(careful_tio, password, failed, passed):
    call = careful_tio.users.create
    answer = refused(BadRequestError, call, unique_username(), password, 16)
    message = assert_gateway(answer, 400, "Bad Request").lower()
    assert [rule for rule in failed + passed if rule in message] == failed


def test_the_shortest_that_passes(careful, careful_tio):
    user = careful_tio.users.create(unique_username(), "Twelve-chr-1", 16)
    assert careful.login(user["username"], "Twelve-chr-1").status_code == 200


def test_a_password_made_of_a_uuid_passes(careful_tio):
    password = "c2b0ae3a-9c7e-4d0c-8f35-1f1f5cf0a1b2Tt!"
    assert careful_tio.users.create(unique_username(), password, 16)


def test_former_passwords_are_refused(careful, careful_tio):
    user = careful.create()
    first, second = PASSWORD, "Gravel-Orchid-57-Tunnel"
    change = careful_tio.users.change_password
    refused(BadRequestError, change, user["id"], None, first)
    change(user["id"], first, second)
    for former in (first, second):
        refused(BadRequestError, change, user["id"], None, former)
    assert careful.login(user["username"], second).status_code == 200


# The policy `strict`: fifteen characters, not the username, not a common one

COMMON = ["password12345678", "qwertyuiop123456", "correct horse battery staple"]


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    common = tmp_path_factory.mktemp("policy") / "common.txt"
    common.write_text("\n".join(COMMON) + "\n")
    settings = {"MUSTER_PASSWORD_POLICY": "strict", "MUSTER_PASSWORD_COMMON_LIST": common}
    with Muster(settings) as muster:
        yield muster


@pytest.fixture
def strict_tio(strict):
    tio = client_of(strict)
    yield tio
    tio._session.close()


def test_fourteen_characters_are_too_few(strict_tio):
    call = strict_tio.users.create
    answer = refused(BadRequestError, call, unique_username(), "fourteen-chars", 16)
    assert "15" in assert_gateway(answer, 400, "Bad Request")


def test_fifteen_characters_are_enough(strict, strict_tio):
    password = "walnuts by foot"
    user = strict_tio.users.create(unique_username(), password, 16)
    assert strict.login(user["username"], password).status_code == 200


@pytest.mark.parametrize("password", COMMON)
def test_a_common_password_is_refused(strict_tio, password):
    call = strict_tio.users.create
    answer = refused(BadRequestError, call, unique_username(), password, 16)
    assert "common" in assert_gateway(answer, 400, "Bad Request")


@pytest.mark.parametrize("form", [str, str.upper])
def test_the_username_is_no_password(strict_tio, form):
    username = unique_username()
    refused(BadRequestError, strict_tio.users.create, username, form(username), 16)


def test_the_policy_holds_for_changes_too(strict, strict_tio):
    user = strict.create()
    change = strict_tio.users.change_password
    refused(BadRequestError, change, user["id"], PASSWORD, "too short")
    refused(BadRequestError, change, user["id"], PASSWORD, user["username"])
    assert strict.login(user["username"]).status_code == 200
