"""What is said of certificates, letters and files that a command or a server cannot use."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import trustme
from folders import CHEAP, found
from machine import Machine

from muster import PASSWORD, Muster, binary, environment, free_port, until

NOBODY = 65534


@pytest.fixture
def certificates(alone):
    """A directory `data`, a certificate `chain.pem` with its `key.pem`, and the key `other.pem` of another one."""
    found(alone)
    authority = trustme.CA()
    one, two = authority.issue_cert("localhost"), authority.issue_cert("localhost")
    (alone.work / "chain.pem").write_bytes(one.cert_chain_pems[0].bytes())
    for name, certificate in (("key.pem", one), ("other.pem", two)):
        (alone.work / name).write_bytes(certificate.private_key_pem.bytes())
    return alone


@pytest.mark.parametrize(
    "key, sentence",
    [
        ("chain.pem", "chain.pem (http.tls.privateKey) holds no private key in PEM, or one with a passphrase."),
        ("other.pem", "The private key in other.pem does not belong to the certificate in chain.pem."),
    ],
)
def test_a_private_key_that_does_not_fit_is_told(certificates, key, sentence):
    line = f"serve --data-dir data --set http.tls.certificate=chain.pem --set http.tls.privateKey={key}"
    assert certificates.refusal(line, 78) == sentence


def test_a_private_key_that_others_may_read_is_found_by_the_check(certificates):
    (certificates.work / "key.pem").chmod(0o644)
    line = "check --data-dir data --set http.tls.certificate=chain.pem --set http.tls.privateKey=key.pem"
    assert (
        "The TLS key key.pem has mode 0644, so that others may read it. Run: chmod 600 key.pem"
        in certificates.muster(line, code=2)
    )


def test_a_certificate_that_nobody_has_signed_is_told(alone):
    certificate = trustme.CA().issue_cert("127.0.0.1")
    chain, key = alone.work / "chain.pem", alone.work / "key.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(key)
    settings = {"MUSTER_HTTP_TLS_CERTIFICATE": str(chain), "MUSTER_HTTP_TLS_PRIVATE_KEY": str(key)}
    alone.environment["MUSTER_TOKEN"] = "token"
    alone.muster("init --data-dir data --admin a@example.com")
    place = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [binary(), "serve", "--data-dir", "data", "--bind", place],
        cwd=alone.work,
        env=environment(CHEAP | settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while "listening url" not in process.stderr.readline():
            assert process.poll() is None
        sentence = alone.refusal("whoami", 69, MUSTER_URL=f"https://{place}")
        assert sentence == (
            f"The certificate of https://{place} is not trusted. If an authority of your own has signed it, "
            "give that authority's file: --ca FILE"
        )
    finally:
        process.terminate()
        process.communicate(timeout=60)


def dated(machine, start, end):
    """A certificate for this machine that is good for some days before and after now; its authority is `ca.pem`."""
    now = datetime.now(timezone.utc)
    authority = trustme.CA()
    certificate = authority.issue_cert(
        "127.0.0.1", not_before=now + timedelta(days=start), not_after=now + timedelta(days=end)
    )
    authority.cert_pem.write_to_path(machine.work / "ca.pem")
    (machine.work / "chain.pem").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(machine.work / "key.pem")
    (machine.work / "key.pem").chmod(0o600)
    return "--set http.tls.certificate=chain.pem --set http.tls.privateKey=key.pem"


def timeless(text):
    """A text with TIME in the place of each time."""
    return re.sub(r"20\d\d-\S+Z", TIME, text)


TIME = "TIME"
EXPIRED = f"The certificate in chain.pem has expired at {TIME}, and no client trusts it. Put a new one in its place."
EARLY = f"The certificate in chain.pem is good only from {TIME} on. Look at this machine's clock."
ENDING = f"The certificate in chain.pem runs out in 9 days, at {TIME}. Put a new one in its place."


@pytest.mark.parametrize(
    "start, end, severity, told",
    [
        (-90, -1, "error", EXPIRED),
        (1, 90, "error", EARLY),
        (-80, 9.5, "warning", ENDING),
        (-40, 50, None, None),
        (-2, 4, None, None),
    ],
)
def test_a_certificate_that_is_not_good_for_long_is_told_by_the_check(alone, start, end, severity, told):
    found(alone)
    settings = dated(alone, start, end) + " --set password.policy=tenable"
    text = alone.muster(f"check --data-dir data --format json {settings}", code=2 if severity == "error" else 0)
    there = [item for item in json.loads(text) if "certificate" in item["finding"]]
    assert [item["severity"] for item in there] == ([severity] if severity else []), there
    assert told is None or timeless(there[0]["finding"]) == told, there


@pytest.mark.parametrize(
    "start, end, logged, said",
    [
        (
            -90,
            -1,
            EXPIRED,
            f"The certificate of URL has expired at {TIME}. Whoever runs that server has to put a new one in its place.",
        ),
        (1, 90, EARLY, f"The certificate of URL is good only from {TIME} on. Look at this machine's clock."),
    ],
)
def test_a_certificate_whose_time_is_not_now_is_told_by_the_server_and_by_the_client(alone, start, end, logged, said):
    found(alone)
    settings = dated(alone, start, end)
    alone.environment["MUSTER_TOKEN"] = "token"
    with open(alone.work / "log", "w+b") as log:
        process = subprocess.Popen(
            [binary(), "serve", "--data-dir", "data", "--bind", "127.0.0.1:0", *settings.split()],
            cwd=alone.work,
            env=environment(CHEAP),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        lines = lambda: (alone.work / "log").read_text()  # noqa: E731
        try:
            until(lambda: "url=" in lines() and "not good for long" in lines(), 60, "a server")
            assert logged in timeless(lines().replace("\\'", "'")), lines()
            url = re.search(r"https://127\.0\.0\.1:\d+", lines()).group()
            for line in (f"whoami --url {url} --ca ca.pem", f"users export out --url {url} --ca ca.pem"):
                assert timeless(alone.refusal(line, 69)).replace(url, "URL") == said
        finally:
            process.terminate()
            process.wait(60)


def test_files_that_others_may_read_are_told_when_the_server_starts(certificates):
    data = certificates.work / "data"
    (data / "master.key").chmod(0o640)
    (data / "muster.sqlite").chmod(0o666)
    (certificates.work / "key.pem").chmod(0o644)
    settings = {
        "MUSTER_HTTP_TLS_CERTIFICATE": str(certificates.work / "chain.pem"),
        "MUSTER_HTTP_TLS_PRIVATE_KEY": str(certificates.work / "key.pem"),
    }
    line = "muster serve --data-dir data --bind 127.0.0.1:0 2> log & until grep -q url= log; do sleep 0.1; done; kill %1; wait"
    certificates.run(line, **settings)
    lines = (certificates.work / "log").read_text().splitlines()
    told = [text for text in lines if "a file is open to others" in text and "level=warning" in text]
    for name in ("data/muster.sqlite", "chmod 600 data/master.key", "key.pem has mode 0644"):
        assert any(name in text for text in told), (name, lines)


def test_a_code_is_sent_in_a_letter_and_one_that_cannot_be_sent_is_told(tmp_path):
    with Muster(CHEAP) as server:
        machine = Machine(tmp_path, server)
        line = "users twofactor send admin@example.com --phone +15552223333 --password-stdin"
        machine.muster(line, stdin=server.admin["password"] + "\n")
        code = server.newest_code()
        [letter] = server.outbox.iterdir()
        assert letter.read_text() == (
            "To: +15552223333\nChannel: sms\nUser: admin@example.com\n\n"
            f"Your Muster verification code is {code}. It is good for 5 minutes.\n"
        )
        # A folder that was removed is made again; a file in its place is somebody's.
        server.outbox.rename(tmp_path / "elsewhere")
        path = f"/users/{server.create()['id']}/two-factor/send-verification"
        body = {"sms_phone": "+15552224444", "password": PASSWORD}
        assert server.request("POST", path, json=body).status_code == 200
        assert len(list(server.outbox.iterdir())) == 1 and server.outbox.stat().st_mode & 0o777 == 0o700
        server.outbox.rename(tmp_path / "away")
        server.outbox.write_text("")
        # Over HTTP, for the header.
        path = f"/users/{server.create()['id']}/two-factor/send-verification"
        body = {"sms_phone": "+15552223333", "password": PASSWORD}
        answer = server.request("POST", path, json=body)
        assert answer.headers["Retry-After"] == "30"
        assert answer.status_code == 503
        # Whoever runs the server reads why; whoever asked is told to wait.
        server.assert_logged("a verification code cannot be written", "Not a directory")


@pytest.fixture
def somebody():
    """A folder of somebody who is not root, with a directory `data`; runs the program as that somebody."""
    place = Path(tempfile.mkdtemp(prefix="muster-test-"))
    place.chmod(0o755)
    shutil.copyfile(binary(), place / "muster")
    (place / "muster").chmod(0o755)
    line = [place / "muster", "init", "--data-dir", place / "data", "--admin", "a@example.com"]
    subprocess.run(line, env=environment(CHEAP), check=True, capture_output=True)
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    if user:
        for path in (place / "data", *(place / "data").iterdir()):
            os.chown(path, NOBODY, NOBODY)

    def run(*arguments):
        return subprocess.run(
            [place / "muster", *arguments],
            env=environment(CHEAP),
            cwd=place,
            capture_output=True,
            text=True,
            timeout=60,
            **user,
        )

    run.place = place
    yield run
    shutil.rmtree(place)


def test_a_master_key_that_this_user_may_not_read_is_found_by_the_check(somebody):
    (somebody.place / "data/master.key").chmod(0)
    done = somebody("check", "--data-dir", "data")
    assert done.returncode == 2
    assert "This user may not read data/master.key. Run the check as the server's user." in done.stdout


def test_a_database_that_this_user_may_not_write_to_is_told(somebody):
    (somebody.place / "data/muster.sqlite").chmod(0o400)
    done = somebody("users", "list", "--data-dir", "data")
    assert done.returncode == 69
    assert done.stderr.startswith("muster: The data directory data is not writable: data/muster.sqlite: ")


def test_a_folder_that_this_user_may_not_write_to_gets_no_directory(somebody):
    (somebody.place / "data/muster.sqlite").unlink()
    (somebody.place / "data/master.key").unlink()
    (somebody.place / "data").chmod(0o500)
    done = somebody("init", "--data-dir", "data", "--admin", "a@example.com")
    (somebody.place / "data").chmod(0o700)
    assert done.returncode == 69
    assert done.stderr == "muster: The data directory data is not writable.\n"


def copy(place):
    """Copies the database, which is as good as a backup, to where everybody may read it."""
    shutil.copyfile(place / "data/muster.sqlite", place / "copy")
    (place / "copy").chmod(0o644)


@pytest.mark.parametrize(
    "line", ["check", "backup copy", "serve", "users list", "init --admin a@example.com", "restore copy --force"]
)
def test_a_folder_that_this_user_may_not_look_into_is_not_taken_for_an_empty_one(somebody, line):
    copy(somebody.place)
    (somebody.place / "data").chmod(0)
    done = somebody(*line.split(), "--data-dir", "data")
    (somebody.place / "data").chmod(0o700)
    assert done.returncode == 69, done
    assert done.stderr == "muster: The data directory data cannot be read: Permission denied.\n"


def test_a_database_and_a_key_that_this_user_may_not_read_are_said_to_be_that(somebody):
    (somebody.place / "data/muster.sqlite").chmod(0)
    done = somebody("check", "--data-dir", "data", "--format", "csv")
    assert done.returncode == 2
    assert "error,database,data/muster.sqlite cannot be read: Permission denied.\n" in done.stdout
    done = somebody("backup", "--data-dir", "data", "data/another")
    assert (done.returncode, done.stderr) == (
        69,
        "muster: data/muster.sqlite cannot be read: Permission denied.\n",
    )
    (somebody.place / "data/muster.sqlite").chmod(0o600)
    copy(somebody.place)
    (somebody.place / "data/master.key").chmod(0)
    done = somebody("restore", "copy", "--data-dir", "data", "--force")
    assert done.returncode == 66, done
    assert done.stderr == "muster: data/master.key cannot be read: Permission denied. Nothing was changed.\n"


def test_a_certificate_that_this_user_may_not_read_is_told(somebody):
    (somebody.place / "chain.pem").touch(mode=0)
    settings = ("--set", "http.tls.certificate=chain.pem", "--set", "http.tls.privateKey=key.pem")
    done = somebody("serve", "--data-dir", "data", *settings)
    assert done.returncode == 78
    assert done.stderr == (
        "muster: The file of the certificate, chain.pem (http.tls.certificate), cannot be read by this user.\n"
    )
