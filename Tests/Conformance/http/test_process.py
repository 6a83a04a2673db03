"""The process under pressure from outside: few descriptors, a log that cannot be written, files that are taken away."""

import base64
import fcntl
import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from contextlib import closing, contextmanager, suppress

import pytest
from answers import assert_json, assert_record
from program import CHEAP, SECONDS, Address, content, free_port, init, run, sentence
from wire import Wire, head

from muster import PASSWORD, binary, environment, unique_username, until

DESCRIPTORS = 240
STRANGERS = 400


@pytest.fixture
def founded(tmp_path):
    """A directory that is initialised, and its administrator."""
    return tmp_path / "data", init(tmp_path / "data", settings=CHEAP)


@contextmanager
def served(founded, settings=None, before=None, **streams):
    """A server process and its address; it has to be alive at the end."""
    directory, admin = founded
    server = Address(free_port(), admin)
    process = subprocess.Popen(
        [binary(), "serve", "--data-dir", directory, "--bind", f"127.0.0.1:{server.port}"],
        env=environment(CHEAP | (settings or {})),
        stdin=subprocess.DEVNULL,
        preexec_fn=before,
        **({"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | streams),
    )
    try:
        until(server.is_listening, SECONDS, "a server")
        yield server, process
        assert process.poll() is None, f"the server ended with {process.returncode}"
    finally:
        process.kill()
        process.wait()


def rename(wire, server, name):
    """Changes the administrator's name, which is a write, and returns the answer."""
    body = json.dumps({"name": name}).encode()
    wire.send(head(server, "PUT", "/session", Content_Length=len(body)) + body)
    return wire.answer()


def few_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


# Descriptors


def test_a_server_with_few_descriptors_lives_answers_those_it_let_in_and_recovers(founded, tmp_path):
    log = tmp_path / "log"
    with open(log, "wb") as output, served(founded, before=few_descriptors, stderr=output) as (
        server,
        process,
    ):
        with Wire(server) as inside:
            assert_record(rename(inside, server, "Before"), name="Before")
            strangers = []
            try:
                for _ in range(STRANGERS):
                    stranger = socket.socket()
                    stranger.setblocking(False)
                    stranger.connect_ex(("127.0.0.1", server.port))
                    strangers.append(stranger)
                for number in range(100):
                    assert_record(rename(inside, server, f"N{number}"), name=f"N{number}")
                assert process.poll() is None
                used = len(os.listdir(f"/proc/{process.pid}/fd"))
                assert 100 < used < DESCRIPTORS - 10, used
            finally:
                for stranger in strangers:
                    stranger.close()
        assert_record(server.answers(), name="N99")
        before = cpu_seconds(process)
        until(lambda: len(os.listdir(f"/proc/{process.pid}/fd")) < 100, SECONDS, "closed sockets")
        assert cpu_seconds(process) - before < 2, "a thread spins"
    said = log.read_text()
    assert f"message=descriptors connections=" in said and f"limit={DESCRIPTORS}" in said
    assert "LimitNOFILE" in said


def cpu_seconds(process):
    """The processor time that a process has used."""
    fields = open(f"/proc/{process.pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_server_that_could_let_nobody_in_does_not_start_and_says_what_to_do(founded):
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))  # noqa: E731
    done = run("serve", "--data-dir", founded[0], settings=CHEAP, preexec_fn=limit)
    said = sentence(done)
    assert "64 files" in said and "ulimit -n" in said and "LimitNOFILE" in said


# The log

LOUD = {"MUSTER_LOG_LEVEL": "trace"}


def ask_often(server, times):
    """Makes requests, each of which is logged, and demands every answer."""
    with Wire(server) as wire:
        for _ in range(times):
            wire.send(head(server, path="/session"))
            assert_record(wire.answer(), id=2)


def test_a_server_whose_log_is_on_a_full_disk_serves(founded):
    with open("/dev/full", "wb") as full, served(founded, LOUD, stderr=full) as (server, _):
        ask_often(server, 300)


def test_a_server_whose_log_reader_dies_serves(founded):
    reading, writing = os.pipe()
    with served(founded, LOUD, stderr=writing) as (server, _):
        os.close(writing)
        ask_often(server, 5)
        os.close(reading)
        for _ in range(300):
            with Wire(server) as stranger:
                stranger.send(b"nonsense\r\n\r\n")
        ask_often(server, 300)


def test_a_server_whose_log_reader_stands_still_serves_and_ends_in_time(founded):
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    try:
        with served(founded, LOUD, stderr=writing) as (server, process):
            os.close(writing)
            ask_often(server, 1000)
            ended = threading.Thread(target=process.wait)
            process.terminate()
            ended.start()
            ended.join(60)
            assert process.poll() == 0, "a log that nobody reads keeps the server"
            process.poll = lambda: None
    finally:
        os.close(reading)


def test_a_server_without_standard_streams_keeps_its_log_out_of_its_files(founded):
    def close():
        for number in range(3):
            os.close(number)

    directory, _ = founded
    with served(founded, LOUD, before=close, stdout=None, stderr=None) as (server, process):
        ask_often(server, 50)
        names = [os.readlink(f"/proc/{process.pid}/fd/{number}") for number in range(3)]
        assert names == ["/dev/null"] * 3
    for path in directory.iterdir():
        if path.is_file():
            assert b"message=" not in path.read_bytes()


@pytest.mark.parametrize("line", ["init --data-dir {new} --admin a@example.com", "config", "--help"])
def test_a_command_whose_output_nobody_reads_or_takes_ends_by_an_exit_code(tmp_path, line):
    arguments = line.format(new=tmp_path / "new").split()
    reading, writing = os.pipe()
    os.close(reading)
    broken = os.fdopen(writing, "wb")
    with open("/dev/full", "wb") as full, broken:
        for output, code in ((full, 74), (broken, 141)):
            shutil.rmtree(tmp_path / "new", ignore_errors=True)
            done = subprocess.run(
                [binary(), *arguments],
                env=environment(CHEAP),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
            )
            assert done.returncode == code


def test_a_command_whose_complaints_cannot_be_said_ends_by_its_own_exit_code(tmp_path):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [binary(), "serve", "--data-dir", tmp_path / "nowhere"],
            env=environment(CHEAP),
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=full,
            timeout=SECONDS,
        )
    assert done.returncode == 66


