"""Metrics and the log: what collectors, log readers and programs that ban addresses get to see."""

import json
import re
import threading
from contextlib import contextmanager

import pytest
import requests
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as older_families
from program import CHEAP, SECONDS, init, run, sentence
from test_process import served

from muster import ADMINISTRATOR, PASSWORD, until

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@pytest.fixture
def founded(tmp_path):
    """A directory that is initialised, and its administrator."""
    return tmp_path / "data", init(tmp_path / "data", settings=CHEAP)


@contextmanager
def observed(founded, tmp_path, **settings):
    """A server that tells metrics and writes its log into a file: server, URL of the metrics, log."""
    path = tmp_path / "log"
    settings = {"MUSTER_METRICS_BIND": "127.0.0.1:0"} | settings
    with open(path, "wb") as log, served(founded, settings, stderr=log) as (server, _):
        found = until(lambda: re.search(rb"http://127\.0\.0\.1:\d+/metrics", path.read_bytes()), SECONDS, "metrics")
        yield server, found[0].decode(), path


def families(url):
    answer = requests.get(url, headers={"Accept": OPENMETRICS}, timeout=SECONDS)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == OPENMETRICS
    return {family.name: family for family in text_string_to_metric_families(answer.text)}


def samples(url, name, **labels):
    """The values of the samples with this name and these labels."""
    return [
        sample.value
        for family in families(url).values()
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]


def keys(server):
    admin = server.admin
    return {"X-ApiKeys": f"accessKey={admin['access_key']};secretKey={admin['secret_key']}"}


def test_requests_are_counted_by_route_method_and_status(founded, tmp_path):
    with observed(founded, tmp_path) as (server, url, _):
        base = f"http://127.0.0.1:{server.port}"
        for _ in range(3):
            assert requests.get(base + "/users", headers=keys(server), timeout=SECONDS).status_code == 200
        assert requests.get(base + "/users/no-such-user", headers=keys(server), timeout=SECONDS).status_code == 404
        assert requests.get(base + "/made/up", timeout=SECONDS).status_code == 404
        until(lambda: samples(url, "muster_http_requests_total", route="none"), SECONDS, "counts")
        counted = lambda **labels: samples(url, "muster_http_requests_total", **labels)
        # Whoever was answered first may be counted last.
        until(lambda: counted(route="/users", method="GET", status="2xx") == [3], SECONDS, "three requests")
        until(lambda: counted(route="/users/:id", method="GET", status="4xx") == [1], SECONDS, "another one")
        assert counted(route="none", method="GET", status="4xx") == [1]
        timed = lambda **labels: samples(url, "muster_http_request_duration_seconds_count", **labels)
        assert timed(route="/users") == timed(route="/users", status="2xx") == [3]
        assert timed(route="/users/:id", status="4xx") == [1]
        # Users are counted for them twice a minute, once when the server begins.
        reads = lambda extent: samples(url, "muster_store_read_duration_seconds_count", extent=extent)
        until(lambda: reads("long")[0] >= 1, SECONDS, "a long read")
        assert reads("short") == []
        assert samples(url, "muster_refusals_total", reason="user.not_found") == [1]
        assert samples(url, "muster_store_commit_duration_seconds_count")[0] >= 1
        assert samples(url, "muster_store_size_bytes", file="database")[0] > 0
        assert samples(url, "process_open_fds")[0] > 3
        assert samples(url, "process_resident_memory_bytes")[0] > 1_000_000
        assert set(samples(url, "muster_ready")) == {1}


