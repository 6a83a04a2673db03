"""What holds for every answer and every request: headers, credentials, paths, envelopes."""

import re

import pytest
from client import (
    INVALID_CREDENTIALS,
    MALFORMED_JSON,
    NOT_FOUND,
    PYTENABLE_MAJOR,
    assert_gateway,
    refused,
    watch,
)
from tenable.errors import NotFoundError, UnauthorizedError
from tenable.version import version_info

from muster import PASSWORD

JSON = "application/json; charset=utf-8"


def test_the_client_under_test_is_one_of_two():
    assert version_info[:2] == (1, 9) or (version_info[0] == 26 and version_info[1] >= 10)
    assert version_info[0] == PYTENABLE_MAJOR


# Headers of answers


def test_every_answer_has_an_id_of_its_own(muster, tio, user):
    answers = watch(tio)
    tio.users.list()
    tio.users.enabled(user.id, True)
    tio.users.delete(user.id)
    refused(NotFoundError, tio.users.details, user.id)
    tio._session.headers["X-APIKeys"] = "accessKey=a; secretKey=b"
    refused(UnauthorizedError, tio.users.list)
    answers += [muster.request("GET", "/nowhere"), muster.request("GET", "/", keys=None)]
    ids = [answer.headers["X-Request-Uuid"] for answer in answers]
    assert all(re.fullmatch("[0-9a-f]{32}", request_id) for request_id in ids)
    assert len(set(ids)) == len(ids) == 7
    assert ids == [answer.headers["X-Tio-Last-Request-Uuid"] for answer in answers]


def test_json_is_announced(tio, user):
    answers = watch(tio)
    tio.users.details(user.id)
    tio.session.details()
    tio.server.status()
    tio.users.gen_api_keys(user.id)
    refused(NotFoundError, tio.users.details, 0)
    for answer in answers:
        assert answer.headers["Content-Type"] == JSON
        assert int(answer.headers["Content-Length"]) == len(answer.content) > 0


def test_the_list_of_all_may_come_in_pieces(tio, user):
    answers = watch(tio)
    tio.users.list()
    headers = answers[-1].headers
    assert headers["Content-Type"] == JSON
    assert ("Content-Length" in headers) != (headers.get("Transfer-Encoding") == "chunked")


@pytest.mark.parametrize(
    "call",
    [
        lambda tio, user: tio.users.change_password(user, None, PASSWORD + "!"),
        lambda tio, user: tio.users.edit_auths(user, True, True, True),
        lambda tio, user: tio.users.two_factor(user, True, False),
        lambda tio, user: tio.users.delete(user),
    ],
    ids=["change_password", "edit_auths", "two_factor", "delete"],
)
def test_an_empty_success_announces_nothing(tio, user, call):
    answers = watch(tio)
    call(tio, user.id)
    answer = answers[-1]
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == "0"
    assert "Content-Type" not in answer.headers and "Transfer-Encoding" not in answer.headers


def test_one_connection_serves_many_requests(tio, user):
    for _ in range(20):
        tio.users.details(user.id)
    adapter = tio._session.get_adapter(tio._url)
    [pool] = [adapter.poolmanager.pools.get(key) for key in adapter.poolmanager.pools.keys()]
    assert (pool.num_connections, pool.num_requests) == (1, 20)


# Headers of requests


@pytest.mark.parametrize("name", ["X-APIKeys", "X-ApiKeys", "x-apikeys", "X-APIKEYS"])
@pytest.mark.parametrize(
    "form",
    [
        "accessKey={0}; secretKey={1}",
        "accessKey={0}; secretKey={1};",
        "accessKey={0};secretKey={1}",
        "accesskey={0};secretkey={1}",
        "ACCESSKEY={0};SECRETKEY={1}",
        "secretKey={1}; accessKey={0}",
        "accessKey = {0} ;  secretKey = {1} ; ",
        ";;accessKey={0};;secretKey={1};;",
        "vendor=x; accessKey={0}; secretKey={1}; expires",
    ],
)
def test_keys_are_read_generously(muster, user, name, form):
    headers = {name: form.format(*user.keys)}
    answer = muster.request("GET", "/session", headers=headers, keys=None)
    assert (answer.status_code, answer.json().get("id")) == (200, user.id)


@pytest.mark.parametrize(
    "form",
    [
        "accessKey={0}",
        "secretKey={1}",
        "accessKey={0}; secretKey=",
        "accessKey=; secretKey={1}",
        "accessKey={0}, secretKey={1}",
        "accessKey:{0}; secretKey:{1}",
        "{0}; {1}",
        "{0}:{1}",
        "nonsense",
        "accessKey={1}; secretKey={0}",
        "accessKey={0}; secretKey={1}0",
        "accessKey={0}; secretKey=x{1}",
        "accessKey={0}; secretKey=\u00fc",
    ],
)
def test_what_is_no_pair_of_keys_is_refused(muster, user, form):
    headers = {"X-ApiKeys": form.format(*user.keys)}
    answer = muster.request("GET", "/session", headers=headers, keys=None)
    assert (answer.status_code, answer.json()) == (401, INVALID_CREDENTIALS)


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
def test_json_may_name_its_charset(tio, user, content_type):
    headers = {"Content-Type": content_type}
    path = f"users/{user.id}"
    record = tio.put(path, data='{"name": "Zo\u00eb"}'.encode(), headers=headers).json()
    assert record["name"] == "Zo\u00eb"


def test_a_request_without_a_body_needs_no_content_type(muster, user):
    for method, path in (("PUT", f"/users/{user.id}/keys"), ("DELETE", f"/users/{user.id}")):
        assert muster.request(method, path, headers={"Content-Type": None}).status_code == 200


# Paths


@pytest.mark.parametrize("path", ["//users", "/users", "///users", "/users?"])
def test_repeated_slashes_are_one(muster, path):
    answer = muster.request("GET", path)
    assert answer.status_code == 200 and answer.json()["users"]


def test_a_post_to_repeated_slashes_is_a_post(muster):
    body = {"username": "", "password": PASSWORD}
    assert muster.request("POST", "//users", json=body).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/users/", "/nowhere", "/users/2/nowhere", "/users/2/keys/now", "/groupies", "/user"]
    + ["/USERS", "/access-control/v2/roles", "/users/..%2fgroups", "/%00", "/users%00"],
)
def test_unknown_paths_are_not_found(muster, path):
    answer = muster.request("GET", path)
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    "method, path",
    [("PATCH", "/users"), ("DELETE", "/users"), ("PUT", "/users"), ("POST", "/users/2")]
    + [("GET", "/users/2/keys"), ("POST", "/users/2/keys"), ("POST", "/server/status")]
    + [("DELETE", "/groups"), ("PATCH", "/session"), ("GET", "/users/2/chpasswd")],
)
def test_a_wrong_method_is_said_to_be_one(muster, method, path):
    answer = muster.request(method, path)
    errors = {404: "Not Found", 405: "Method Not Allowed"}
    assert answer.status_code in errors
    assert_gateway(answer, answer.status_code, errors[answer.status_code])


# Envelopes


@pytest.mark.parametrize("path", ["/users", "/groups", "/users/2"])
@pytest.mark.parametrize("body", [b"{", b'{"a":', b"\xff\xfe", b'{"name": "\xff"}', b"{]", b"nul"])
def test_malformed_json_anywhere(muster, path, body):
    method = "PUT" if path == "/users/2" else "POST"
    headers = {"Content-Type": "application/json"}
    answer = muster.request(method, path, body=body, headers=headers)
    assert (answer.status_code, answer.json()) == (400, MALFORMED_JSON)
