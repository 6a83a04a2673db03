"""What pyTenable does with answers that ask for patience: what the guide in docs/http-api.md says of it."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from client import by_version
from standin import stand_in
from tenable.errors import TooManyRequestsError
from tenable.io import TenableIO

TRANSPORT = by_version("restfly.session", "tenable.base._restfly_v1")


@pytest.fixture
def naps(monkeypatch):
    """Makes pyTenable note its waits instead of waiting."""
    naps = []
    monkeypatch.setattr(import_module(TRANSPORT), "time", SimpleNamespace(sleep=naps.append))
    return naps


def client(url):
    return TenableIO("access", "secret", url=url)


@pytest.mark.parametrize("status", [429, 501, 502, 503, 504])
def test_it_waits_as_long_as_the_header_says(naps, status):
    answers = [(status, {"Retry-After": "7"}), (status, {"Retry-After": "600"}), (200, {})]
    with stand_in(*answers) as (url, asked):
        assert client(url).get("users").status_code == 200
        assert naps == [7, 600] and asked == [("GET", "/users")] * 3


def test_it_gives_up_after_five_more(naps):
    with stand_in((429, {"Retry-After": "1"})) as (url, asked):
        with pytest.raises(TooManyRequestsError):
            client(url).get("users")
        assert len(asked) == 6


def test_it_sends_again_what_got_no_answer(naps):
    with stand_in(None, (200, {})) as (url, asked):
        assert client(url).post("users", json={}).status_code == 200
        assert asked == [("POST", "/users")] * 2


def test_it_follows_a_redirect(naps):
    with stand_in((302, {"Location": "/elsewhere"}), (200, {})) as (url, asked):
        assert client(url).get("users").status_code == 200
        assert asked == [("GET", "/users"), ("GET", "/elsewhere")]
