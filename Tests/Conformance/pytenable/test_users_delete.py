"""`tio.users.delete`, at once and for good, and in favour of a successor."""

import pytest
from client import (
    DUPLICATE_USERNAME,
    INVALID_CREDENTIALS,
    NOT_FOUND,
    NOWHERE,
    body_of_refusal,
    by_version,
    refused,
    watch,
)
from tenable.errors import (
    APIError,
    NotFoundError,
    RequestConflictError,
    UnauthorizedError,
    UnexpectedValueError,
)

from muster import PASSWORD


def test_delete_takes_effect_on_the_next_request(muster, connect, tio, user):
    theirs = connect(user)
    theirs.session.details()
    answers = watch(tio)
    assert tio.users.delete(user.id) is None
    assert (answers[-1].status_code, answers[-1].content) == (200, b"")
    assert body_of_refusal(UnauthorizedError, theirs.session.details) == INVALID_CREDENTIALS
    assert muster.login(user.username).json() == INVALID_CREDENTIALS
    assert body_of_refusal(NotFoundError, tio.users.details, user.id) == NOT_FOUND
    assert user.id not in [record["id"] for record in tio.users.list()]


def test_deleting_twice_finds_nobody(tio, user):
    tio.users.delete(user.id)
    assert body_of_refusal(NotFoundError, tio.users.delete, user.id) == NOT_FOUND


def test_a_user_who_is_disabled_can_be_deleted(tio, user):
    tio.users.enabled(user.id, False)
    tio.users.delete(user.id)
    refused(NotFoundError, tio.users.details, user.id)


def test_delete_by_uuid(tio, user):
    if by_version(False, True):
        answers = watch(tio)
        tio.users.delete(user.uuid.upper())
        assert answers[-1].request.url.endswith(f"/users/{user.uuid}")
        refused(NotFoundError, tio.users.details, user.id)
    else:
        with pytest.raises(TypeError):
            tio.users.delete(user.uuid)
        assert tio.users.details(user.id)["id"] == user.id


def test_delete_of_a_word(tio):
    error = by_version(TypeError, UnexpectedValueError)
    with pytest.raises(error):
        tio.users.delete("nope")


def delete_with_successor(tio, user_id, successor):
    """Deletes in favour of a successor: by the method where it has the argument."""
    if by_version(False, True):
        tio.users.delete(user_id, successor_user_uuid=successor)
    else:
        tio.delete(f"users/{user_id}", params={"successor_user_uuid": successor})


def test_delete_in_favour_of_a_successor(tio, muster, user):
    successor = muster.create(64)
    delete_with_successor(tio, user.id, successor["uuid"])
    refused(NotFoundError, tio.users.details, user.id)
    assert tio.users.details(successor["id"])["enabled"] is True


def test_the_successor_in_upper_case(tio, muster, user):
    delete_with_successor(tio, user.id, muster.create(64)["uuid"].upper())
    refused(NotFoundError, tio.users.details, user.id)


@pytest.mark.parametrize("who", ["nobody", "the user"])
def test_a_successor_must_be_somebody_else(tio, user, who):
    successor = {"nobody": NOWHERE, "the user": user.uuid}[who]
    with pytest.raises(APIError) as caught:
        delete_with_successor(tio, user.id, successor)
    assert caught.value.code in (400, 404, 409)
    assert tio.users.details(user.id)["enabled"] is True


def test_a_successor_that_is_no_uuid(tio, user):
    error = by_version(APIError, UnexpectedValueError)
    with pytest.raises(error):
        delete_with_successor(tio, user.id, "nope")
    with pytest.raises(APIError) as caught:
        tio.delete(f"users/{user.id}", params={"successor_user_uuid": "nope"})
    assert caught.value.code in (400, 404, 409)
    assert tio.users.details(user.id)["enabled"] is True


def test_a_username_is_free_again_after_deletion(tio, user):
    call = tio.users.create
    body = body_of_refusal(RequestConflictError, call, user.username, PASSWORD, 16)
    assert body == DUPLICATE_USERNAME
    tio.users.delete(user.id)
    assert tio.users.create(user.username, PASSWORD, 16)["id"] > user.id
