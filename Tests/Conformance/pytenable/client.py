"""The client under test: which version it is, how to watch it, and what a refusal looks like."""

import pytest
from tenable.io import TenableIO
from tenable.version import version

PYTENABLE_MAJOR = int(version.split(".")[0])

NOWHERE = "2b0e2f6c-9c0a-4c1b-8a52-6f1de1a7c3b9"  # a uuid that belongs to nothing
ALL_USERS = "00000000-0000-0000-0000-000000000000"


def by_version(v1, v26):
    """What this version of pyTenable is expected to do: 1.9.1 the one, 26.x the other."""
    return {1: v1, 26: v26}[PYTENABLE_MAJOR]


def client_of(muster, keys=None, **options):
    """A client that does not retry unless asked to; with the administrator's keys by default."""
    access, secret = keys or muster.admin_keys
    return TenableIO(access, secret, **{"url": muster.url, "retries": 0} | options)


def watch(tio):
    """The answers that the client gets from now on, in order, retried ones included."""
    answers = []
    tio._session.hooks["response"].append(lambda answer, *_, **__: answers.append(answer))
    return answers


def refused(error, call, *arguments, **options):
    """Makes the call, which must raise `error`, and returns the server's answer."""
    with pytest.raises(error) as caught:
        call(*arguments, **options)
    assert caught.type is error, f"{caught.type} in place of {error}"
    return caught.value.response


def body_of_refusal(error, call, *arguments, **options):
    return refused(error, call, *arguments, **options).json()


# Error bodies of the gateway kind: authentication, scope, unknown ids, validation.


def gateway(status, error, message):
    return {"statusCode": status, "error": error, "message": message}


MISSING_AUTHENTICATION = gateway(401, "Unauthorized", "Missing authentication")
INVALID_CREDENTIALS = gateway(401, "Unauthorized", "Invalid credentials.")
CODE_REQUIRED = gateway(401, "Unauthorized", "Verification code required")
INSUFFICIENT_SCOPE = gateway(403, "Forbidden", "Insufficient scope")
FORBIDDEN = gateway(403, "Forbidden", "Forbidden")
NOT_FOUND = gateway(404, "Not Found", "Not Found")
DUPLICATE_USERNAME = gateway(409, "Conflict", "Duplicate username")
MALFORMED_JSON = gateway(400, "Bad Request", "Invalid request payload JSON format")

# Error bodies of the back-end kind: business rules.

WRONG_PASSWORD = {"error": "Current password is invalid."}
DUPLICATE_GROUP = {"error": "Duplicate Group name"}
UNAPPROVED_DOMAIN = {
    "error": "The username provided is not a part of the current Container's approved domains."
}


def required(field):
    """The refusal of a body that lacks a field."""
    message = f'child "{field}" fails because ["{field}" is required]'
    validation = {"validation": {"source": "payload", "keys": [field]}}
    return gateway(400, "Bad Request", message) | validation


def assert_invalid(body, field):
    """Checks the refusal of a field's value; the reason in it is the server's to word."""
    reason = f'child "{field}" fails because ["{field}" '
    assert body.keys() == {"statusCode", "error", "message", "validation"}, body
    assert (body["statusCode"], body["error"]) == (400, "Bad Request")
    assert body["message"].startswith(reason) and body["message"].endswith("]"), body
    assert body["validation"] == {"source": "payload", "keys": [field]}


def assert_gateway(answer, status, error):
    """Checks a refusal of the gateway kind whose message is the server's to word; returns that."""
    body = answer.json()
    assert body.keys() - {"validation"} == {"statusCode", "error", "message"}, body
    assert (answer.status_code, body["statusCode"], body["error"]) == (status, status, error)
    assert isinstance(body["message"], str) and body["message"]
    return body["message"]
