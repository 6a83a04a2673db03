"""`make install`: the program, its manual pages and its completions are where a system looks for them."""

import json
import os
import subprocess

import pytest
from muster import REPOSITORY, binary, environment

SHELLS = {
    "bash": "share/bash-completion/completions/muster",
    "zsh": "share/zsh/site-functions/_muster",
    "fish": "share/fish/vendor_completions.d/muster.fish",
}


def make(target, root, **variables):
    """Runs `make TARGET` for a folder in place of the system's root."""
    words = [f"{name}={value}" for name, value in variables.items()]
    return subprocess.run(
        ["make", "-s", target, f"DESTDIR={root}", *words],
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )


def files(root):
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A root with Muster in `/opt/muster`."""
    place = tmp_path_factory.mktemp("root")
    done = make("install", place, PREFIX="/opt/muster", BINARY=binary())
    assert done.returncode == 0, done.stdout + done.stderr
    return place / "opt/muster"


def output(*words):
    return subprocess.run(words, env=environment(), check=True, capture_output=True, text=True).stdout


def commands(command, path=()):
    """The names of all commands that the help shows, with dashes between."""
    names = (*path, command["commandName"])
    found = {"-".join(names)}
    for each in command.get("subcommands", []):
        if each.get("shouldDisplay", True) and each["commandName"] != "help":
            found |= commands(each, names)
    return found


def test_the_installed_program_is_the_same_one_without_symbols(root):
    program = root / "bin/muster"
    assert output(program, "--version") == output(binary(), "--version")
    assert output(program, "--help") == output(binary(), "--help")
    assert program.stat().st_size < binary().stat().st_size
    assert program.stat().st_mode & 0o777 == 0o755
    assert "no symbols" in subprocess.run(["nm", program], capture_output=True, text=True).stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_a_completion_is_what_the_program_prints(root, shell):
    text = (root / SHELLS[shell]).read_text()
    assert text == output(binary(), "completions", shell)
    script = output(binary(), "--generate-completion-script", shell)
    assert text.strip() == script.strip()


def test_every_command_has_a_manual_page(root):
    tree = json.loads(output(binary(), "--experimental-dump-help"))["command"]
    pages = {path.name.removesuffix(".1") for path in (root / "share/man/man1").iterdir()}
    assert pages == commands(tree)
    assert len(pages) > 40


def test_manual_pages_are_without_fault_and_say_what_the_help_says(root):
    for page in sorted((root / "share/man/man1").iterdir()):
        done = subprocess.run(
            ["groff", "-man", "-Tutf8", "-P-c", "-P-b", "-P-u", "-ww", page],
            env=environment(),
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, ""), page.name
        assert "NAME" in done.stdout and "SYNOPSIS" in done.stdout, page.name
    page = root / "share/man/man1/muster-users-list.1"
    text = output("groff", "-man", "-Tascii", "-P-c", "-P-b", "-P-u", page)
    for word in ("--filter", "--role", "--unused-since", "table, json, csv", "muster-users(1)"):
        assert word in text, (word, text)


def test_uninstalling_leaves_other_programs_files_alone(tmp_path):
    strange = tmp_path / "usr/local/share/man/man1/musterling.1"
    strange.parent.mkdir(parents=True)
    strange.write_text("of another program\n")
    done = make("install", tmp_path, BINARY=binary())
    assert done.returncode == 0, done.stderr
    assert "usr/local/bin/muster" in files(tmp_path)
    done = make("uninstall", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"install: removed Muster from {tmp_path}/usr/local\n"
    assert files(tmp_path) == {str(strange.relative_to(tmp_path))}
    # The system's own folders stay, those that only completions need do not.
    assert (tmp_path / "usr/local/bin").is_dir()
    assert os.listdir(tmp_path / "usr/local/share") == ["man"]


def test_uninstalling_leaves_no_folder_of_a_prefix_that_was_its_own(tmp_path):
    (tmp_path / "opt").mkdir()
    done = make("install", tmp_path, PREFIX="/opt/muster", BINARY=binary())
    assert done.returncode == 0 and (tmp_path / "opt/muster/bin/muster").exists(), done.stderr
    (tmp_path / "opt/muster/bin/other").write_text("of another program\n")
    assert make("uninstall", tmp_path, PREFIX="/opt/muster").returncode == 0
    assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))] == [
        "opt",
        "opt/muster",
        "opt/muster/bin",
        "opt/muster/bin/other",
    ]
    (tmp_path / "opt/muster/bin/other").unlink()
    (tmp_path / "opt/muster/bin/muster").write_text("a program\n")
    assert make("uninstall", tmp_path, PREFIX="/opt/muster").returncode == 0
    assert os.listdir(tmp_path / "opt") == []


def test_where_there_is_nothing_to_uninstall_that_is_said(tmp_path):
    (tmp_path / "opt/bin").mkdir(parents=True)
    done = make("uninstall", tmp_path, PREFIX="/opt")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"install: there is no Muster in {tmp_path}/opt; nothing was removed\n"
    assert (tmp_path / "opt/bin").is_dir()


def test_without_a_binary_nothing_is_installed_and_the_sentence_says_what_to_do(tmp_path):
    done = make("install", tmp_path, BINARY=tmp_path / "nothing")
    assert done.returncode != 0
    assert f"there is no {tmp_path}/nothing; run 'make build' first" in done.stderr
    assert files(tmp_path) == set()


@pytest.mark.parametrize("prefix", ["local", "", "./usr"])
@pytest.mark.parametrize("target", ["install", "uninstall"])
def test_a_prefix_that_is_no_path_from_the_root_is_refused(tmp_path, target, prefix):
    done = make(target, tmp_path, PREFIX=prefix, BINARY=binary())
    assert done.returncode != 0 and f"PREFIX has to begin with /, and is '{prefix}'" in done.stderr
    assert os.listdir(tmp_path) == []
