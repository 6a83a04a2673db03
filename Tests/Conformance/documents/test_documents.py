"""Every command of every document runs as printed, in order, from top to bottom, on a fresh directory."""

import re
import shutil

import pytest
from markdown import blocks, is_printed, steps
from muster import REPOSITORY
from reader import Reader

DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
NAMES = [path.name for path in DOCUMENTS]

# What a document says that its reader has: a directory, a server.
INIT = "muster init --data-dir ./muster-data --admin admin@example.com\n"
SERVED = INIT + "muster serve --data-dir ./muster-data &\n"
GIVEN = {
    "http-api.md": SERVED,
    "activelogic-api.md": SERVED,
    "import.md": SERVED,
    "ldap.md": INIT,
    "radius.md": INIT,
    "scim.md": INIT,
    "second-factor.md": INIT,
    "operations.md": """
        echo '{}' > /etc/muster.json
        muster init --data-dir /var/lib/muster --admin admin@example.com
        muster users add jane@example.com --no-password --data-dir /var/lib/muster
    """,
}
# Blocks of commands that are not for a test, each with its reason in the document.
NOT_RUN = {
    "README.md": 1,
    "benchmarks.md": 1,
    "cluster.md": 5,
    "import.md": 1,
    "operations.md": 12,
    "radius.md": 3,
    "scaling.md": 1,
    "second-factor.md": 5,
    "ssh.md": 5,
    "threat-model.md": 2,
}
# Languages of blocks that hold no commands. Swift is compiled, and files of ssh.md and cluster.md are tried, by other tests.
OTHERS = {"json", "yaml", "swift", "text", "python", "csv", "sql", "ini", "haproxy"}


def known(path):
    return blocks(path.read_text())


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_the_commands_of_a_document_run_as_printed(path, tmp_path):
    names, last, faults = {}, "", []
    with Reader(tmp_path / "reader") as reader:
        if path.name == "README.md":
            shutil.copy(REPOSITORY / "Makefile", reader.work)
            shutil.copytree(REPOSITORY / "scripts", reader.work / "scripts")
        if path.name in GIVEN:
            failed = reader.types(GIVEN[path.name])[1]
            assert failed == "", failed + reader.shown
        for block in known(path):
            here = f"{path.name}, line {block.line}"
            if block.mark == "not run":
                continue
            if block.mark == "file":
                reader.write(block.said, block.text)
            elif block.mark == "printed":
                if not is_printed(reader.own(block.text), last):
                    faults.append(f"{here}: printed was\n{last}")
            elif block.language == "python":
                exec(compile(reader.own(block.text), here, "exec"), names)
            elif block.mark == "runs on":
                reader.starts(block.text)
            elif block.mark == "serves":
                for line in block.text.splitlines():
                    reader.starts(line)
                    reader.ends()
            elif block.is_commands:
                for commands, shown in steps(block):
                    begin = len(reader.shown)
                    last, failed = reader.types(commands)
                    if bool(failed) != (block.mark == "refused"):
                        faults.append(f"{here}: {failed}{last[-500:]}{reader.shown[begin:][-500:]}")
                    if shown and not is_printed(reader.own(shown), last):
                        faults.append(f"{here}: printed was\n{last}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_every_block_says_what_it_is(path):
    for block in known(path):
        assert block.is_commands or block.language in OTHERS, (path.name, block.line)
        assert block.mark not in ("not run", "file") or block.said, (path.name, block.line)
        if block.language == "text":
            command = re.search(r"^\s*(\$ |curl |muster |make |sudo )", block.text, re.M)
            assert block.mark or not command, (path.name, block.line, command and command[0])


def test_few_blocks_are_not_run():
    count = {
        path.name: sum(block.mark == "not run" for block in known(path)) for path in DOCUMENTS
    }
    assert {name: number for name, number in count.items() if number} == NOT_RUN


def test_most_blocks_of_commands_are_run():
    count = sum(
        block.is_commands and block.mark != "not run" for path in DOCUMENTS for block in known(path)
    )
    assert count >= 45, count


@pytest.mark.parametrize(
    "shown, printed, same",
    [
        ('{"token":"..."}', '{"token":"2d0b8a6f"}\n', True),
        ('{"id":3}', '{"id":4}', False),
        ("4f1c0e6a4f1c0e6a", "9a7c5e3d9a7c5e3d00", True),
        ("2026-01-31T12:00:00Z", "2027-02-28T23:59:59Z", True),
        ('{"a":1}', '{"a":1,"b":2}', False),
    ],
)
def test_output_is_compared_but_for_what_differs_by_run(shown, printed, same):
    assert is_printed(shown, printed) is same