def test_sign_ins_users_and_sessions_are_counted(founded, tmp_path):
    with observed(founded, tmp_path) as (server, url, _):
        base = f"http://127.0.0.1:{server.port}"
        for password in (server.admin["password"], "not this one", "nor this"):
            requests.post(base + "/session", json={"username": ADMINISTRATOR, "password": password}, timeout=SECONDS)
        requests.get(base + "/users", headers=keys(server), timeout=SECONDS)
        requests.get(base + "/users", headers={"X-Cookie": "token=" + "0" * 64}, timeout=SECONDS)

        def counted(method, result):
            return samples(url, "muster_sign_ins_total", method=method, result=result)

        until(lambda: counted("session", "refused") == [1], SECONDS, "the last of them")
        assert counted("password", "accepted") == [1] and counted("password", "refused") == [2]
        assert counted("api_key", "accepted") == [1] and counted("machine_password", "refused") == [0]
        # They were counted when the server began.
        assert samples(url, "muster_users") == [1] and samples(url, "muster_sessions") == [0]
        waits = samples(url, "muster_hashing_wait_seconds_count", queue="own")[0]
        assert waits == 3 and samples(url, "muster_hashing_waiting", queue="own") == [0]
        assert samples(url, "muster_limits_reached_total", limit="disk") == [0]


def test_what_callers_make_up_adds_no_series(founded, tmp_path):
    with observed(founded, tmp_path) as (server, url, _):
        base = f"http://127.0.0.1:{server.port}"
        session = requests.Session()

        def series():
            every = (sample for family in families(url).values() for sample in family.samples)
            return {(sample.name, *sorted(sample.labels.items())) for sample in every}

        def strange(number):
            name = f"planted{number}"
            path = f"{base}/users/{name}"
            session.request(f"X{name.upper()}", f"{base}/{name}/{name}?{name}={name}", timeout=SECONDS)
            session.get(path, headers={"X-ApiKeys": f"accessKey={name};secretKey={name}"}, timeout=SECONDS)
            session.post(f"{base}/session", json={"username": name, "password": name}, timeout=SECONDS)
            session.get(path, headers=keys(server) | {"X-Impersonate": f"username={name}"}, timeout=SECONDS)

        def counted(number):
            return samples(url, "muster_refusals_total", reason="access.impersonation_refused") == [number]

        strange(0)
        until(lambda: counted(1), SECONDS, "the first")
        before = series()
        for number in range(1, 60):
            strange(number)
        until(lambda: counted(60), SECONDS, "the last")
        assert series() == before and "planted" not in str(before)


def test_who_does_not_ask_for_openmetrics_gets_the_older_form(founded, tmp_path):
    with observed(founded, tmp_path) as (_, url, _):
        answer = requests.get(url, timeout=SECONDS)
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        names = {family.name for family in older_families(answer.text)}
        assert {"muster_build_info", "muster_store_changes", "process_cpu_seconds"} <= names


def test_nothing_but_metrics_is_there(founded, tmp_path):
    with observed(founded, tmp_path) as (server, url, _):
        for path in ("/", "/users", "/session"):
            assert requests.get(url.replace("/metrics", path), headers=keys(server), timeout=SECONDS).status_code == 404
        refused = requests.post(url, data="x", timeout=SECONDS)
        assert refused.status_code == 405 and refused.headers["Allow"] == "GET, HEAD"
        assert requests.get(f"http://127.0.0.1:{server.port}/metrics", timeout=SECONDS).status_code == 404


def test_a_storm_of_collectors_is_answered_and_look_ups_go_on(founded, tmp_path):
    with observed(founded, tmp_path) as (server, url, _):
        answers = []

        def collect():
            for _ in range(10):
                answers.append(requests.get(url, timeout=SECONDS).status_code)

        threads = [threading.Thread(target=collect) for _ in range(48)]
        for thread in threads:
            thread.start()
        found = requests.get(f"http://127.0.0.1:{server.port}/users", headers=keys(server), timeout=SECONDS)
        for thread in threads:
            thread.join()
        assert found.status_code == 200 and answers == [200] * 480


