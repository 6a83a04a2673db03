"""The picture in README.md is what a terminal shows today."""

import re
import subprocess
import sys
from xml.etree import ElementTree

from muster import REPOSITORY, binary, environment

SCRIPT = REPOSITORY / "scripts/first-success.py"
PICTURE = REPOSITORY / "docs/assets/first-success.svg"


def test_the_picture_of_first_success_is_what_the_program_says():
    done = subprocess.run(
        [sys.executable, SCRIPT, "check"],
        env=environment() | {"MUSTER_BINARY": str(binary())},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_the_picture_is_plain_and_the_readme_says_in_words_what_it_shows():
    kinds = {element.tag.split("}")[1] for element in ElementTree.parse(PICTURE).iter()}
    assert kinds == {"svg", "title", "style", "rect", "text"}
    assert not re.search(r"url\(|@import|href", PICTURE.read_text())
    said = re.search(r"!\[([^\]]+)\]\(docs/assets/first-success\.svg\)", (REPOSITORY / "README.md").read_text())
    assert said and len(said[1]) > 40, said
