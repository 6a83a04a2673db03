"""The fenced blocks of a document, and what its marks say of them.

A mark is a comment of HTML on the line right above a block, so that readers do not see it:

- `not run: REASON`: the block is not for this test.
- `file: PATH`: the reader has a file of this name with this content.
- `printed`: what the block of commands before it prints.
- `refused`: the server refuses the commands; what they print is compared all the same.
- `runs on`: the one command goes on in another terminal until the end of the document.
- `serves`: each line serves until it is ended.
"""

import re
from dataclasses import dataclass

MARK = re.compile(r"<!-- (not run|file|printed|refused|runs on|serves)(?:: (.*))? -->")
FENCE = re.compile(r" *```(.*)")


@dataclass
class Block:
    """A fenced block: where it begins, its language, its text and its mark."""

    line: int
    language: str
    text: str
    mark: str = ""
    said: str = ""

    @property
    def is_commands(self):
        return self.language in ("sh", "console", "bash")


def blocks(text):
    """The fenced blocks of a document, in order."""
    found, lines, opened = [], [], None
    before = ""
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.fullmatch(line)
        if fence and opened is None:
            mark = MARK.fullmatch(before.strip())
            said = [part or "" for part in mark.groups()] if mark else []
            opened = Block(number, fence[1].strip(), "", *said)
            lines = []
        elif fence:
            opened.text = "".join(f"{each}\n" for each in lines)
            found.append(opened)
            opened = None
        elif opened is not None:
            lines.append(line)
        before = line
    assert opened is None, f"line {opened.line}: a block without an end"
    return found


def steps(block):
    """A block as (commands, what they print or None).

    In `console` a line with `$ ` in front is a command, the lines after it are its output.
    """
    if block.language != "console":
        return [(block.text, None)]
    found, continues = [], False
    for line in block.text.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append([line[2:], ""])
        elif continues:
            found[-1][0] += line
        else:
            assert found, f"line {block.line}: output before the first command"
            found[-1][1] += line
        continues = line.endswith("\\\n") and not (found[-1][1] if found else "")
    return [tuple(step) for step in found]


# What differs by run: identifiers, digests, tokens, times.
SHAPES = [
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "TIME"),
    (r"\b[0-9a-f]{16,}\b", "HEX"),
    (r"\b1[0-9]{12}\b", "MILLISECONDS"),
]


def is_printed(shown, printed):
    """Whether a text was printed as a document shows it; `...` stands for anything."""
    texts = []
    for text in (shown, printed):
        for shape, name in SHAPES:
            text = re.sub(shape, name, text)
        texts.append("\n".join(line.rstrip() for line in text.strip().splitlines()))
    pattern = ".*".join(re.escape(part) for part in re.split(r"\.\.\.", texts[0]))
    return re.fullmatch(pattern, texts[1], re.S) is not None
