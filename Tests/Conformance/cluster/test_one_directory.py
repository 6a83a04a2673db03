"""pyTenable at one node, the ActiveLogic client at another, sshd's question and the command line at the third: one directory."""

import json
import subprocess

import pytest
from nodes import assert_settles
from swift_client import Refusal, SwiftClient
from tenable.errors import NotFoundError, UnauthorizedError
from tenable.io import TenableIO

from muster import PASSWORD, binary, environment, unique_username

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFD1BnKykpSykDTjWpTsm6LnyLMQFUJrR3gYWVUdiJuD"


@pytest.fixture
def tio(nodes):
    """pyTenable, at the first node."""
    return TenableIO(*nodes[0].admin_keys, url=nodes[0].url, retries=0)


@pytest.fixture
def swift(nodes):
    """The ActiveLogic client, at the second node."""
    client = SwiftClient(nodes[1].url, nodes[1].admin["username"], nodes[1].admin["password"])
    yield client
    client.end()


@pytest.fixture
def command(nodes):
    """The command line, at the third node: over its address, or at its socket as sshd asks."""

    def run(*words, **variables):
        node = nodes[2]
        access, secret = node.admin_keys
        settings = {
            "MUSTER_URL": node.url,
            "MUSTER_ACCESS_KEY": access,
            "MUSTER_SECRET_KEY": secret,
            "MUSTER_LOCAL_SOCKET": node.data_dir / "agent.sock",
        }
        done = subprocess.run(
            [binary(), *words],
            env=environment(settings | variables), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        )
        assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout

    return run


def shown(command, name):
    """A user as the command line shows it."""
    return json.loads(command("users", "show", name, "--format", "json"))


def test_what_each_client_makes_all_see(tio, swift, command):
    first = tio.users.create(unique_username("tenable"), PASSWORD, 32, name="Jane Doe")
    second = swift.addUser(name=unique_username("activelogic"), password=PASSWORD, readbm=5, hosts=["10.0.0.0/8"])
    name = unique_username("command")
    command("users", "add", name, "--no-password")
    numbers = {first["id"], second["id"], shown(command, name)["id"]}
    assert len(numbers) == 3
    assert numbers <= {user["id"] for user in tio.users.list()}
    assert numbers <= {user["id"] for user in swift.list()}
    for user in (first["username"], second["name"]):
        assert shown(command, user)["id"] in numbers
    assert tio.users.details(second["id"])["username"] == second["name"]
    assert shown(command, second["name"])["hosts"] == ["10.0.0.0/8"]


def test_a_key_that_is_added_at_one_node_is_what_sshd_is_told_at_another(tio, swift, command):
    user = swift.addUser(name=unique_username(), password=PASSWORD)
    assert command("authorized-keys", user["name"]) == ""
    swift.addPubKey(user=user["id"], key=KEY)
    assert_settles(lambda: f" {KEY} {user['name']}:{user['id']}\n" in command("authorized-keys", user["name"]), True)
    tio.users.enabled(user["id"], False)
    assert_settles(lambda: command("authorized-keys", user["name"]), "")
    tio.users.enabled(user["id"], True)
    assert_settles(lambda: KEY in command("authorized-keys", user["name"]), True)


def test_what_is_deleted_at_one_node_is_gone_at_all(nodes, tio, swift, command):
    name = unique_username()
    command("users", "add", name, "--no-password")
    number = shown(command, name)["id"]
    assert swift.listKeys(user=number) == []
    tio.users.delete(number)
    assert_settles(lambda: nodes[1].request("GET", f"/users/{number}").status_code, 404)
    with pytest.raises(Refusal):
        swift.listKeys(user=number)
    with pytest.raises(NotFoundError):
        tio.users.details(number)
    for node in nodes:
        assert_settles(lambda node=node: node.request("GET", f"/users/{number}").status_code, 404)


def test_keys_and_passwords_that_one_node_gave_sign_in_at_another(nodes, tio, account):
    user = account()
    for node in nodes:
        there = TenableIO(*user.keys, url=node.url, retries=0)
        assert there.session.details()["id"] == user.id
    old = tio.users.gen_api_keys(user.id)
    tio.users.gen_api_keys(user.id)
    for node in nodes:
        assert_settles(
            lambda node=node: node.request("GET", "/session", keys=(old["accessKey"], old["secretKey"])).status_code, 401
        )
        with pytest.raises(UnauthorizedError):
            TenableIO(old["accessKey"], old["secretKey"], url=node.url, retries=0).session.details()
    there = SwiftClient(nodes[2].url, user.username, PASSWORD)
    there.end()


def test_all_nodes_log_what_was_done_in_one_order(nodes, tio, swift):
    user = tio.users.create(unique_username(), PASSWORD, 16)
    swift.addPubKey(user=user["id"], key=KEY)
    nodes[2].request("DELETE", f"/users/{user['id']}")
    logs = []
    for node in nodes:
        answer = node.request("GET", "/audit-log/v1/events?limit=10000")
        assert answer.status_code == 200, answer.text
        events = [each for each in answer.json()["events"] if (each["target"] or {}).get("id") == user["uuid"]]
        logs.append([(each["id"], each["action"]) for each in events])
    assert logs[0] == logs[1] == logs[2]
    actions = [action for _, action in logs[0]]
    assert actions[0] != actions[-1] and {"user.create", "user.delete"} <= set(actions), actions