def test_no_name_and_no_secret_is_in_metrics_or_log(founded, tmp_path):
    with observed(founded, tmp_path, MUSTER_LOG_ACCESS="on", MUSTER_LOG_LEVEL="debug") as (server, url, log):
        base = f"http://127.0.0.1:{server.port}"
        secret = "planted-9c1e7b40"
        requests.post(base + "/session", json={"username": ADMINISTRATOR, "password": secret}, timeout=SECONDS)
        requests.get(f"{base}/users/{secret}?q={secret}", headers=keys(server), timeout=SECONDS)
        requests.get(f"{base}/users", headers={"X-ApiKeys": f"accessKey={secret};secretKey={secret}"}, timeout=SECONDS)
        until(lambda: b"http.route=/users" in log.read_bytes(), SECONDS, "lines")
        told = log.read_text() + requests.get(url, timeout=SECONDS).text
        for text in (secret, server.admin["secret_key"], ADMINISTRATOR, PASSWORD):
            assert text not in told


@pytest.mark.parametrize("form", ["logfmt", "json"])
def test_a_refused_sign_in_is_one_line_with_the_callers_address(founded, tmp_path, form):
    with observed(founded, tmp_path, MUSTER_LOG_FORMAT=form) as (server, _, log):
        base = f"http://127.0.0.1:{server.port}"
        body = {"username": ADMINISTRATOR, "password": "not this one"}
        assert requests.post(base + "/session", json=body, timeout=SECONDS).status_code == 401
        until(lambda: b"sign-in refused" in log.read_bytes(), SECONDS, "a line")
        (line,) = [line for line in log.read_text().splitlines() if "sign-in refused" in line]
        if form == "json":
            told = json.loads(line)
            assert told["client"] == "127.0.0.1" and told["reason"] == "credentials.invalid"
            assert told["http.route"] == "/session" and told["level"] == "info"
            for other in log.read_text().splitlines():
                json.loads(other)
        else:
            assert re.fullmatch(
                r'time=\S+Z level=info message="sign-in refused" client=127\.0\.0\.1 http\.route=/session '
                r"reason=credentials\.invalid request\.id=[0-9a-f]{32}",
                line,
            )


def test_each_request_is_a_line_where_that_is_set(founded, tmp_path):
    with observed(founded, tmp_path, MUSTER_LOG_ACCESS="on") as (server, _, log):
        requests.get(f"http://127.0.0.1:{server.port}/users", headers=keys(server), timeout=SECONDS)
        until(lambda: b"message=request " in log.read_bytes(), SECONDS, "a line")
        (line,) = [line for line in log.read_text().splitlines() if "http.route=/users " in line]
        assert re.search(
            r"message=request client=127\.0\.0\.1 http\.method=GET http\.route=/users http\.status=200 microseconds=\d+",
            line,
        )


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("METRICS_BIND", "nowhere", "must be an address, a colon and a port"),
        ("METRICS_BIND", "127.0.0.1:65536", "must have a port from 0 to 65535"),
        ("METRICS_BIND", "", "must be an address, a colon and a port"),
        ("LOG_FORMAT", "xml", "must be one of logfmt, json"),
        ("LOG_ACCESS", "yes", "must be one of on, off"),
    ],
)
def test_a_wrong_value_is_refused_and_quoted(founded, name, value, words):
    done = run("serve", "--data-dir", founded[0], settings=CHEAP | {f"MUSTER_{name}": value})
    told = sentence(done)
    assert f"MUSTER_{name}" in told and words in told and (not value or value in told)


def test_an_address_that_is_taken_is_named(founded, tmp_path):
    with observed(founded, tmp_path) as (_, url, _):
        taken = url.removeprefix("http://").removesuffix("/metrics")
        other = tmp_path / "other"
        init(other, settings=CHEAP)
        settings = CHEAP | {"MUSTER_METRICS_BIND": taken, "MUSTER_HTTP_BIND": "127.0.0.1:0"}
        assert f"Cannot listen on {taken}" in sentence(run("serve", "--data-dir", other, settings=settings))
