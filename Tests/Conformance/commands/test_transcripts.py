"""Transcripts: each file is a session at a machine, with a server of its own, command by command.

A line that begins with `$ ` is a command; after it stand standard output, then standard error with `! ` in
front of each line, then the exit code in brackets where it is not 0. Uuids, times, keys, tokens and ports
differ from run to run, and are written as what they are. MUSTER_WRITE_TRANSCRIPTS=1 writes the files again:
look at the difference before you keep it.
"""

import os
import re
import shutil
from pathlib import Path

import pytest
from machine import Machine

from muster import Muster

HERE = Path(__file__).parent
TRANSCRIPTS = sorted((HERE / "transcripts").glob("*.txt"))

# What differs, and what stands in its place; of the same length where it stands in a column.
DIFFERENT = [
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "uuid" + "-" * 32),
    (re.compile(r"\b20\d\d-(?!01-31T12:00:00)\d\d-\d\dT\d\d:\d\d:\d\dZ"), "YYYY-MM-DDThh:mm:ssZ"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<64 digits>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<32 digits>"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "<16-digit-hex-n>"),
    (re.compile(r"\b1[78]\d{11}\b"), "<milliseconds>"),
    (re.compile(r"\b(schema|this program knows) \d+\b"), r"\1 N"),
    (re.compile(r"before-restore-\d{8}T\d{6}Z"), "before-restore-TIME"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r"shown only once: \S+"), "shown only once: <password>"),
    (re.compile(r'"password": "[^"]+"'), '"password": "<password>"'),
]


def normal(text, machine):
    """The text with what differs from run to run written as what it is."""
    text = text.replace(str(machine.work.parent), "/machine")
    text = text.replace(machine.environment.get("DATA", "\0"), "/data")
    for pattern, replacement in DIFFERENT:
        text = pattern.sub(replacement, text)
    return text


def marked(text, mark):
    lines = text.split("\n")
    end = lines.pop()
    return "".join(f"{mark}{line}\n" for line in lines) + (f"{mark}{end}%\n" if end else "")


def written(line, done, machine):
    """A command and what came of it, as it stands in a transcript."""
    text = normal(marked(done.stdout, "") + marked(done.stderr, "! "), machine)
    end = f"[{done.returncode}]\n" if done.returncode else ""
    return f"$ {line}\n{text}{end}"


def play(text, machine):
    """Runs the commands of a transcript and returns what it should say."""
    played = []
    for line in text.splitlines():
        if line.startswith("$ "):
            played.append(written(line[2:], machine.run(line[2:]), machine))
        elif line.startswith("#") or not line:
            played.append(line + "\n")
    return "".join(played)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_session_goes_as_it_is_written(path, tmp_path):
    text = path.read_text()
    with Muster() as server:
        machine = Machine(tmp_path, server)
        for key in (HERE / "keys").iterdir():
            shutil.copy(key, machine.work)
        machine.environment["PATH"] += f":{HERE / 'programs'}"
        played = play(text, machine)
    if os.environ.get("MUSTER_WRITE_TRANSCRIPTS"):
        path.write_text(played)
    assert played == text


def test_there_are_transcripts():
    assert len(TRANSCRIPTS) >= 10


def test_a_transcript_that_says_otherwise_is_told_apart(tmp_path):
    machine = Machine(tmp_path)
    text = "$ echo one; echo two >&2; exit 3\none\n! two\n[3]\n"
    assert play(text, machine) == text
    assert play(text.replace("one\n!", "three\n!"), machine) == text