# Memory


def test_the_server_s_memory_is_in_no_core_file_and_for_no_other_process(founded):
    with served(founded) as (_, process):
        limits = open(f"/proc/{process.pid}/limits").read()
        (core,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
        assert core.split()[4:6] == ["0", "0"]
        # The files of a process that may not be dumped are root's, whoever it runs as.
        owner = os.stat(f"/proc/{process.pid}/environ")
        assert owner.st_uid == 0
        assert "\nNoNewPrivs" in open(f"/proc/{process.pid}/status").read()
        # 0 in bits 0 and 1 of the memory's flags; the kernel shows it as a filter that cannot be read otherwise.
        if os.getuid() == 0:
            done = subprocess.run(
                ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "cat", f"/proc/{process.pid}/maps"],
                capture_output=True,
            )
            assert done.returncode != 0


# Threads


def test_tasks_run_on_the_threads_of_connections(founded):
    with served(founded) as (server, process), Wire(server) as wire:

        def ask(times):
            for _ in range(times):
                wire.send(head(server, "GET", "/muster/v1/groups"))
                assert wire.answer().status_code == 200

        ask(20)
        before = processor_times(process.pid)
        ask(200)
        spent = {name: time - before.get(name, 0) for name, time in processor_times(process.pid).items()}
        loops = sum(time for (name, _), time in spent.items() if name.startswith("NIO"))
        pool = sum(time for (name, _), time in spent.items() if name.endswith("default-qos"))
        assert loops > 0 and pool < loops / 4, spent


def processor_times(process):
    """Nanoseconds that each thread had a processor, by its name and number."""
    times = {}
    for thread in os.listdir(f"/proc/{process}/task"):
        with suppress(FileNotFoundError):
            name = open(f"/proc/{process}/task/{thread}/comm").read().strip()
            times[name, thread] = int(open(f"/proc/{process}/task/{thread}/schedstat").read().split()[0])
    return times


# Files that are taken away


def test_without_its_lock_file_a_directory_is_still_held(founded):
    directory, _ = founded
    with served(founded) as (server, _):
        (directory / "muster.lock").unlink()
        done = run(
            *("serve", "--data-dir", directory, "--bind", f"127.0.0.1:{free_port()}"),
            settings=CHEAP,
        )
        assert str(directory) in sentence(done) and "in use" in done.stderr
        done = run("users", "list", "--data-dir", directory, settings=CHEAP)
        assert done.returncode == 69
        assert_record(server.answers(), id=2)


