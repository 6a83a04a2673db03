"""Texts that other programs wrote: with a byte order mark before them, or in UTF-16."""

import subprocess
from pathlib import Path

import pytest
from folders import CHEAP
from machine import Machine

from muster import PASSWORD, Muster, binary

MARK = b"\xef\xbb\xbf"
KEY = Path(__file__).parent / "keys/jane.pub"
UTF16 = ["utf-16", "utf-16-le", "utf-16-be"]


@pytest.fixture(scope="module")
def strict_server(tmp_path_factory):
    """A server whose list of common passwords begins with a mark."""
    common = tmp_path_factory.mktemp("lists") / "common.txt"
    common.write_bytes(MARK + PASSWORD.encode() + b"\nnot-so-common-99\n")
    settings = {"MUSTER_PASSWORD_POLICY": "strict", "MUSTER_PASSWORD_COMMON_LIST": str(common)}
    with Muster(CHEAP | settings) as server:
        yield server


@pytest.fixture
def marked(strict_server, tmp_path):
    machine = Machine(tmp_path / "marked", strict_server)
    machine.server = strict_server
    return machine


def given(machine, line, text):
    """Runs `muster LINE` with bytes on standard input."""
    return subprocess.run(
        [binary(), *line.split()],
        cwd=machine.work,
        env=machine.environment,
        input=text,
        capture_output=True,
        timeout=60,
    )


def test_the_first_of_the_common_passwords_is_refused_behind_a_mark(marked):
    done = given(marked, "users add common --password-stdin", PASSWORD.encode() + b"\n")
    assert done.returncode == 65 and b"common" in done.stderr, done


def test_a_password_from_a_marked_file_is_the_one_that_is_typed(marked):
    password = "Quarry-Otter-47-Bellows"
    done = given(marked, "users add typed --password-stdin", MARK + password.encode() + b"\r\n")
    assert done.returncode == 0, done
    line = "authenticate typed --password-stdin"
    assert given(marked, line, password.encode()).returncode == 0
    assert given(marked, line, MARK + password.encode()).returncode == 0


@pytest.mark.parametrize("encoding", UTF16)
def test_a_password_in_utf_16_is_refused_as_that(marked, encoding):
    done = given(marked, "users add wide --password-stdin", PASSWORD.encode(encoding))
    assert (done.returncode, done.stderr) == (
        65,
        b"muster: The new password on standard input is UTF-16. Save it as UTF-8.\n",
    )


def test_a_key_in_a_marked_file_is_taken(marked):
    (marked.work / "marked.pub").write_bytes(MARK + KEY.read_bytes())
    marked.muster("users add keyed --no-password")
    assert "Added SHA256:" in marked.muster("keys add keyed marked.pub")
    assert "Removed SHA256:" in marked.muster("keys remove keyed marked.pub --yes")


@pytest.mark.parametrize("encoding", UTF16)
def test_files_in_utf_16_are_named_as_that(marked, encoding):
    for name, text in {
        "k.pub": KEY.read_text(),
        "u.jsonl": '{"username":"a"}\n{"username":"b"}\n',
        "u.csv": "username\na\nb\n",
        "c.json": "{}",
    }.items():
        (marked.work / name).write_bytes(text.encode(encoding))
    told = "is UTF-16. Save it as UTF-8."
    assert marked.refusal("keys add admin@example.com k.pub", 65) == f"k.pub {told}"
    for name in ("u.jsonl", "u.csv"):
        assert marked.refusal(f"users import {name}", 65) == f"The file {told}"
    assert marked.refusal("config --config c.json", 78) == f"c.json {told}"
    (marked.work / "common.txt").write_bytes(PASSWORD.encode(encoding))
    sentence = marked.refusal("config --set password.policy=strict --set password.commonList=common.txt", 78)
    assert "names a file in UTF-16, which has to be UTF-8: common.txt" in sentence


def test_settings_in_a_marked_file_are_read(marked):
    (marked.work / "c.json").write_bytes(MARK + b'{"http": {"bind": "127.0.0.1:9"}}')
    assert "http.bind = 127.0.0.1:9  # file" in marked.muster("config --config c.json")


def test_lines_and_columns_in_a_marked_file_are_read(marked):
    (marked.work / "u.csv").write_bytes(MARK + b"username\nfrom-csv\n")
    (marked.work / "u.jsonl").write_bytes(MARK + b'{"username":"from-jsonl"}\n')
    for name in ("u.csv", "u.jsonl"):
        assert marked.muster(f"users import {name}").startswith("Created 1,")


def test_a_key_in_another_format_is_told_with_the_command_that_converts_it(marked):
    told = "other.pub holds a key in another format. Convert it with: ssh-keygen -i -f FILE"
    for options, told in (("-e", told), ("-e -m PKCS8", told.replace("-i", "-i -m PKCS8"))):
        # OpenSSH writes no Ed25519 key as PKCS8.
        line = "ssh-keygen -q -t rsa -b 2048 -N '' -f pair <<< y && ssh-keygen"
        assert marked.run(f"{line} {options} -f pair.pub > other.pub").returncode == 0
        assert marked.refusal("keys add admin@example.com other.pub", 65) == told
    (marked.work / "key.ppk").write_text("PuTTY-User-Key-File-3: ssh-ed25519\nPublic-Lines: 1\nAAAA\n")
    assert "is a private key. It was not sent." in marked.refusal("keys add admin@example.com key.ppk", 65)
