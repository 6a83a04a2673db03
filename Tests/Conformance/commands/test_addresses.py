"""Addresses that are none, and what answers there instead of a server."""

import socket
import threading
from contextlib import contextmanager

import pytest
from machine import Machine


@pytest.fixture
def visitor(tmp_path):
    machine = Machine(tmp_path / "visitor")
    machine.environment["MUSTER_TOKEN"] = "token"
    return machine


@contextmanager
def shell_server(greets_first):
    """What an SSH server says, at once or to a request; yields its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    if not greets_first:
                        connection.recv(65536)
                    connection.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
                    connection.settimeout(5)
                    try:
                        while connection.recv(65536):
                            pass
                    except OSError:
                        pass

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            # A close alone does not wake who waits in accept(2).
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_an_answer_that_is_no_http_is_told(visitor):
    with shell_server(greets_first=False) as url:
        for line in ("server status", "whoami"):
            assert visitor.refusal(line, 76, MUSTER_URL=url) == (
                f"What answers at {url} does not speak HTTP. Check the address."
            )


def test_a_read_that_broke_off_has_changed_nothing(visitor):
    with shell_server(greets_first=True) as url:
        done = visitor.run("muster server status", MUSTER_URL=url)
    told = (f"muster: What answers at {url} does not speak HTTP. Check the address.\n",
            f"muster: The connection to {url} broke before there was an answer. Look whether that is a Muster server.\n")
    assert done.returncode in (69, 76) and done.stderr in told


@pytest.mark.parametrize(
    "url, told",
    [
        ("127.0.0.1:23100", '"127.0.0.1:23100" is no address of a server: it does not begin with https:// or http://.'),
        ("HTTP//x", '"HTTP//x" is no address of a server: it does not begin with https:// or http://.'),
        ("http://localhost:99999", '"http://localhost:99999" is no address of a server.'),
        ("http://", '"http://" is no address of a server.'),
        ("http://jane:secret@localhost", "That is no address of a server."),
        ("https://localhost?token=secret", "That is no address of a server."),
        ("jane:secret@localhost", "That is no address of a server: it does not begin with https:// or http://."),
    ],
)
def test_what_is_wrong_with_an_address_is_told_and_no_secret_in_it(visitor, url, told):
    sentence = visitor.refusal(f"whoami --url '{url}'", 64)
    assert sentence == (
        f"{told} An address looks like https://host:port, with a port from 1 to 65535 and no user name, password or "
        "query in it."
    )
