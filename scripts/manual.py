#!/usr/bin/env python3
"""Writes the manual pages of a program that knows its own commands, one page a command.

Usage: muster --experimental-dump-help | manual.py FOLDER VERSION
"""

import json
import re
import sys
from pathlib import Path


def escaped(text):
    """A text as roff takes it: no escapes, requests or hyphenation of its own."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    text = text.replace("^", "\\(ha").replace("~", "\\(ti")
    text = "".join(each if ord(each) < 128 else f"\\[u{ord(each):04X}]" for each in text)
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def bold(text):
    return f"\\fB{escaped(text)}\\fR"


def italic(text):
    return f"\\fI{escaped(text)}\\fR"


def name_of(argument):
    """The argument's preferred name with its dashes."""
    name = argument["preferredName"]
    return ("--" if name["kind"] == "long" else "-") + name["name"]


def shown(argument):
    """Whether the help shows the argument."""
    return argument.get("shouldDisplay", True)


def synopsis(argument):
    """How the argument stands in a command line."""
    value = f"<{argument['valueName']}>"
    if argument["kind"] == "positional":
        text = italic(value) + (" ..." if argument["isRepeating"] else "")
    elif argument["kind"] == "flag":
        text = bold(name_of(argument))
    else:
        text = bold(name_of(argument)) + " " + italic(value)
        text += " ..." if argument["isRepeating"] else ""
    return f"[{text}]" if argument["isOptional"] else text


def described(argument):
    """The argument's names, and what it says of itself, as a tagged paragraph."""
    value = f"<{argument['valueName']}>"
    if argument["kind"] == "positional":
        tag = italic(value)
    else:
        names = sorted(
            (("--" if name["kind"] == "long" else "-") + name["name"] for name in argument["names"]),
            key=len,
        )
        tag = ", ".join(bold(name) for name in names)
        tag += "" if argument["kind"] == "flag" else " " + italic(value)
    words = [argument.get("abstract", "")]
    if argument.get("allValues"):
        words.append(f"Values: {', '.join(argument['allValues'])}.")
    if argument.get("defaultValue") and argument["kind"] != "flag":
        words.append(f"Default: {argument['defaultValue']}.")
    text = " ".join(word for word in words if word)
    return [".TP", tag, escaped(text) or "\\&"]


def paragraphs(text):
    """A text of several paragraphs; lines with commands keep their ends."""
    lines = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines.append(".PP")
        for number, line in enumerate(paragraph.splitlines()):
            if number and re.match(r"[A-Za-z]+: +", line):
                lines.append(".br")
            lines.append(escaped(line.strip()))
    return lines


def page(command, path, version, below):
    """One manual page."""
    name = "-".join(path)
    arguments = [argument for argument in command.get("arguments", []) if shown(argument)]
    lines = [f'.TH {escaped(name.upper())} 1 "" "{escaped("Muster " + version)}" "User Commands"']
    lines += [".SH NAME", f"{escaped(name)} \\- {escaped(command.get('abstract', '').rstrip('.'))}"]
    words = [bold(" ".join(path))]
    words += [italic("<subcommand>")] if below else [synopsis(argument) for argument in arguments]
    lines += [".SH SYNOPSIS", ".nh", *words, ".hy"]
    if command.get("discussion"):
        lines += [".SH DESCRIPTION", *paragraphs(command["discussion"])]
    for title, kinds in (("ARGUMENTS", ("positional",)), ("OPTIONS", ("option", "flag"))):
        chosen = [argument for argument in arguments if argument["kind"] in kinds]
        if chosen:
            lines.append(f".SH {title}")
            for argument in chosen:
                lines += described(argument)
    if below:
        lines.append(".SH COMMANDS")
        for each in below:
            lines += [".TP", bold(f"{name}-{each['commandName']}(1)"), escaped(each.get("abstract", ""))]
    if len(path) > 1:
        lines += [".SH SEE ALSO", bold("-".join(path[:-1]) + "(1)")]
    return "\n".join(lines) + "\n"


def write(command, path, folder, version):
    """Writes the page of a command and those of its commands. `help` needs none."""
    below = [
        each
        for each in command.get("subcommands", [])
        if shown(each) and each["commandName"] != "help"
    ]
    text = page(command, path, version, below)
    (folder / f"{'-'.join(path)}.1").write_text(text, encoding="ascii")
    for each in below:
        write(each, [*path, each["commandName"]], folder, version)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: muster --experimental-dump-help | manual.py FOLDER VERSION")
    command = json.load(sys.stdin)["command"]
    write(command, [command["commandName"]], Path(sys.argv[1]), sys.argv[2])


main()
