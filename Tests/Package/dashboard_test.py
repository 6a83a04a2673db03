#!/usr/bin/env python3
"""Promises that each expression of the dashboard and of the alert rules finds something in what a real server tells a
real Prometheus. Usage: dashboard_test.py, with MUSTER_BINARY; needs Debian's prometheus and openssl."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

OPERATIONS = Path(__file__).parents[2] / "docs/operations"
CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": "1024", "MUSTER_PASSWORD_ARGON2_ITERATIONS": "1"}
SECONDS = 60


def until(found, what):
    """What `found` gives, as soon as that is something."""
    end = time.monotonic() + SECONDS
    while not (result := found()):
        if time.monotonic() > end:
            sys.exit(f"dashboard: {what} did not come in {SECONDS} s")
        time.sleep(0.1)
    return result


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def expressions():
    """What the dashboard and the rules ask: (where, expression)."""
    board = json.loads((OPERATIONS / "dashboard.json").read_text())
    asked = [(panel["title"], target["expr"]) for panel in board["panels"] for target in panel["targets"]]
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            name = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]["query"])
            asked.append((variable["name"], f"count by ({name[2]}) ({name[1]})"))
    rules = (OPERATIONS / "alerts.yml").read_text()
    # A rule is met where something is wrong; what it looks at is there always.
    for name, text in re.findall(r"- alert: (\w+)\n +expr: (.+)\n", rules):
        asked.append((name, re.sub(r" (==|<|>) [0-9.e* ]+$", "", text)))
    assert len(asked) > 30 and not re.search(r"- alert: \w+\n +expr: *[|>]", rules), "an expression was not read"
    return [
        (where, text.replace("$__rate_interval", "1m").replace("$instance", ".*")) for where, text in asked
    ]


def documented():
    """The settings of Prometheus that the operators' page gives."""
    page = (OPERATIONS.parent / "operations.md").read_text()
    return re.search(r"<!-- file: /etc/prometheus/prometheus.yml -->\n```yaml\n(.+?)```", page, re.S)[1]


class Watched:
    """A server with TLS, and a Prometheus that looks at it once a second."""

    def __init__(self, folder):
        self.folder, self.processes = Path(folder), []

    def __enter__(self):
        self.binary = os.environ["MUSTER_BINARY"]
        environment = {name: text for name, text in os.environ.items() if not name.startswith("MUSTER_")} | CHEAP
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost"
            f" -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {certificate}".split(),
            check=True, capture_output=True,
        )  # fmt: skip
        data = ["--data-dir", self.folder / "data"]
        made = subprocess.run(
            [self.binary, "init", *data, "--admin", "admin@example.com", "--format", "json"],
            env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        self.admin = json.loads(made.stdout)
        settings = {
            "MUSTER_HTTP_TLS_CERTIFICATE": str(certificate), "MUSTER_HTTP_TLS_PRIVATE_KEY": str(key),
            "MUSTER_METRICS_BIND": "127.0.0.1:0", "MUSTER_HTTP_BIND": "127.0.0.1:0",
        }  # fmt: skip
        log = self.folder / "log"
        self.start([self.binary, "serve", *data], log, environment | settings)
        addresses = lambda: re.findall(r"https?://127\.0\.0\.1:\d+(?:/metrics)?", log.read_text())  # noqa: E731
        until(lambda: len(addresses()) >= 2, "the server")
        (metrics,) = [url for url in addresses() if url.endswith("/metrics")]
        (self.url,) = [url for url in addresses() if not url.endswith("/metrics")]
        self.trust = ssl.create_default_context(cafile=certificate)
        self.watch(metrics)
        return self

    def watch(self, metrics):
        settings = self.folder / "prometheus.yml"
        target = metrics.removeprefix("http://").removesuffix("/metrics")
        settings.write_text(
            documented()
            .replace("15s", "1s")
            .replace("127.0.0.1:9834", target)
            .replace("/etc/prometheus/muster-alerts.yml", str(OPERATIONS / "alerts.yml"))
        )
        subprocess.run(["promtool", "check", "config", settings], check=True, stdout=subprocess.DEVNULL)
        port = free_port()
        self.prometheus = f"http://127.0.0.1:{port}"
        self.start(
            [
                "prometheus", f"--config.file={settings}", f"--web.listen-address=127.0.0.1:{port}",
                f"--storage.tsdb.path={self.folder / 'series'}",
            ],
            self.folder / "prometheus.log",
        )  # fmt: skip

    def start(self, command, log, environment=None):
        with open(log, "wb") as output:
            self.processes.append(subprocess.Popen(command, env=environment, stdout=output, stderr=output))

    def __exit__(self, *_):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(SECONDS)

    def call(self, method, path, body=None, **fields):
        """Asks the server; errors are answers, too."""
        data = None if body is None else json.dumps(body).encode()
        fields = {"Content-Type": "application/json"} | fields
        request = urllib.request.Request(self.url + path, data, fields, method=method)
        try:
            with urllib.request.urlopen(request, timeout=SECONDS, context=self.trust) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code

    def found(self, expression):
        """What Prometheus finds; it says what is wrong with an expression that it cannot read."""
        query = urllib.parse.urlencode({"query": expression})
        try:
            with urllib.request.urlopen(f"{self.prometheus}/api/v1/query?{query}", timeout=SECONDS) as answer:
                return json.load(answer)["data"]["result"]
        except urllib.error.HTTPError as error:
            # 503 while it starts.
            if error.code != 503:
                sys.exit(f"dashboard: {expression}: {error.read().decode()}")
        except OSError:
            pass
        return []


def work(server):
    """What gives every family a sample."""
    keys = {"X-ApiKeys": "accessKey={access_key};secretKey={secret_key}".format(**server.admin)}
    for _ in range(3):
        server.call("GET", "/users", **keys)
        server.call("POST", "/session", {"username": "admin@example.com", "password": "not this one"})
        server.call("PUT", "/users/1", {"name": "Ada"}, **keys)
        server.call("POST", "/session", {"username": "admin@example.com", "password": server.admin["password"]})


def main():
    with tempfile.TemporaryDirectory() as folder, Watched(folder) as server:
        until(lambda: server.found('up{job="muster"} == 1'), "a look at the metrics")
        work(server)
        asked = expressions()
        missing = {}

        def all_found():
            missing.clear()
            missing.update((where, text) for where, text in asked if not server.found(text))
            return not missing

        try:
            until(all_found, "something for every expression")
        except SystemExit:
            sys.exit("\n".join(f"dashboard: {where}: nothing is found by {text}" for where, text in missing.items()))
        counted = 'muster_sign_ins_total{method="password",result="refused"} == 3'
        until(lambda: server.found(counted), "the count of three refused passwords")
    print(f"dashboard: {len(asked)} expressions find something")


main()
