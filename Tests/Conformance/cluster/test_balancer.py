"""The files on the page docs/cluster.md: haproxy in front of three nodes, what systemd is told, and a node's settings."""

import json
import re
import shutil
import signal
import subprocess
import textwrap
import time

import pytest
import requests
from nodes import Cluster, with_keys
from requests.adapters import HTTPAdapter

from muster import REPOSITORY, binary, environment, until

FENCE = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.M | re.S)
SECONDS = 120
# Sooner than haproxy gives up on a node that refuses connections, and goes to another: three tries with a second between them.
SOON = 2.5
CALLER = "127.0.0.2"


def block(language, mark):
    """The one block of the page in a language that holds `mark`."""
    found = FENCE.findall((REPOSITORY / "docs/cluster.md").read_text())
    texts = [text for kind, text in found if kind == language and mark in text]
    assert len(texts) == 1, (language, mark, len(texts))
    return textwrap.dedent(texts[0])


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=SECONDS, **options)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for this machine that vouches for itself: the file of it, and that of its key."""
    folder = tmp_path_factory.mktemp("certificate")
    chain, key = folder / "chain.pem", folder / "key.pem"
    done = run(
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
        *("-subj", "/CN=muster.example.com", "-addext", "subjectAltName=DNS:muster.example.com,IP:127.0.0.1"),
        *("-keyout", key, "-out", chain),
    )
    assert done.returncode == 0, done.stderr
    key.chmod(0o600)
    return chain, key


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, certificate):
    """Three nodes that speak TLS and believe the balancer where callers come from."""
    cluster = Cluster(tmp_path_factory.mktemp("balanced"))
    chain, key = certificate
    cluster.more = {
        "MUSTER_HTTP_TLS_CERTIFICATE": chain,
        "MUSTER_HTTP_TLS_PRIVATE_KEY": key,
        "MUSTER_HTTP_TRUSTED_PROXIES": "127.0.0.1",
    }
    cluster.authority = chain
    with cluster:
        yield cluster


class From(HTTPAdapter):
    """Asks from one of this machine's addresses."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, source_address=(self.address, 0), **options)


