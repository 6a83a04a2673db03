"""Settings of the command line, the environment and the file: which wins, and which is refused."""

import json

import pytest
from answers import assert_record
from program import CHEAP, SECONDS, Address, free_port, run, serve, serving


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MUSTER_NONSENSE", "1"),
        ("MUSTER_HTTP_BIN", "127.0.0.1:8834"),
        ("MUSTER_HTTP_LIMITS_BODYBYTES", "1000"),
        ("MUSTER_HTTP_BIND", "nonsense"),
        ("MUSTER_HTTP_BIND", "127.0.0.1:99999"),
        ("MUSTER_HTTP_LIMITS_BODY_BYTES", "many"),
        ("MUSTER_HTTP_LIMITS_BODY_BYTES", "-1"),
        ("MUSTER_HTTP_LIMITS_HEADER_BYTES", "1.5"),
        ("MUSTER_HTTP_LIMITS_REQUEST_SECONDS", "99999999999999999999"),
        ("MUSTER_PASSWORD_POLICY", "loose"),
        ("MUSTER_PASSWORD_ARGON2_KIBIBYTES", "8"),
        ("MUSTER_PASSWORD_ARGON2_ITERATIONS", "0"),
        ("MUSTER_PASSWORD_HASHING_THREADS", "-1"),
        ("MUSTER_PASSWORD_COMMON_LIST", "/nonexistent/list"),
        ("MUSTER_HTTP_TRUSTED_PROXIES", "nonsense"),
        ("MUSTER_HTTP_TLS_CERTIFICATE", "/nonexistent/chain.pem"),
        ("MUSTER_LOG_LEVEL", "loud"),
    ],
)
def test_a_setting_of_the_environment_that_is_wrong_is_named(directory, name, value):
    others = {"MUSTER_HTTP_BIND": f"127.0.0.1:{free_port()}"}
    if name == "MUSTER_PASSWORD_COMMON_LIST":
        # The strict policy is the one that reads a list.
        others["MUSTER_PASSWORD_POLICY"] = "strict"
    done = serve(directory, settings=others | {name: value})
    assert done.returncode > 0, done.stderr
    assert name in done.stderr or dotted(name) in done.stderr, done.stderr


def dotted(name):
    """The name of a setting in a file: MUSTER_HTTP_TLS_PRIVATE_KEY is http.tls.privateKey."""
    names = {
        "MUSTER_HTTP_BIND": "http.bind",
        "MUSTER_HTTP_LIMITS_BODY_BYTES": "http.limits.bodyBytes",
        "MUSTER_HTTP_LIMITS_HEADER_BYTES": "http.limits.headerBytes",
        "MUSTER_HTTP_LIMITS_REQUEST_SECONDS": "http.limits.requestSeconds",
        "MUSTER_PASSWORD_POLICY": "password.policy",
        "MUSTER_PASSWORD_ARGON2_KIBIBYTES": "password.argon2.kibibytes",
        "MUSTER_PASSWORD_ARGON2_ITERATIONS": "password.argon2.iterations",
        "MUSTER_PASSWORD_HASHING_THREADS": "password.hashing.threads",
        "MUSTER_PASSWORD_COMMON_LIST": "password.commonList",
        "MUSTER_HTTP_TRUSTED_PROXIES": "http.trustedProxies",
        "MUSTER_HTTP_TLS_CERTIFICATE": "http.tls.",
        "MUSTER_LOG_LEVEL": "log.level",
    }
    return names.get(name, name)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"http": {"nonsense": 1}}', "http.nonsense"),
        ('{"nonsense": true}', "nonsense"),
        ('{"http": {"limits": {"bodyBytes": "many"}}}', "http.limits.bodyBytes"),
        ('{"password": {"policy": "loose"}}', "password.policy"),
        ('{"http": ', "settings.json"),
        ("[]", "settings.json"),
        ("", "settings.json"),
    ],
)
def test_a_setting_of_the_file_that_is_wrong_is_named(directory, tmp_path, text, named):
    file = tmp_path / "settings.json"
    file.write_text(text)
    done = serve(directory, "--bind", f"127.0.0.1:{free_port()}", "--config", file)
    assert done.returncode > 0, done.stderr
    assert named in done.stderr, done.stderr


def test_a_file_of_settings_that_is_not_there_is_named(directory, tmp_path):
    done = serve(directory, "--config", tmp_path / "absent.json")
    assert done.returncode > 0
    assert "absent.json" in done.stderr


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(directory, admin, tmp_path):
    ports = [free_port() for _ in range(3)]
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"http": {"bind": f"127.0.0.1:{ports[0]}"}}))
    ways = [
        (("--config", file), {}),
        (("--config", file), {"MUSTER_HTTP_BIND": f"127.0.0.1:{ports[1]}"}),
        (
            ("--config", file, "--bind", f"127.0.0.1:{ports[2]}"),
            {"MUSTER_HTTP_BIND": f"127.0.0.1:{ports[1]}"},
        ),
    ]
    for port, (arguments, settings) in zip(ports, ways, strict=True):
        with serving(directory, *arguments, settings=CHEAP | settings) as process:
            assert_record(Address(port, admin).answers(), id=2)
            process.terminate()
            assert process.wait(SECONDS) == 0


def test_config_prints_the_effective_values(tmp_path):
    done = run("config")
    assert done.returncode == 0, done.stderr
    assert "127.0.0.1:8834" in done.stdout and "1048576" in done.stdout
    file = tmp_path / "settings.json"
    file.write_text('{"http": {"bind": "127.0.0.1:1111", "limits": {"bodyBytes": 2222}}}')
    done = run("config", "--config", file, settings={"MUSTER_HTTP_BIND": "127.0.0.1:3333"})
    assert done.returncode == 0, done.stderr
    assert "127.0.0.1:3333" in done.stdout and "2222" in done.stdout
    assert "127.0.0.1:1111" not in done.stdout


def test_config_names_a_setting_that_is_unknown():
    done = run("config", settings={"MUSTER_NONSENSE": "1"})
    assert done.returncode > 0
    assert "MUSTER_NONSENSE" in done.stderr
