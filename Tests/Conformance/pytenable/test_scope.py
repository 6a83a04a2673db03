"""Who may do what, and which of several refusals comes first: 401, 403, 404, 400, 409."""

import pytest
from client import (
    INSUFFICIENT_SCOPE,
    INVALID_CREDENTIALS,
    MISSING_AUTHENTICATION,
    NOT_FOUND,
    NOWHERE,
    body_of_refusal,
    client_of,
    gateway,
)
from tenable.errors import (
    AuthenticationWarning,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    RequestConflictError,
    UnauthorizedError,
)
from tenable.io import TenableIO

from muster import PASSWORD, unique_username

# Everything that needs an administrator; `user_id` is somebody, or nobody.
ADMINISTRATION = {
    "users.create": lambda tio, _: tio.users.create(unique_username(), PASSWORD, 16),
    "users.delete": lambda tio, user_id: tio.users.delete(user_id),
    "users.details": lambda tio, user_id: tio.users.details(user_id),
    "users.edit": lambda tio, user_id: tio.users.edit(user_id, name="x"),
    "users.put": lambda tio, user_id: tio.put(f"users/{user_id}", json={"name": "x"}),
    "users.enabled": lambda tio, user_id: tio.users.enabled(user_id, True),
    "users.two_factor": lambda tio, user_id: tio.users.two_factor(user_id, True, False),
    "users.enable_two_factor": lambda tio, user_id: tio.users.enable_two_factor(user_id, "x", "x"),
    "users.verify_two_factor": lambda tio, user_id: tio.users.verify_two_factor(user_id, "x"),
    "users.change_password": lambda tio, user_id: tio.users.change_password(
        user_id, None, PASSWORD
    ),
    "users.gen_api_keys": lambda tio, user_id: tio.users.gen_api_keys(user_id),
    "users.list_auths": lambda tio, user_id: tio.users.list_auths(user_id),
    "users.edit_auths": lambda tio, user_id: tio.users.edit_auths(user_id, True, True, True),
    "authorizations": lambda tio, user_id: tio.put(f"users/{user_id}/authorizations", json={}),
    "groups.create": lambda tio, _: tio.groups.create(unique_username()),
    "groups.edit": lambda tio, user_id: tio.groups.edit(user_id, "x"),
    "groups.delete": lambda tio, user_id: tio.groups.delete(user_id),
    "groups.list_users": lambda tio, user_id: tio.groups.list_users(user_id),
    "groups.add_user": lambda tio, user_id: tio.groups.add_user(user_id, user_id),
    "groups.delete_user": lambda tio, user_id: tio.groups.delete_user(user_id, user_id),
    "audit_log.events": lambda tio, _: tio.audit_log.events(return_json=True),
    "roles.put": lambda tio, _: tio.put(f"access-control/v1/users/{NOWHERE}/roles", json={}),
}
# What everybody may ask who is somebody.
READING = {
    "users.list": lambda tio: tio.users.list(),
    "groups.list": lambda tio: tio.groups.list(),
    "session.details": lambda tio: tio.session.details(),
    "server.properties": lambda tio: tio.server.properties(),
    "server.status": lambda tio: tio.server.status(),
}
every_administration = pytest.mark.parametrize("name", ADMINISTRATION)


@every_administration
@pytest.mark.parametrize("permissions", [0, 16, 40])
def test_below_administrator_all_of_it_is_forbidden(connect, account, name, permissions):
    user = account(permissions)
    call = ADMINISTRATION[name]
    assert body_of_refusal(ForbiddenError, call, connect(user), 2) == INSUFFICIENT_SCOPE
    # 403 comes before 404, and one's own record is no exception.
    for user_id in (0, user.id):
        assert body_of_refusal(ForbiddenError, call, connect(user), user_id) == INSUFFICIENT_SCOPE


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("permissions", [16, 24, 32, 40, 64])
def test_everybody_may_read_these(connect, account, name, permissions):
    assert READING[name](connect(account(permissions)))


@pytest.mark.parametrize("name", [*ADMINISTRATION, "users.list", "groups.list", "session.details"])
def test_without_credentials_all_of_it_is_refused(muster, name):
    with pytest.warns(AuthenticationWarning):
        tio = TenableIO(url=muster.url, retries=0)
    call = ADMINISTRATION.get(name) or (lambda tio, _: READING[name](tio))
    assert body_of_refusal(UnauthorizedError, call, tio, 2) == MISSING_AUTHENTICATION


@every_administration
def test_with_bad_keys_all_of_it_is_refused(muster, name):
    tio = client_of(muster, ("0" * 64, "0" * 64))
    assert body_of_refusal(UnauthorizedError, ADMINISTRATION[name], tio, 0) == INVALID_CREDENTIALS


def test_the_status_needs_no_credentials(muster):
    with pytest.warns(AuthenticationWarning):
        tio = TenableIO(url=muster.url, retries=0)
    assert tio.server.status() == {"code": 200, "status": "ready"}


def test_401_comes_before_403_and_404(muster):
    for path in ("/users/0", "/users/nope", f"/groups/{NOWHERE}"):
        answer = muster.request("DELETE", path, keys=("0" * 64, "0" * 64))
        assert (answer.status_code, answer.json()) == (401, INVALID_CREDENTIALS)


def test_403_comes_before_404_and_400(connect, user):
    mine = connect(user)
    for path in ("users/0/chpasswd", f"users/{user.id}/chpasswd"):
        body = body_of_refusal(ForbiddenError, mine.put, path, json={"password": "nope"})
        assert body == INSUFFICIENT_SCOPE
    headers = {"Content-Type": "application/json"}
    body = body_of_refusal(ForbiddenError, mine.post, "users", data=b"{", headers=headers)
    assert body == INSUFFICIENT_SCOPE


def test_404_comes_before_400(tio):
    call = tio.put
    for path in ("users/0/chpasswd", "users/1/enabled", "users/0", "users/0/authorizations"):
        for body in ({"password": "nope"}, {}, [], {"permissions": "nope"}):
            assert body_of_refusal(NotFoundError, call, path, json=body) == NOT_FOUND
    headers = {"Content-Type": "application/json"}
    body = body_of_refusal(NotFoundError, call, "users/0", data=b"{", headers=headers)
    assert body == NOT_FOUND


def test_400_comes_before_409(tio, user):
    call = tio.users.create
    assert call(unique_username(), PASSWORD, 16)
    assert body_of_refusal(BadRequestError, call, user.username, PASSWORD, 17)["statusCode"] == 400
    assert body_of_refusal(BadRequestError, call, user.username, "short", 16)["statusCode"] == 400
    body = body_of_refusal(RequestConflictError, call, user.username, PASSWORD, 16)
    assert body == gateway(409, "Conflict", "Duplicate username")
