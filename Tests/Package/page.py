#!/usr/bin/env python3
"""Takes out of docs/operations.md what is for a machine with a systemd of its own, word for word: commands, and the files of
the first section. Usage: page.py PAGE COMMANDS; writes one file of commands for each block into the folder COMMANDS, in
the page's order."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Conformance/documents"))
sys.dont_write_bytecode = True
from markdown import blocks  # noqa: E402

REASON = "scripts/package-test.sh does this on a machine with a systemd of its own"
SECTION = "## Ten minutes"

page, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
text = page.read_text()
begin = text[: text.index(SECTION)].count("\n") + 1
end = begin + text[text.index(SECTION) + 1 :].split("\n## ")[0].count("\n")
for number, block in enumerate(blocks(text)):
    file = folder / f"{number:02}-line-{block.line}"
    if (block.mark, block.said) == ("not run", REASON):
        file.write_text(block.text)
    elif block.mark == "file" and begin < block.line < end:
        file.write_text(f"mkdir -p {pathlib.PurePath(block.said).parent}\ncat > {block.said} <<'END'\n{block.text}END\n")
assert len(list(folder.iterdir())) > 5, "the page has no commands for a machine"
