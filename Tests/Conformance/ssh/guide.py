"""The files on the page docs/ssh.md, so that what the page says is what is tested."""

import re

from muster import REPOSITORY

PAGE = REPOSITORY / "docs/ssh.md"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def block(mark):
    """The one code block of the page that holds `mark`."""
    blocks = [text for _, text in FENCE.findall(PAGE.read_text()) if mark in text]
    assert len(blocks) == 1, f"{PAGE}: {len(blocks)} blocks hold {mark!r}"
    return blocks[0]
