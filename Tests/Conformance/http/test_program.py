"""The program from outside: what it prints, when it refuses to start, and how it ends."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from answers import assert_json, assert_record
from program import (
    CHEAP,
    SECONDS,
    Address,
    content,
    ends,
    free_port,
    init,
    run,
    sentence,
    serve,
    serving,
)
from wire import Wire, head

from muster import ADMINISTRATOR, PASSWORD, Muster, assert_within, binary, until

NOBODY = 65534


# init


def test_init_prints_the_administrator_once(tmp_path):
    place = tmp_path / "data"
    done = run(
        *("init", "--data-dir", place, "--admin", ADMINISTRATOR, "--format", "json"), settings=CHEAP
    )
    assert done.returncode == 0, done.stderr
    admin = json.loads(done.stdout)
    assert list(admin) == ["id", "uuid", "username", "password", "access_key", "secret_key"]
    assert admin["id"] == 2 and admin["username"] == ADMINISTRATOR
    assert len(admin["password"]) >= 12
    for secret in ("password", "secret_key"):
        assert admin[secret] not in done.stderr
        for path in place.rglob("*"):
            assert path.is_dir() or admin[secret].encode() not in path.read_bytes()


def test_init_makes_different_secrets_each_time(tmp_path):
    one, other = init(tmp_path / "one", settings=CHEAP), init(tmp_path / "other", settings=CHEAP)
    for what in ("uuid", "password", "access_key", "secret_key"):
        assert one[what] != other[what]


def test_init_keeps_its_directory_to_itself(directory):
    assert stat.S_IMODE(directory.stat().st_mode) & 0o077 == 0


def test_init_takes_a_password_from_standard_input(tmp_path):
    place = tmp_path / "data"
    admin = init(place, "--password-stdin", settings=CHEAP, stdin=PASSWORD + "\n")
    server = Address(free_port(), admin)
    with serving(place, "--bind", f"127.0.0.1:{server.port}", settings=CHEAP):
        until(server.is_listening, SECONDS, "a server")
        body = json.dumps({"username": ADMINISTRATOR, "password": PASSWORD}).encode()
        with Wire(server) as wire:
            wire.send(head(server, "POST", "/session", keys=False, Content_Length=len(body)) + body)
            assert set(assert_json(wire.answer(), 200)) == {"token"}


@pytest.mark.parametrize("password", ["", "\n", "short\n"])
def test_init_refuses_a_password_that_breaks_the_policy(tmp_path, password):
    place = tmp_path / "data"
    arguments = ("init", "--data-dir", place, "--admin", ADMINISTRATOR, "--password-stdin")
    done = run(*arguments, settings=CHEAP, stdin=password)
    assert done.returncode > 0
    assert "secret" not in done.stdout.lower()
    # Nothing is left behind that would stand in the way of the next try.
    init(place, settings=CHEAP)


def test_init_refuses_a_directory_that_is_initialised_and_changes_nothing(directory, admin):
    before = content(directory)
    for name in (ADMINISTRATOR, "other@example.com"):
        done = run(
            *("init", "--data-dir", directory, "--admin", name, "--format", "json"), settings=CHEAP
        )
        assert str(directory) in sentence(done)
        assert done.stdout == ""
    assert content(directory) == before
    with Muster(CHEAP, data_dir=directory) as server:
        server.admin = admin
        users = assert_json(server.request("GET", "/users"), 200)["users"]
        assert [user["username"] for user in users] == [ADMINISTRATOR]


def test_init_refuses_a_directory_that_is_served(directory, admin):
    server = Address(free_port(), admin)
    with serving(directory, "--bind", f"127.0.0.1:{server.port}", settings=CHEAP):
        assert_record(server.answers(), id=2)
        done = run("init", "--data-dir", directory, "--admin", ADMINISTRATOR, settings=CHEAP)
        sentence(done)
        assert_record(server.answers(), id=2)


# serve refuses


def test_a_port_that_is_taken(directory):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert str(port) in sentence(serve(directory, "--bind", f"127.0.0.1:{port}"))


def test_an_address_of_another_machine(directory):
    # TEST-NET-1 of RFC 5737 belongs to nobody.
    assert "192.0.2.1" in sentence(serve(directory, "--bind", "192.0.2.1:8834"))


def test_a_directory_that_is_in_use(directory, admin):
    server = Address(free_port(), admin)
    with serving(directory, "--bind", f"127.0.0.1:{server.port}", settings=CHEAP) as process:
        assert_record(server.answers(), id=2)
        for _ in range(3):
            done = serve(directory, "--bind", f"127.0.0.1:{free_port()}")
            assert str(directory) in sentence(done)
        # The first one does not notice.
        assert_record(server.answers(), id=2)
        assert process.poll() is None


def test_a_directory_whose_owner_was_killed_is_not_in_use(directory, admin):
    for _ in range(2):
        server = Address(free_port(), admin)
        with serving(directory, "--bind", f"127.0.0.1:{server.port}", settings=CHEAP):
            assert_record(server.answers(), id=2)


@pytest.fixture
def readable_by_all():
    """A directory that every user of the machine may enter, with a copy of the program in it."""
    place = Path(tempfile.mkdtemp(prefix="muster-test-"))
    place.chmod(0o755)
    program = place / "muster"
    shutil.copyfile(binary(), program)
    program.chmod(0o755)
    yield place
    for path in place.rglob("*"):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(place)


@pytest.mark.parametrize("mode", [0o500, 0o555])
def test_a_directory_that_is_not_writable(readable_by_all, mode):
    place = readable_by_all / "data"
    init(place, settings=CHEAP)
    for path in place.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    place.chmod(mode)
    # The superuser may write everywhere, so he asks somebody who may not.
    somebody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    done = serve(
        place,
        *("--bind", f"127.0.0.1:{free_port()}"),
        program=readable_by_all / "muster",
        cwd=readable_by_all,
        **somebody,
    )
    assert str(place) in sentence(done)


def test_a_directory_made_by_a_newer_version(directory):
    data = sqlite3.connect(directory / "muster.sqlite")
    columns = [row[1] for row in data.execute("PRAGMA table_info(schema_migration)")]
    assert {"number", "name", "digest"} <= set(columns)
    data.row_factory = sqlite3.Row
    newest = data.execute("SELECT * FROM schema_migration ORDER BY number DESC LIMIT 1").fetchone()
    row = dict(newest) | {"number": 9999, "name": "FromTheFuture"}
    marks = ", ".join("?" * len(columns))
    data.execute(
        f"INSERT INTO schema_migration ({', '.join(columns)}) VALUES ({marks})",
        [row[column] for column in columns],
    )
    data.commit()
    data.close()
    before = content(directory)
    said = sentence(serve(directory, "--bind", f"127.0.0.1:{free_port()}"))
    assert "newer" in said
    assert content(directory) == before


def test_a_file_that_is_no_database(directory):
    (directory / "muster.sqlite").write_bytes(b"This is not a database. " * 1000)
    done = serve(directory, "--bind", f"127.0.0.1:{free_port()}")
    assert done.returncode > 0, done.stderr
    assert "Fatal error" not in done.stderr


# The life of a server


def test_a_second_start_prints_no_secret(directory, admin, tmp_path):
    output = tmp_path / "output"
    for _ in range(2):
        server = Address(free_port(), admin)
        with (
            open(output, "ab") as log,
            serving(
                directory, "--bind", f"127.0.0.1:{server.port}", settings=CHEAP, output=log
            ) as process,
        ):
            assert_record(server.answers(), id=2)
            process.terminate()
            assert process.wait(SECONDS) == 0
    printed = output.read_text()
    for secret in ("password", "secret_key"):
        assert admin[secret] not in printed


def test_who_connects_while_the_server_starts_is_answered(directory, admin):
    for _ in range(5):
        server = Address(free_port(), admin)
        with serving(directory, "--bind", f"127.0.0.1:{server.port}", settings=CHEAP):
            deadline = time.monotonic() + SECONDS
            # Without a pause, so that no moment in which the port is open goes by.
            while time.monotonic() < deadline:
                try:
                    wire = Wire(server)
                    break
                except ConnectionRefusedError:
                    continue
            with wire:
                wire.send(head(server, path="/session"))
                assert_record(wire.answer(), id=2)


@pytest.mark.parametrize("place", ["no/such/folder/agent.sock", "folder", "x" * 200])
def test_a_socket_that_cannot_be_is_found_before_anybody_is_served(directory, tmp_path, place):
    (tmp_path / "folder").mkdir()
    arguments = ("--bind", f"127.0.0.1:{free_port()}", "--set", f"local.socket={tmp_path / place}")
    done = serve(directory, *arguments)
    assert done.returncode == 69
    assert "Cannot answer at the socket" in sentence(done)
    for word in ("listening", "level=error", "Cancellation"):
        assert word not in done.stderr, done.stderr
    assert not [path for path in tmp_path.rglob(".muster-*")]


def test_a_start_that_fails_leaves_no_part_of_the_socket(directory, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = serve(directory, "--bind", f"127.0.0.1:{taken.getsockname()[1]}")
    assert done.returncode == 69
    assert not [path for path in directory.rglob("*") if path.is_socket() or path.name.startswith(".muster-")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_in_order(directory, admin, number):
    def ending():
        server = Address(free_port(), admin)
        with serving(directory, "--bind", f"127.0.0.1:{server.port}", settings=CHEAP) as process:
            assert_record(server.answers(), id=2)
            process.send_signal(number)
            code, took = ends(process, SECONDS)
            assert code == 0
        assert not server.is_listening()
        return took

    # Half of what it waits for those who do not finish.
    assert_within(5, ending)


def test_a_signal_right_after_the_start_ends_the_server_in_order(directory, admin):
    server = Address(free_port(), admin)
    with serving(directory, "--bind", f"127.0.0.1:{server.port}", settings=CHEAP) as process:
        until(server.is_listening, SECONDS, "a server")
        process.terminate()
        assert process.wait(SECONDS) == 0


def test_a_request_in_flight_is_finished(directory, admin):
    server = Address(free_port(), admin)
    body = b'{"name": "In flight"}'
    with serving(directory, "--bind", f"127.0.0.1:{server.port}", settings=CHEAP) as process:
        until(server.is_listening, SECONDS, "a server")
        with Wire(server) as wire:
            # The second request begins in the same segment: once the first is answered, the server
            # has the head of the second.
            first = head(server, path="/session")
            second = head(server, "PUT", "/session", Content_Length=len(body))
            wire.send(first + second + body[:5])
            assert_record(wire.answer(), id=2)
            assert_record(server.answers(), id=2)
            process.terminate()
            # No new caller gets in, and this one is not thrown out.
            until(lambda: not server.is_listening(), SECONDS, "a closed port")
            wire.send(body[5:])
            assert_record(wire.answer(), name="In flight")
            wire.assert_closed()
        assert process.wait(SECONDS) == 0
    with serving(directory, "--bind", f"127.0.0.1:{server.port}", settings=CHEAP):
        assert_record(server.answers(), name="In flight")


def test_clients_that_never_finish_do_not_keep_the_server(directory, admin):
    def ending():
        server = Address(free_port(), admin)
        with serving(directory, "--bind", f"127.0.0.1:{server.port}", settings=CHEAP) as process:
            until(server.is_listening, SECONDS, "a server")
            wires = [Wire(server) for _ in range(30)]
            request = head(server, "PUT", "/session", Content_Length=100)
            for number, wire in enumerate(wires):
                wire.send((b"", request[:50], request)[number % 3])
            assert_record(server.answers(), id=2)
            process.terminate()
            code, took = ends(process, SECONDS)
            assert code == 0
            for wire in wires:
                wire.socket.close()
            return took

    assert_within(15, ending, tries=3)


def test_the_log_is_on_standard_error(directory, admin, tmp_path):
    server = Address(free_port(), admin)
    process = subprocess.Popen(
        [binary(), "serve", "--data-dir", directory, "--bind", f"127.0.0.1:{server.port}"],
        env={key: value for key, value in os.environ.items() if not key.startswith("MUSTER_")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert_record(server.answers(), id=2)
        process.terminate()
        printed, logged = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    assert process.returncode == 0
    assert logged.strip()
    assert admin["access_key"] not in printed + logged


def test_how_long_a_start_takes(directory, admin, capsys):
    """Measured and printed. Whether it is fast enough depends on the machine and on the build."""
    took = []
    for _ in range(5):
        server = Address(free_port(), admin)
        begin = time.monotonic()
        with serving(directory, "--bind", f"127.0.0.1:{server.port}", settings=CHEAP) as process:
            assert_record(server.answers(), id=2)
            took.append(time.monotonic() - begin)
            process.terminate()
            assert process.wait(SECONDS) == 0
    with capsys.disabled():
        print(f"\nfrom start to first answer: {min(took) * 1000:.0f} to {max(took) * 1000:.0f} ms")


@pytest.mark.parametrize("arguments", [(), ("--help",), ("serve", "--help"), ("init", "--help")])
def test_help(arguments):
    done = run(*arguments)
    assert "muster" in (done.stdout + done.stderr).lower()
    assert "Fatal error" not in done.stderr


@pytest.mark.parametrize("arguments", [("nonsense",), ("serve", "--nonsense"), ("init",)])
def test_a_command_line_that_makes_no_sense(arguments):
    done = run(*arguments)
    assert done.returncode > 0
    assert done.stderr.strip()
