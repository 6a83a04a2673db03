"""What restfly 2.0.5 does with answers that ask for patience: what the guide in docs/http-api.md says of it."""

import httpx
import pytest
from restfly import APIError, ErrorStatus, RetryError
from standin import stand_in

SOON = {"Retry-After": "1"}


@pytest.mark.parametrize(("status", "pause"), [(429, 30), (502, 10), (503, 10), (504, 10)])
def test_it_waits_by_its_own_table_and_not_by_the_header(client_of, naps, status, pause):
    with stand_in((status, SOON), (status, {"Retry-After": "600"}), (200, {})) as (url, asked):
        assert client_of(url)._get("users").status_code == 200
        assert naps == [pause, 2 * pause]
        assert asked == [("GET", "/users")] * 3


def test_it_sends_changes_again_too(client_of, naps):
    with stand_in((503, SOON), (200, {})) as (url, asked):
        client_of(url)._post("users", json={})
        assert asked == [("POST", "/users")] * 2


def test_it_gives_up_after_six_requests_and_one_wait_more(client_of, naps):
    with stand_in((429, SOON)) as (url, asked):
        with pytest.raises(RetryError):
            client_of(url)._get("users")
        assert len(asked) == 6 and sum(naps) == 630


@pytest.mark.parametrize("status", [501, 500, 408])
def test_it_repeats_no_other_refusal(client_of, naps, status):
    with stand_in((status, SOON), (200, {})) as (url, asked):
        with pytest.raises(APIError) as caught:
            client_of(url)._get("users")
        assert caught.value.status_code == status and len(asked) == 1 and naps == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_it_follows_no_redirect(client_of, naps, status):
    with stand_in((status, {"Location": "/elsewhere"}), (200, {})) as (url, asked):
        with pytest.raises(APIError) as caught:
            client_of(url)._get("users")
        assert caught.value.status_code == status and asked == [("GET", "/users")]


def test_it_repeats_no_request_whose_connection_broke(client_of, naps):
    with stand_in(None, (200, {})) as (url, asked):
        with pytest.raises(httpx.RemoteProtocolError):
            client_of(url)._get("users")
        assert len(asked) == 1 and naps == []


def test_its_waits_can_be_set(client_of, naps):
    with stand_in((429, SOON), (200, {})) as (url, asked):
        client = client_of(url, error_map={429: ErrorStatus(retry=True, backoff=2)})
        assert client._get("users").status_code == 200
        assert naps == [2] and len(asked) == 2
