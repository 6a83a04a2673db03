"""The sentences that the sources say, as far as they are fixed there."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

WORDS = 3

# The most characters that are put in at one place; a list of all fields of a user has about 250.
BETWEEN = 300

# Reasons that become part of a sentence: what these are called with.
REASON = re.compile(r"\b(invalid|refusal|unusable|silence|fail)\([^\n]*$|\b(reason|CSVFault\(reason):\s*$")

# A full sentence, or one with a command or another sentence after it.
ENDED = re.compile(r"[.?!]$|[.?!:] [A-Z]")

# Texts that explain a command or an option, rather than answer somebody: what --help prints.
EXPLANATION = re.compile(r"(\b(abstract|discussion|usage|help|summary|valueName):|\b(ArgumentHelp|help)\()\s*$")


@dataclass(frozen=True)
class Sentence:
    """What one place of the sources says: its fixed pieces, in their order."""

    file: str
    line: int
    pieces: tuple

    def is_in(self, text):
        """Whether a text has all the pieces in their order, with no more than a few words between them."""
        pattern = f"[^\\0]{{0,{BETWEEN}}}?".join(map(re.escape, self.pieces))
        return re.search(pattern, text) is not None

    def __str__(self):
        return f"{self.file}:{self.line}: {' … '.join(self.pieces)}"


@dataclass
class Literal:
    start: int
    end: int
    pieces: list


def squashed(text):
    return re.sub(r"\s+", " ", text).strip()


def literals(source):
    """The string literals of a Swift file, those inside an interpolation as ones of their own."""
    found = []
    place = 0
    while place < len(source):
        if source.startswith("//", place):
            place = source.find("\n", place) % (len(source) + 1)
        elif source.startswith("/*", place):
            place = source.index("*/", place) + 2
        elif source[place] in '"#':
            place = literal(source, place, found)
        else:
            place += 1
    return sorted(found, key=lambda each: each.start)


def literal(source, start, found):
    """Reads the literal that begins at `start`, if one does, and returns where it ends."""
    opening = re.compile(r'(#*)("""|")').match(source, start)
    if opening is None:
        return start + 1
    hashes, quotes = opening.groups()
    close, escape = quotes + hashes, "\\" + hashes
    place, pieces = opening.end(), [""]
    while not source.startswith(close, place):
        if not source.startswith(escape, place):
            pieces[-1] += source[place]
            place += 1
            continue
        place += len(escape)
        if source[place] == "(":
            place = interpolation(source, place + 1, found)
            pieces.append("")
        elif source[place] == "u":
            place = source.index("}", place) + 1
            pieces.append("")
        else:
            pieces[-1] += {"n": " ", "t": " ", "\n": ""}.get(source[place], source[place])
            place += 1
    place += len(close)
    found.append(Literal(start, place, pieces))
    return place


def interpolation(source, place, found):
    """Reads what is inserted into a literal, to after its closing parenthesis."""
    depth = 1
    while depth:
        if source[place] == '"':
            place = literal(source, place, found)
            continue
        depth += {"(": 1, ")": -1}.get(source[place], 0)
        place += 1
    return place


def sentences(file, source):
    """The sentences of a file: literals, joined where `+` joins them, that end as a sentence does."""
    joined = []
    for each in literals(source):
        between = source[joined[-1].end : each.start] if joined else "-"
        if re.fullmatch(r"\s*\+\s*", between):
            joined[-1] = Literal(joined[-1].start, each.end, joined[-1].pieces + each.pieces)
        else:
            joined.append(each)
    for each in joined:
        pieces = tuple(piece for piece in map(squashed, each.pieces) if len(piece) > 5)
        text = squashed(" x ".join(each.pieces))
        before = source[max(0, each.start - 200) : each.start]
        if EXPLANATION.search(before) or not pieces:
            continue
        if len(text.split()) >= WORDS and (ENDED.search(text) or REASON.search(before)):
            yield Sentence(file, source.count("\n", 0, each.start) + 1, pieces)


def said(folder):
    """All that the tests of a folder expect or write: the commands of transcripts, and the strings of tests."""
    texts = []
    for path in folder.rglob("*.txt"):
        texts += path.read_text().replace("\n! ", "\n").split("\n$ ")
    for path in folder.rglob("*.py"):
        texts += filter(None, map(constant, ast.walk(ast.parse(path.read_text()))))
    return "\0".join(map(squashed, texts))


def constant(node):
    """The text of a string in a test, with a blank for each value that is put in."""
    if isinstance(node, ast.JoinedStr):
        return " ".join(filter(None, map(constant, node.values)))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