@pytest.mark.parametrize("name", ["muster.sqlite-wal", "muster.sqlite-shm muster.sqlite-wal"])
def test_without_its_log_nothing_that_was_acknowledged_is_lost_and_nothing_more_is(
    founded, tmp_path, name
):
    directory, _ = founded
    log = tmp_path / "log"
    acknowledged = []
    with open(log, "wb") as output, served(founded, stderr=output) as (server, process):
        with Wire(server) as wire:
            for number in range(30):
                answer = rename(wire, server, f"N{number}")
                assert answer.status_code == 200
                acknowledged.append(f"N{number}")
                if number == 10:
                    for file in name.split():
                        (directory / file).unlink()
                    break
            for number in range(11, 30):
                answer = rename(wire, server, f"N{number}")
                if answer.status_code == 200:
                    acknowledged.append(f"N{number}")
                else:
                    assert answer.status_code == 503, answer.text
            with Wire(server) as other:
                other.send(head(server, path="/server/status", keys=False))
                assert other.answer().status_code == 503
            # Reading goes on.
            wire.send(head(server, path="/session"))
            assert_record(wire.answer(), name=acknowledged[-1])
        until(lambda: "level=critical" in log.read_text(), SECONDS, "a line of the log")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.poll = lambda: None
    assert log.read_text().count("level=critical") == 1
    for file in ("muster.sqlite-wal", "muster.sqlite-shm"):
        (directory / file).unlink(missing_ok=True)
    with served(founded) as (server, _):
        assert_record(server.answers(), name=acknowledged[-1])


def test_an_idle_server_notices_that_its_log_is_gone_and_saves_what_was_acknowledged(founded):
    directory, _ = founded
    with served(founded) as (server, process):
        with Wire(server) as wire:
            assert_record(rename(wire, server, "Kept"), name="Kept")
        (directory / "muster.sqlite-wal").unlink()

        def is_saved():
            with closing(sqlite3.connect(f"file:{directory}/muster.sqlite?immutable=1", uri=True)) as data:
                return data.execute("SELECT name FROM user").fetchall() == [("Kept",)]

        until(is_saved, SECONDS, "the change in the database itself")


# The master key


def test_another_master_key_is_refused_at_the_start_and_named(founded, tmp_path):
    directory, _ = founded
    right = (directory / "master.key").read_bytes()
    (directory / "master.key").write_bytes(base64.b64encode(os.urandom(32)) + b"\n")
    before = content(directory)
    for line in (("serve", "--bind", f"127.0.0.1:{free_port()}"), ("users", "list")):
        done = run(*line, "--data-dir", directory, settings=CHEAP)
        said = sentence(done)
        assert done.returncode == 66
        assert f"{directory}/master.key" in said and "Put your copy" in said
    assert content(directory) == before
    done = run("check", "--data-dir", directory, settings=CHEAP)
    assert done.returncode == 2 and "master.key is not the one" in done.stdout
    (directory / "master.key").write_bytes(right)
    with served(founded) as (server, _):
        assert_record(server.answers(), id=2)


def test_a_directory_of_an_older_version_takes_the_key_it_has_for_its_own(founded):
    directory, _ = founded
    with closing(sqlite3.connect(directory / "muster.sqlite")) as data:
        (count,) = data.execute("DELETE FROM key_check RETURNING 1").fetchone()
        data.commit()
        assert count == 1
    with served(founded) as (server, _):
        assert_record(server.answers(), id=2)
    (directory / "master.key").write_bytes(base64.b64encode(os.urandom(32)) + b"\n")
    done = run("serve", "--data-dir", directory, settings=CHEAP)
    assert "not the master key" in sentence(done)


# Imports on a disk that is full


def test_an_import_that_cannot_be_kept_says_so_and_that_nothing_was_created(founded):
    def little():
        # No file may have more than 1 MiB.
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_048_576, 1_048_576))

    lines = b"".join(
        json.dumps({"username": unique_username(), "name": "n" * 200}).encode() + b"\n"
        for _ in range(8000)
    )
    with served(founded, before=little) as (server, _):
        with Wire(server) as wire:
            fields = {"Content_Length": len(lines), "Content_Type": "application/x-ndjson"}
            wire.send(head(server, "POST", "/muster/v1/users/import", **fields) + lines)
            answer = wire.answer()
        last = json.loads(answer.text.splitlines()[-1])
        assert last["done"] is False and last["created"] == 0, last
        assert last["error"]["code"] == "store.unavailable"
        assert "import" in last["error"]["message"]
        with Wire(server) as wire:
            wire.send(head(server, path="/users"))
            assert len(assert_json(wire.answer(), 200)["users"]) == 1
    assert not list(founded[0].glob("import-*"))
