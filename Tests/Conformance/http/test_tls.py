"""The certificate: read at the start, read again while the server runs, and never on the wrong port."""

import os
import shutil
import signal
import socket
import ssl
from pathlib import Path

import pytest
import trustme
from program import ends, init, run, sentence, serving
from wire import SECONDS, Wire

from muster import free_port, until

KEYS = {"MUSTER_ACCESS_KEY": "0" * 64, "MUSTER_SECRET_KEY": "0" * 64}
CHEAP = {"MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024, "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1}


def is_open(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS):
            return True
    except OSError:
        return False


def has_address(address):
    """Whether this machine has an address of IPv6, which containers often have none of."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind((address, 0))
            return True
    except OSError:
        return False


class Files:
    """An authority of its own, and the two files that a server is given."""

    def __init__(self, folder):
        self.authority = trustme.CA()
        self.chain, self.key = folder / "chain.pem", folder / "key.pem"
        self.renew()

    def issue(self):
        return self.authority.issue_cert("127.0.0.1", "localhost")

    def renew(self, certificate=None, key=None, keeps_times=False):
        """Puts another certificate in place, each file in one step, as programs that renew them do."""
        new = self.issue()
        certificate, key = certificate or new, key or new
        for path, blobs in (
            (self.chain, certificate.cert_chain_pems),
            (self.key, [key.private_key_pem]),
        ):
            fresh = path.with_suffix(".new")
            fresh.write_bytes(b"".join(blob.bytes() for blob in blobs))
            if keeps_times:
                shutil.copystat(path, fresh)
            os.replace(fresh, path)

    @property
    def settings(self):
        return CHEAP | {
            "MUSTER_HTTP_TLS_CERTIFICATE": self.chain,
            "MUSTER_HTTP_TLS_PRIVATE_KEY": self.key,
        }


class Port:
    """As much of a server as a Wire needs."""

    def __init__(self, port):
        self.port = port


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.fixture
def data(tmp_path):
    init(tmp_path / "data", settings=CHEAP)
    return tmp_path / "data"


def serial(port, files):
    """The serial number of the certificate that a new connection is shown; None if there is no server."""
    context = ssl.create_default_context()
    files.authority.configure_trust(context)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as plain:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
                return secure.getpeercert()["serialNumber"]
    except ConnectionRefusedError:
        return None


# The start


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("another key", "does not belong to the certificate"),
        ("no key", "is not there"),
        ("no certificate", "is not there"),
        ("key is none", "holds no private key in PEM"),
        ("certificate is none", "holds no certificate in PEM"),
        ("the other way round", "holds no certificate in PEM"),
    ],
)
def test_a_start_with_the_wrong_files_is_one_sentence(files, data, fault, expected):
    if fault == "another key":
        files.renew(files.issue(), files.issue())
    elif fault == "the other way round":
        files.chain, files.key = files.key, files.chain
    else:
        path = files.key if "key" in fault else files.chain
        path.unlink()
        if "none" in fault:
            path.write_text("no PEM at all\n")
    for command in ("serve", "config", "check"):
        done = run(command, "--data-dir", data, settings=files.settings)
        if command == "check":
            assert expected in done.stdout + done.stderr, done
            continue
        assert done.returncode == 78, done
        assert expected in sentence(done)


def test_a_taken_port_is_one_sentence_and_no_other_line(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = run("serve", "--data-dir", data, "--bind", address, settings=CHEAP)
    assert done.returncode == 69
    assert f"Cannot listen on {address}: another program listens there already." in sentence(done)
    assert "level=error" not in done.stderr


@pytest.mark.parametrize("host", ["*", "[::]", "0.0.0.0"])
def test_every_address_is_listened_on_where_that_was_said(data, tmp_path, host):
    if host == "[::]" and not has_address("::"):
        done = run("serve", "--data-dir", data, "--bind", f"{host}:0", settings=CHEAP)
        assert f"Cannot listen on {host}:0" in sentence(done)
        return
    port = free_port("")
    with open(tmp_path / "log", "wb") as log:
        with serving(data, "--bind", f"{host}:{port}", settings=CHEAP, output=log):

            def answers():
                return f"http://{host}:{port}" in (tmp_path / "log").read_text()

            until(answers, SECONDS, "a line that says where the server listens")
            addresses = ["127.0.0.1", "127.0.0.9"]
            if host != "0.0.0.0" and has_address("::1"):
                addresses.append("::1")
            for address in addresses:
                with socket.create_connection((address, port), timeout=SECONDS):
                    pass
    assert (tmp_path / "log").read_text().count("listening") == 1


def test_a_name_is_shown_as_the_address_that_it_is(data, tmp_path):
    port = free_port("")
    with open(tmp_path / "log", "wb") as log:
        with serving(data, "--bind", f"localhost:{port}", settings=CHEAP, output=log):
            text = until(
                lambda: (t := (tmp_path / "log").read_text()) and "url=" in t and t, SECONDS, "a log"
            )
    shown = text.partition("url=http://")[2].split()[0]
    assert shown in (f"127.0.0.1:{port}", f"[::1]:{port}"), text


# While it runs


def test_a_new_certificate_is_taken_at_sighup_and_a_bad_one_is_not(files, data, tmp_path):
    port, log = free_port(""), tmp_path / "log"
    with open(log, "wb") as output:
        with serving(
            data, "--bind", f"127.0.0.1:{port}", settings=files.settings, output=output
        ) as server:
            first = until(lambda: serial(port, files), SECONDS, "a server with TLS")
            files.renew()
            server.send_signal(signal.SIGHUP)
            until(lambda: serial(port, files) != first, SECONDS, "the new certificate")
            second = serial(port, files)
            # A key that does not belong to it.
            files.renew(files.issue(), files.issue())
            server.send_signal(signal.SIGHUP)
            until(lambda: "refused" in log.read_text(), SECONDS, "a line about the refusal")
            assert serial(port, files) == second
            assert server.poll() is None
            # Without a signal the files are looked at every ten seconds.
            files.renew()
            until(lambda: serial(port, files) != second, 60, "a certificate that nobody announced")
            third = serial(port, files)
            files.renew(keeps_times=True)
            until(lambda: serial(port, files) != third, 60, "a certificate that is as old as the one before")
            server.terminate()
            assert ends(server, SECONDS)[0] == 0
    text = log.read_text()
    assert "certificate read again" in text and "does not belong to the certificate" in text


def ask(port, context, session=None):
    """Asks once over a connection of its own; returns whether it took up the session, and its own session."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as plain:
        with context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as secure:
            secure.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            # The ticket of TLS 1.3 comes before the answer.
            assert secure.recv(64).startswith(b"HTTP/1.1 200")
            return secure.session_reused, secure.session


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_session_is_taken_up_until_there_is_another_certificate(files, data, tmp_path, version):
    port, log = free_port(""), tmp_path / "log"
    context = ssl.create_default_context()
    context.minimum_version = context.maximum_version = version
    files.authority.configure_trust(context)
    with open(log, "wb") as output:
        with serving(
            data, "--bind", f"127.0.0.1:{port}", settings=files.settings, output=output
        ) as server:
            until(lambda: serial(port, files), SECONDS, "a server with TLS")
            taken_up, session = ask(port, context)
            assert not taken_up
            for _ in range(5):
                taken_up, session = ask(port, context, session)
                assert taken_up
            first = serial(port, files)
            files.renew()
            server.send_signal(signal.SIGHUP)
            until(lambda: serial(port, files) != first, SECONDS, "the new certificate")
            assert not ask(port, context, session)[0]
            server.terminate()
            assert ends(server, SECONDS)[0] == 0


