"""What an answer has to look like: the error envelopes, the empty success, the request number."""

import re

MISSING = {"statusCode": 401, "error": "Unauthorized", "message": "Missing authentication"}
INVALID = {"statusCode": 401, "error": "Unauthorized", "message": "Invalid credentials."}
CODE_REQUIRED = {
    "statusCode": 401,
    "error": "Unauthorized",
    "message": "Verification code required",
}
SCOPE = {"statusCode": 403, "error": "Forbidden", "message": "Insufficient scope"}
REFUSED = {"statusCode": 403, "error": "Forbidden", "message": "Forbidden"}
NOT_FOUND = {"statusCode": 404, "error": "Not Found", "message": "Not Found"}
MALFORMED = {
    "statusCode": 400,
    "error": "Bad Request",
    "message": "Invalid request payload JSON format",
}
WRONG_PASSWORD = {"error": "Current password is invalid."}

# Words that an inside view would have and an answer must not.
LEAKS = ("sqlite", "grdb", "swift", "/work/", "/tmp/", ".swift", "stack", "fatal error", "argon2")


def assert_number(answer):
    """The answer carries the number of its request."""
    number = answer.headers.get("X-Request-Uuid", "")
    assert re.fullmatch("[0-9a-f]{32}", number), (answer.status_code, dict(answer.headers))


def assert_json(answer, status):
    """The answer has this status and a JSON body, which is returned."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert_number(answer)
    kind = answer.headers.get("Content-Type", "").replace(" ", "").lower()
    assert kind == "application/json;charset=utf-8", kind
    return answer.json()


def assert_body(answer, expected):
    """The answer is this error: the status from the gateway's envelope, the body word for word."""
    assert assert_json(answer, expected["statusCode"]) == expected


def assert_code_required(answer, *factors):
    """The password was right and a factor is wanted: the gateway's envelope, by what, and under which name."""
    body = assert_json(answer, 401)
    assert body.pop("factors") == list(factors)
    login = body.pop("login")
    assert len(login) == 64 and set(login) <= set("0123456789abcdef")
    assert body == CODE_REQUIRED
    return login


def assert_back_end(answer, status, sentence):
    """The answer is an error in the back-end's envelope, word for word."""
    assert assert_json(answer, status) == {"error": sentence}


def body_without_leaks(answer, statuses):
    """The answer has one of the statuses and gives nothing away; its body is returned."""
    assert answer.status_code in statuses, (answer.status_code, answer.text)
    body = assert_json(answer, answer.status_code)
    leaks = [word for word in LEAKS if word in answer.text.lower()]
    assert not leaks, (leaks, answer.text)
    return body


def assert_error(answer, *statuses):
    """The answer is an error in either envelope, gives nothing away, and its message is returned."""
    body = body_without_leaks(answer, statuses)
    if set(body) == {"error"}:
        assert isinstance(body["error"], str) and body["error"]
        return body["error"]
    assert set(body) - {"validation"} == {"statusCode", "error", "message"}, body
    assert body["statusCode"] == answer.status_code
    assert isinstance(body["error"], str) and body["error"]
    assert isinstance(body["message"], str) and body["message"]
    return body["message"]


def assert_native(answer, *statuses):
    """The answer is an error of the native API and gives nothing away; its message is returned."""
    body = body_without_leaks(answer, statuses)
    assert set(body) == {"error"} and set(body["error"]) - {"field", "rule"} == {"code", "message"}, body
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", body["error"]["code"]), body
    assert all(isinstance(text, str) and text for text in body["error"].values()), body
    return body["error"]["message"]


def assert_gateway(answer, status, error):
    """The answer is an error in the gateway's envelope with this name; its message is returned."""
    message = assert_error(answer, status)
    body = answer.json()
    assert body.get("statusCode") == status and body["error"] == error, body
    return message


def assert_malformed(answer):
    """The answer is the 400 for a body that is no JSON object, word for word."""
    assert_body(answer, MALFORMED)


def assert_field(answer, *fields):
    """The answer is a 400 that says which field is wrong, one of `fields`."""
    message = assert_gateway(answer, 400, "Bad Request")
    validation = answer.json().get("validation")
    assert validation and validation["source"] == "payload", answer.text
    (field,) = validation["keys"]
    assert field in fields, answer.text
    assert message.startswith(f'child "{field}" fails because [') and message.endswith("]"), message


def assert_missing(answer, field):
    """The answer is the 400 for a field that is not there, word for word."""
    expected = {
        "statusCode": 400,
        "error": "Bad Request",
        "message": f'child "{field}" fails because ["{field}" is required]',
        "validation": {"source": "payload", "keys": [field]},
    }
    assert assert_json(answer, 400) == expected


def assert_empty(answer):
    """The answer is a success without a body, as it was recorded."""
    assert answer.status_code == 200, (answer.status_code, answer.text)
    assert_number(answer)
    assert answer.content == b""
    assert answer.headers.get("Content-Length") == "0"
    assert "Content-Type" not in answer.headers


def assert_record(answer, **fields):
    """The answer is a user record with these values; the record is returned."""
    record = assert_json(answer, 200)
    assert {name: record.get(name) for name in fields} == fields
    return record
