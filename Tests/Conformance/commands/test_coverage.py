"""Every command and every documented option is run by a test against a real server.

What a test runs is a text that names the command, in a transcript or in a test of this folder or of ssh's. An
option that many commands share, with the same help, is run with one of them at least.
"""

import ast
import json
import re
from pathlib import Path

import pytest
from machine import Machine

HERE = Path(__file__).parent
FOLDERS = [HERE, HERE.parent / "ssh", HERE.parent]

# Options of the parser itself.
OWN = {"help", "version", "help-hidden"}


def texts():
    """Everything that the tests run: the commands of transcripts, and the texts in the tests."""
    for path in (HERE / "transcripts").glob("*.txt"):
        for line in path.read_text().splitlines():
            if line.startswith("$ "):
                yield line[2:]
    for folder in FOLDERS:
        for path in folder.glob("*.py"):
            if path.name == Path(__file__).name:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                yield from said(node)


def said(node):
    """The text of a constant, of a text with values in it, or of a list of words."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "X" for part in node.values]
        yield "".join(parts)
    elif isinstance(node, (ast.List, ast.Tuple, ast.Call)):
        elements = node.args if isinstance(node, ast.Call) else node.elts
        words = [part for element in elements for part in said(element)]
        if words:
            yield " ".join(words)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield " ".join(part for side in (node.left, node.right) for part in said(side))


def leaves(command, words=()):
    """All commands that do something, with the words that name them."""
    words = (*words, command["commandName"])
    inner = [child for child in command.get("subcommands", []) if child["commandName"] != "help"]
    if not inner:
        yield words, command
    for child in inner:
        yield from leaves(child, words)


def options(command):
    """The options of a command as they are written, each with all its names and its help."""
    for argument in command.get("arguments", []):
        names = [name["name"] for name in argument.get("names", []) if name["kind"] == "long"]
        if argument["kind"] == "positional" or not argument.get("shouldDisplay", True):
            continue
        for name in names:
            if name not in OWN:
                yield name, argument.get("abstract", "")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    machine = Machine(tmp_path_factory.mktemp("tree"))
    return json.loads(machine.muster("--experimental-dump-help"))["command"]


def pattern(words):
    """A command in a text: its words, one after the other."""
    return re.compile(r"(?<![\w-])" + r"\s+".join(map(re.escape, words[1:])) + r"(?![\w-])")


def unrun(tree, texts):
    """The commands, and the options, that no text runs."""
    texts = list(texts)
    commands, missing, seen = [], {}, set()
    for words, command in leaves(tree):
        mine = [text for text in texts if pattern(words).search(text)]
        if not mine:
            commands.append(" ".join(words))
        for name, help in options(command):
            key = (name, help)
            if any(re.search(rf"--{re.escape(name)}(?![\w-])", text) for text in mine):
                seen.add(key)
            else:
                missing.setdefault(key, " ".join(words) + f" --{name}")
    return commands, [line for key, line in missing.items() if key not in seen]


def test_every_command_and_every_option_is_run(tree):
    assert unrun(tree, texts()) == ([], [])


def test_a_command_and_an_option_that_nothing_runs_are_told(tree):
    users = next(child for child in tree["subcommands"] if child["commandName"] == "users")
    argument = {"kind": "flag", "names": [{"kind": "long", "name": "frob"}], "abstract": "Frobs."}
    users["subcommands"].append({"commandName": "frob", "arguments": []})
    users["subcommands"][0].setdefault("arguments", []).append(argument)
    try:
        commands, missing = unrun(tree, texts())
        assert "muster users frob" in commands
        assert [line for line in missing if line.endswith("--frob")]
    finally:
        users["subcommands"].pop()
        users["subcommands"][0]["arguments"].pop()


def test_help_names_the_values_that_an_option_takes(tree):
    """Options of a few words list them; roles among them."""
    for words, command in leaves(tree):
        for argument in command.get("arguments", []):
            values = argument.get("allValues", [])
            for name in argument.get("names", []):
                if words[1:] == ("store", "copy") and name["name"] == "from":
                    continue  # a place, not a word
                if name["name"] in ("role", "format", "sort", "mode", "on-error", "from", "time"):
                    assert values, (words, name)


def test_every_command_refuses_what_it_does_not_know_in_one_sentence(tree, tmp_path):
    machine = Machine(tmp_path / "typist")
    for words, _ in leaves(tree):
        sentence = machine.refusal(" ".join(words[1:]) + " -Z", 64)
        assert sentence.endswith(f" See: {' '.join(words)} --help"), sentence
