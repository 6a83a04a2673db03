"""Questions at a terminal say what is at stake, and what is typed there and cannot be taken is told."""

import json
import shutil
from pathlib import Path

import pytest
from folders import CHEAP, found
from machine import Machine
from terminal import Terminal

from muster import unique_username


@pytest.mark.parametrize(
    "line, question",
    [
        ("apikeys revoke NAME", "End the API keys of NAME (id ID)? [y/N] "),
        ("apikeys rotate NAME", "End the API keys that NAME (id ID) has now? [y/N] "),
        ("groups remove NAME", "Remove the group NAME (id ID)? [y/N] "),
        ("keys remove NAME key.pub", "Take the key "),
        ("sessions revoke --user NAME", "End all sessions of NAME (id ID)? [y/N] "),
        ("users remove NAME", "Remove NAME (id ID)? [y/N] "),
    ],
)
def test_a_question_says_what_is_lost_and_no_answer_is_a_no(machine, line, question):
    name = unique_username("asked")
    number = machine.muster(f"users add {name} --no-password --quiet").strip()
    machine.muster(f"apikeys rotate {name}")
    shutil.copy(Path(__file__).parent / "keys/jane.pub", machine.work / "key.pub")
    machine.muster(f"keys add {name} key.pub")
    if line.startswith("groups"):
        number = machine.muster(f"groups add {name} --quiet").strip()
    with Terminal(machine, *line.replace("NAME", name).split()) as terminal:
        terminal.wait_for(question.replace("NAME", name).replace("ID", number))
        terminal.type("\n")
        assert "muster: Nothing was changed." in terminal.end(1)


def test_whoever_gives_up_the_administration_is_asked(machine, account):
    deputy = account(64)
    keys = {"MUSTER_ACCESS_KEY": deputy.keys[0], "MUSTER_SECRET_KEY": deputy.keys[1]}
    with Terminal(machine, "users", "edit", deputy.username, "--role", "basic", **keys) as terminal:
        terminal.wait_for("is yourself, and may not administer users afterwards. Go on? [y/N] ")
        terminal.type("n\n")
        assert "Nothing was changed." in terminal.end(1)


def test_whoever_gives_up_the_administration_by_an_import_is_asked(machine, account):
    deputy = account(64)
    keys = {"MUSTER_ACCESS_KEY": deputy.keys[0], "MUSTER_SECRET_KEY": deputy.keys[1]}
    own = {"username": deputy.username, "role": "basic"}
    new = {"username": unique_username("new")}
    (machine.work / "own.jsonl").write_text(f"{json.dumps(new)}\n{json.dumps(own)}\n")
    line = "users import own.jsonl --mode upsert"
    question = f"{deputy.username} (id {deputy.id}) is yourself, and may not administer users afterwards. Go on? [y/N] "
    with Terminal(machine, *line.split(), **keys) as terminal:
        terminal.wait_for(question)
        terminal.type("n\n")
        assert "muster: Nothing was changed." in terminal.end(1)
    assert "There is no terminal to ask at" in machine.refusal(line, 64, **keys)
    machine.refusal(f"users show {new['username']}", 67)
    done = machine.run(f"muster {line} --on-error continue", **keys)
    assert done.returncode == 65 and "Created 1" in done.stdout
    assert "line 2, role: This user is yourself" in done.stderr and "--yes" in done.stderr
    done = machine.run(f"cat own.jsonl | muster users import - --from jsonl --mode upsert", **keys)
    assert done.returncode == 65 and "line 2, role: This user is yourself" in done.stderr
    with Terminal(machine, *line.split(), **keys) as terminal:
        terminal.wait_for(question)
        terminal.type("y\n")
        assert "changed 1, already as they should be 1, failed 0." in terminal.end(0)


@pytest.mark.parametrize(
    "first, second, code, sentence",
    [
        ("one\n", "two\n", 65, "The two are not the same. Nothing was changed."),
        ("a\x1ab\n", None, 65, "The answer holds control characters, or is no UTF-8."),
        ("\x03", None, 130, "Ended at the prompt. Nothing was changed."),
    ],
)
def test_what_is_typed_at_a_prompt_and_cannot_be_taken_is_told(machine, first, second, code, sentence):
    name = unique_username("typist")
    machine.muster(f"users add {name} --no-password")
    with Terminal(machine, "users", "passwd", name) as terminal:
        terminal.answer("New password", first, is_silent=True)
        if second:
            terminal.answer("The same again: ", second, is_silent=True)
        assert f"muster: {sentence}\n" in terminal.end(code)


def test_a_backup_does_not_go_to_a_terminal(tmp_path):
    alone = Machine(tmp_path)
    alone.environment |= CHEAP
    found(alone)
    with Terminal(alone, "backup", "--data-dir", "data", "-") as terminal:
        assert terminal.end(64) == (
            "muster: A backup is nothing for a terminal. Name a file, or send standard output to one.\n"
        )