class Balancer:
    """haproxy by the page's file, with the addresses and files of the test."""

    def __init__(self, folder, nodes, certificate, port):
        chain, key = certificate
        (folder / "muster.pem").write_text(chain.read_text() + key.read_text())
        text = block("haproxy", "/readyz").replace(":443", f"127.0.0.1:{port}")
        text = text.replace("/etc/haproxy/muster.pem", str(folder / "muster.pem"))
        text = text.replace("/etc/haproxy/authority.pem", str(chain))
        for number, node in enumerate(nodes, 1):
            text = text.replace(f"10.0.0.1{number}:8834", f"127.0.0.1:{node.port}")
        assert "/etc/" not in text and "10.0.0" not in text, text
        self.file, self.url, self.chain = folder / "haproxy.cfg", f"https://127.0.0.1:{port}", chain
        self.file.write_text(text)
        checked = run("haproxy", "-c", "-f", self.file)
        assert checked.returncode == 0 and "WARNING" not in checked.stderr, checked.stderr
        self.process = subprocess.Popen(
            ["haproxy", "-db", "-f", self.file], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def ask(self, path="/session", method="GET", **options):
        """Asks from an address of its own, which is not the balancer's."""
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", From(CALLER))
            return session.request(method, self.url + path, verify=str(self.chain), timeout=60, **options)

    def is_up(self):
        assert self.process.poll() is None
        try:
            return self.ask("/readyz").status_code == 200
        except requests.RequestException:
            return False

    def all_good(self, headers, count=12):
        """Whether so many requests one after the other are answered well, and soon."""
        for _ in range(count):
            begin = time.monotonic()
            try:
                status = self.ask(headers=headers).status_code
            except requests.RequestException:
                return False
            if status != 200 or time.monotonic() - begin > SOON:
                return False
        return True


@pytest.fixture(scope="module")
def balancer(cluster, certificate, tmp_path_factory):
    from muster import free_port

    balancer = Balancer(tmp_path_factory.mktemp("haproxy"), cluster.nodes, certificate, free_port())
    try:
        until(balancer.is_up, SECONDS, "a balancer that has a node")
        yield balancer
    finally:
        balancer.process.terminate()
        balancer.process.wait(SECONDS)


def test_what_is_made_through_the_balancer_is_there_through_it(cluster, balancer):
    headers = with_keys(cluster.nodes[0].admin_keys)
    for number in range(6):
        body = {"username": f"balanced-{number}@example.com", "permissions": 16}
        made = balancer.ask("/muster/v1/users", "POST", headers=headers, json=body)
        assert made.status_code == 201, made.text
        assert balancer.ask(f"/users/{made.json()['id']}", headers=headers).status_code == 200


def test_nodes_know_where_callers_come_from(cluster, balancer, account):
    """From where haproxy says, whatever the caller itself claims."""
    user = account()
    hosts = cluster.nodes[0].request("PATCH", f"/muster/v1/users/{user.id}", json={"hosts": [CALLER]})
    assert hosts.status_code == 200, hosts.text
    until(lambda: balancer.all_good(with_keys(user.keys), 6), SECONDS, "answers")
    claimed = with_keys(user.keys) | {"X-Forwarded-For": "192.0.2.1"}
    until(lambda: balancer.all_good(claimed, 6), SECONDS, "answers to whoever claims to be elsewhere")
    hosts = cluster.nodes[0].request("PATCH", f"/muster/v1/users/{user.id}", json={"hosts": ["192.0.2.1"]})
    assert hosts.status_code == 200, hosts.text
    for headers in (with_keys(user.keys), claimed):

        def all_refuse(headers=headers):
            return all(balancer.ask(headers=headers).status_code in (401, 403) for _ in range(6))

        until(all_refuse, SECONDS, "refusals by all nodes")


def test_a_node_that_is_killed_or_hangs_is_passed_over(cluster, balancer, account):
    headers = with_keys(account().keys)
    node = cluster.nodes[1]
    node.kill()
    until(lambda: balancer.all_good(headers), SECONDS, "all are answered by the other nodes")
    node.start()
    node.process.send_signal(signal.SIGSTOP)
    try:
        until(lambda: balancer.all_good(headers), SECONDS, "all are answered by nodes that do not hang")
    finally:
        node.process.send_signal(signal.SIGCONT)
    until(node.is_ready, SECONDS, "a node that goes on")


def test_where_no_node_is_ready_the_balancer_says_so_and_when_to_come_back(cluster, balancer, account):
    headers = with_keys(account().keys)
    cluster.engine.stop()
    try:
        # A node ends that finds no database when it starts, with a code that has systemd try again.
        node = cluster.nodes[2]
        node.stop()
        command = [binary(), "serve", "--data-dir", node.data_dir, "--bind", f"127.0.0.1:{node.port}"]
        begun = run(*command, env=environment(node.settings), stdin=subprocess.DEVNULL)
        assert begun.returncode == 69 and "cannot be reached" in begun.stderr, begun.stderr

        def is_said():
            answer = balancer.ask(headers=headers)
            return answer.status_code == 503 and answer.text == '{"error":"Service Unavailable"}' and [answer]

        [answer] = until(is_said, SECONDS, "a balancer without nodes")
        assert answer.headers["Retry-After"] == "1"
    finally:
        cluster.engine.start()
    cluster.nodes[2].start()
    until(lambda: balancer.all_good(headers), SECONDS, "all are answered again")


def test_systemd_takes_what_the_page_adds_to_the_service(tmp_path):
    unit = (REPOSITORY / "packaging/muster.service").read_text().replace("/usr/bin/muster", "/bin/true")
    (tmp_path / "muster.service").write_text(re.sub("Documentation=.*\n", "", unit))
    shutil.copy(REPOSITORY / "packaging/muster.socket", tmp_path)
    socket = (tmp_path / "muster.socket").read_text()
    (tmp_path / "muster.socket").write_text(re.sub("Documentation=.*\n", "", socket))
    (tmp_path / "muster.service.d").mkdir()
    (tmp_path / "muster.service.d/cluster.conf").write_text(block("ini", "StartLimitIntervalSec"))
    done = run("systemd-analyze", "verify", "--man=no", tmp_path / "muster.service", tmp_path / "muster.socket")
    said = [line for line in done.stderr.splitlines() if not line.startswith(("/lib/", "/usr/lib/"))]
    assert (done.returncode, said) == (0, []), done.stderr
    # It is read at all: what it does not know is told.
    (tmp_path / "muster.service.d/cluster.conf").write_text("[Service]\nNoSuchThing=1\n")
    assert "NoSuchThing" in run("systemd-analyze", "verify", "--man=no", tmp_path / "muster.service").stderr


def test_a_node_takes_the_settings_of_the_page(cluster, tmp_path):
    settings = json.loads(block("json", "trustedProxies"))
    (tmp_path / "database").write_text(cluster.settings["MUSTER_STORE_POSTGRES_URL"])
    (tmp_path / "database").chmod(0o600)
    settings["store"]["postgres"]["urlFile"] = str(tmp_path / "database")
    (tmp_path / "muster.json").write_text(json.dumps(settings))
    shown = run(binary(), "config", "--config", tmp_path / "muster.json", env=environment())
    assert shown.returncode == 0 and "10.0.0.11:8834" in shown.stdout, shown.stdout + shown.stderr
