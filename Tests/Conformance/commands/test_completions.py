"""Completion scripts: bash completes with them, zsh and fish take them."""

import shutil

import pytest
from machine import Machine


@pytest.fixture
def alone(tmp_path):
    """A machine without a server, with the scripts in its folder."""
    machine = Machine(tmp_path)
    for shell in ("bash", "zsh", "fish"):
        text = machine.muster(f"completions {shell}")
        assert text.endswith("\n")
        (machine.work / f"muster.{shell}").write_text(text)
    return machine


def completed(machine, *words):
    """What bash offers for the last of some words."""
    array = " ".join(f"'{word}'" for word in words)
    line = " ".join(words)
    script = f"""
        source ./muster.bash
        name=$(complete -p muster | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        COMP_WORDS=({array}) COMP_CWORD={len(words) - 1} COMP_LINE='{line}' COMP_POINT={len(line)}
        "$name" muster '{words[-1]}' '{words[-2]}' 2> /dev/null
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = machine.run(script)
    assert done.returncode == 0, done.stderr
    return {word.strip() for word in done.stdout.split("\n")} - {""}


def test_bash_completes_commands(alone):
    offered = completed(alone, "muster", "")
    assert {"users", "serve", "backup", "restore", "check", "completions"} <= offered
    assert completed(alone, "muster", "ba") == {"backup"}


def test_bash_completes_the_commands_of_a_noun(alone):
    assert {"list", "add", "passwd", "unlock"} <= completed(alone, "muster", "users", "")


def test_bash_completes_options_and_their_values(alone):
    assert "--data-dir" in completed(alone, "muster", "backup", "--da")
    assert completed(alone, "muster", "users", "list", "--format", "") == {"table", "json", "csv"}
    assert completed(alone, "muster", "completions", "") == {"bash", "zsh", "fish"}


@pytest.mark.parametrize(
    "words, values",
    [
        (["users", "list", "--role"], {"read-only", "scan-operator", "administrator"}),
        (["users", "list", "--time"], {"iso", "epoch"}),
        (["users", "masks", "set", "--readbm"], {"Users", "Config", "all", "none"}),
        (["audit", "list", "--action"], {"user.create", "group.delete", "directory.restore"}),
        (["users", "import", "--mode"], {"create", "upsert"}),
        (["users", "import", "--on-error"], {"stop", "continue"}),
    ],
)
def test_bash_completes_the_words_that_an_option_takes(alone, words, values):
    assert values <= completed(alone, "muster", *words, "")


@pytest.mark.parametrize(
    "shell, option", [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")]
)
def test_each_shell_takes_its_script(alone, shell, option):
    assert shutil.which(shell), f"{shell} is not installed; see scripts/install.sh"
    done = alone.run(f"{shell} {option} muster.{shell}")
    assert (done.returncode, done.stderr) == (0, "")


def test_fish_completes_commands(alone):
    done = alone.run("fish --no-config -c 'source muster.fish; complete --do-complete \"muster ba\"'")
    assert done.returncode == 0 and "backup" in done.stdout, done


def test_zsh_loads_the_function(alone):
    (alone.work / "_muster").write_text((alone.work / "muster.zsh").read_text())
    script = "fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; print ${_comps[muster]}"
    done = alone.run(f"zsh -f -c '{script}'")
    assert (done.returncode, done.stdout.strip()) == (0, "_muster"), done


def test_another_shell_is_told_which_there_are(alone):
    done = alone.run("muster completions tcsh")
    assert done.returncode == 64 and "bash" in done.stderr and done.stdout == ""
