"""A client on restfly 2 as somebody would write one, and waits that are noted in place of being waited."""

import random

import pytest
import restfly._sync
from restfly import APIClient, APIEndpoint


class Users(APIEndpoint):
    """The users API, as far as the tests go."""

    def list(self):
        return self._request("GET", "users").json()["users"]

    def create(self, **fields):
        return self._request("POST", "users", json=fields).json()

    def details(self, user_id):
        return self._request("GET", f"users/{user_id}").json()

    def edit(self, user_id, **fields):
        return self._request("PUT", f"users/{user_id}", json=fields).json()

    def delete(self, user_id):
        self._request("DELETE", f"users/{user_id}")


class Client(APIClient):
    """Somebody's own client for the interface."""

    users: Users


@pytest.fixture
def client_of():
    """Builds clients, `client_of(url)` or `client_of(url, keys)`, and closes them after the test."""
    opened = []

    def build(url, keys=None, **options):
        headers = {}
        if keys is not None:
            headers["X-ApiKeys"] = f"accessKey={keys[0]};secretKey={keys[1]}"
        # Slash at the end: paths of calls are below it.
        client = Client(base_url=url + "/", headers=headers, trust_env=False, **options)
        opened.append(client)
        return client

    yield build
    for client in opened:
        client._client.close()


@pytest.fixture
def naps(monkeypatch):
    """Makes restfly note its waits instead of waiting, and adds nothing by chance to them."""
    naps = []
    monkeypatch.setattr(restfly._sync, "sleep", naps.append)
    monkeypatch.setattr(random, "uniform", lambda low, high: low)
    return naps