def test_sighup_ends_no_server_without_tls(data, tmp_path):
    port, log = free_port(""), tmp_path / "log"
    with open(log, "wb") as output:
        with serving(data, "--bind", f"127.0.0.1:{port}", settings=CHEAP, output=output) as server:
            until(lambda: "listening" in log.read_text(), SECONDS, "a server")
            server.send_signal(signal.SIGHUP)
            until(lambda: "nothing to read again" in log.read_text(), SECONDS, "a line about it")
            assert server.poll() is None
            server.terminate()
            assert ends(server, SECONDS)[0] == 0


def ignores(process, number):
    """Whether a process has a signal passed over (proc(5), SigIgn)."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    mask = next(line for line in lines if line.startswith("SigIgn:")).split()[1]
    return bool(int(mask, 16) >> (number - 1) & 1)


def test_sighup_ends_no_server_that_is_starting(data):
    port = free_port("")
    with serving(data, "--bind", f"127.0.0.1:{port}", settings=CHEAP) as server:
        # The first thing that it does.
        until(lambda: ignores(server, signal.SIGPIPE), SECONDS, "a program that has begun")
        while not is_open(port):
            server.send_signal(signal.SIGHUP)
            assert server.poll() is None
        server.send_signal(signal.SIGHUP)
        server.terminate()
        assert ends(server, SECONDS)[0] == 0


# The wrong port


def test_plain_http_on_the_port_of_tls_is_told_so(files, data):
    port = free_port("")
    with serving(data, "--bind", f"127.0.0.1:{port}", settings=files.settings):
        until(lambda: serial(port, files), SECONDS, "a server with TLS")
        for request in (b"GET /session HTTP/1.1\r\nHost: a\r\n\r\n", b"P", b"X" * 100_000):
            with Wire(Port(port)) as wire:
                wire.send(request)
                answer = wire.answer()
                assert answer.status_code == 400 and "https://" in answer.text
        # The command line is told, and tells.
        done = run("whoami", "--url", f"http://127.0.0.1:{port}", settings=KEYS)
        assert done.returncode == 69
        assert "speaks TLS. Say https:// in place of http://." in sentence(done)


def test_plain_http_on_the_port_of_tls_is_in_the_log(files, data, tmp_path):
    port, log = free_port(""), tmp_path / "log"
    with open(log, "wb") as output:
        with serving(data, "--bind", f"127.0.0.1:{port}", settings=files.settings, output=output):
            until(lambda: serial(port, files), SECONDS, "a server with TLS")
            with Wire(Port(port)) as wire:
                wire.send(b"GET /session HTTP/1.1\r\nHost: a\r\n\r\n")
                assert wire.answer().status_code == 400
            text = until(lambda: (t := log.read_text()) and "missing_tls" in t and t, SECONDS, "a line about it")
    assert "Give them https://." in text


def test_tls_on_a_plain_port_is_told_so_by_the_command_line(data, tmp_path):
    port, log = free_port(""), tmp_path / "log"
    with open(log, "wb") as output:
        with serving(data, "--bind", f"127.0.0.1:{port}", settings=CHEAP, output=output):
            until(lambda: "listening" in log.read_text(), SECONDS, "a server")
            done = run("whoami", "--url", f"https://127.0.0.1:{port}", settings=KEYS)
    assert done.returncode == 69
    assert "does not speak TLS. Say http:// in place of https://" in sentence(done)


def test_tls_on_a_plain_port_is_told_so_in_the_answer_and_once_in_the_log(data, tmp_path):
    port, log = free_port(""), tmp_path / "log"
    with open(log, "wb") as output:
        with serving(data, "--bind", f"127.0.0.1:{port}", settings=CHEAP, output=output) as server:
            until(lambda: "listening" in log.read_text(), SECONDS, "a server")
            for greeting in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), b"\x16", b"\x16\n\n"):
                with Wire(Port(port)) as wire:
                    wire.send(greeting)
                    answer = wire.answer()
                    assert answer.status_code == 400 and "http://" in answer.text
            until(lambda: "unexpected_tls" in log.read_text(), SECONDS, "a line about it")
            with Wire(Port(port)) as wire:
                wire.send(b"GET /server/status HTTP/1.1\r\nHost: a\r\n\r\n")
                assert wire.answer().status_code == 200
            # It is the callers' fault, and no limit of the server.
            done = run("check", "--data-dir", data, settings=CHEAP)
            assert "has reached no limit" in done.stdout
            server.terminate()
            ends(server, SECONDS)
    lines = [line for line in log.read_text().splitlines() if "the wrong scheme" in line]
    assert len(lines) in (1, 2) and "level=info" in lines[0] and "http.tls.certificate" in lines[0]


def test_a_half_sent_body_is_no_fault_of_a_server_that_stops(data, tmp_path):
    port, log = free_port(""), tmp_path / "log"
    with open(log, "wb") as output:
        with serving(data, "--bind", f"127.0.0.1:{port}", settings=CHEAP, output=output) as server:
            until(lambda: "listening" in log.read_text(), SECONDS, "a server")
            with Wire(Port(port)) as wire:
                wire.send(b"POST /session HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
                server.terminate()
                ends(server, SECONDS)
    assert "level=error" not in log.read_text(), log.read_text()
