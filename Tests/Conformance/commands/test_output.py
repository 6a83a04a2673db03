"""Answers on their way into files and pipes, and a server behind encryption."""

import os
import subprocess

import pytest
import trustme
from machine import Machine

from muster import Muster, binary


@pytest.fixture(scope="module")
def crowd():
    """A server with 1200 users, more than a page of them."""
    with Muster() as server:
        answer = server.request(
            "POST",
            "/muster/v1/users/import",
            body="".join(f'{{"username":"person{number:04}"}}\n' for number in range(1199)),
            headers={"Content-Type": "application/x-ndjson"},
        )
        assert '"created":1199' in answer.text, answer.text[-300:]
        yield server


@pytest.mark.parametrize("order", ["", "--sort username", "--sort username --reverse"])
def test_a_list_of_many_pages_has_everybody_once(crowd, tmp_path, order):
    machine = Machine(tmp_path, crowd)
    ids = machine.muster(f"users list --quiet {order}").split()
    assert len(ids) == len(set(ids)) == 1200
    assert len(machine.muster(f"users list --limit 700 --quiet {order}").split()) == 700
    assert len(machine.muster(f"users list --format csv {order}").splitlines()) == 1201


def test_a_list_of_many_pages_is_one_json_array(crowd, tmp_path):
    done = Machine(tmp_path, crowd).run("muster users list --format json | python3 -m json.tool")
    assert done.returncode == 0 and done.stdout.count('"username"') == 1200


def test_a_reader_who_has_seen_enough_ends_the_program(crowd, tmp_path):
    machine = Machine(tmp_path, crowd)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        done = subprocess.run(
            [binary(), "users", "list"],
            env=machine.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    assert done.returncode == 141 and done.stderr == b""


def test_a_full_disk_is_told(crowd, tmp_path):
    done = Machine(tmp_path, crowd).run("muster users list > /dev/full")
    assert done.returncode == 74
    assert done.stderr == "muster: The output cannot be written: No space left on device.\n"


def test_a_server_that_goes_away_is_told(tmp_path):
    with Muster() as server:
        machine = Machine(tmp_path, server)
        machine.muster("whoami")
    assert "There is no server at" in machine.refusal("whoami", 69)


def test_an_authority_of_ones_own_has_to_be_named(tmp_path):
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    chain, key, root = tmp_path / "chain.pem", tmp_path / "key.pem", tmp_path / "root.pem"
    authority.cert_pem.write_to_path(root)
    certificate.private_key_pem.write_to_path(key)
    chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    with Muster() as server:
        server.stop()
        port = server.port
        machine = Machine(tmp_path / "machine", server)
        machine.environment["MUSTER_URL"] = f"https://localhost:{port}"
        process = subprocess.Popen(
            [binary(), "serve", "--data-dir", server.data_dir, "--bind", f"127.0.0.1:{port}"]
            + ["--set", f"http.tls.certificate={chain}", "--set", f"http.tls.privateKey={key}"],
            env={name: value for name, value in machine.environment.items() if "MUSTER" not in name} | server.store,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            waits = f"until muster server status --ca {root}; do sleep 0.1; done"
            assert "ready" in machine.run(waits).stdout
            assert "--ca FILE" in machine.refusal("whoami", 69)
            assert "admin@example.com" in machine.muster(f"whoami --ca {root}")
            assert "admin@example.com" in machine.muster("whoami", MUSTER_CA=str(root))
            # A profile remembers the file, wherever it is used from.
            machine.muster(
                f"login admin@example.com --password-stdin --profile tls --ca ../../{root.name}",
                stdin=server.admin["password"] + "\n",
            )
            done = machine.run("cd / && muster whoami --profile tls")
            assert "admin@example.com" in done.stdout, done.stderr
            # The certificate is for another name.
            assert "--ca FILE" in machine.refusal(
                f"whoami --ca {root} --url https://127.0.0.1:{port}", 69
            )
        finally:
            process.terminate()
            process.wait(60)
        server.start()
