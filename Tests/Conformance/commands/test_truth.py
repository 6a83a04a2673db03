"""What the command line says is so: audit filters, lists, widths, times, files, options and commands."""

import csv
import gzip
import io
import json
import time

import pytest
from folders import CHEAP, found
from machine import Machine
from terminal import Terminal

from muster import PASSWORD, Muster, until


def records(text):
    return list(csv.DictReader(io.StringIO(text)))


# Audit


def test_an_event_is_found_by_the_time_that_is_shown(own):
    own.muster("users add timely --no-password")
    [event] = records(own.muster("audit list --target timely --format csv"))
    shown = event["received"]

    def count(comparison):
        query = f"f=target_name.eq:timely&f=date.{comparison}:{shown}"
        answer = own.server.request("GET", f"/audit-log/v1/events?{query}")
        return answer.json()["pagination"]["total"]

    counts = {name: count(name) for name in ("eq", "gte", "lte", "gt", "lt")}
    assert counts == {"eq": 1, "gte": 1, "lte": 1, "gt": 0, "lt": 0}
    line = f"audit list --target timely --since {shown} --until {shown} --quiet"
    assert own.muster(line) == event["id"] + "\n"
    day = shown[:10]
    assert own.muster(f"audit list --target timely --since {day} --until {day} --quiet") == event["id"] + "\n"
    assert own.muster("audit list --target timely --until 2001-01-01 --quiet") == ""


@pytest.mark.parametrize("day", ["2026-02-30", "2026-02-30T12:00:00Z", "2025-02-29", "yesterday"])
def test_a_day_that_there_is_not_is_refused_and_quoted(own, day):
    for option in ("--since", "--until"):
        done = own.run(f"muster audit list {option} {day}")
        assert done.returncode == 64 and f'not "{day}"' in done.stderr
    done = own.run(f"muster users list --unused-since {day}")
    assert done.returncode == 64 and f'not "{day}"' in done.stderr
    answer = own.server.request("GET", f"/audit-log/v1/events?f=date.gt:{day}")
    assert answer.status_code == 400 and day in answer.text


def test_who_is_deleted_or_renamed_is_found_by_the_name_that_the_log_kept(own):
    own.muster("users add gone --no-password")
    own.muster("users remove gone --yes")
    own.muster("users add old --no-password")
    own.muster("users rename old new")
    own.muster("users disable new")

    def actions(line):
        return [event["action"] for event in records(own.muster(f"audit list {line} --format csv"))]

    assert actions("--target gone") == ["user.create", "user.delete"]
    assert actions("--target GONE") == ["user.create", "user.delete"]
    assert actions("--target old") == ["user.create", "user.update"]
    assert actions("--target new") == ["user.create", "user.update", "user.update"]
    uuid = json.loads(own.muster("users show new --format json"))["uuid"]
    assert actions(f"--target {uuid}") == actions("--target new")
    assert own.refusal("audit list --target never", 67) == (
        "Neither the directory nor the audit log has a user never."
    )
    assert own.refusal("audit list --user 9999", 67) == (
        "Neither the directory nor the audit log has a user 9999."
    )
    assert "user.delete" in actions("--user admin@example.com")


# Lists


def test_lists_are_chosen_by_the_server(own):
    own.muster("users add boss --no-password --role administrator")
    own.muster("users add shut --no-password --disabled --email shut@example.org")
    own.muster("users twofactor set shut --email")
    own.muster("users add locked --password-stdin", stdin=PASSWORD + "\n")
    for _ in range(6):
        own.server.login("locked", "wrong")

    def names(options):
        return {row["username"] for row in records(own.muster(f"users list {options} --format csv"))}

    everybody = names("")
    assert names("--role administrator") == {"admin@example.com", "boss"}
    assert names("--role 64 --disabled") == set()
    assert "shut" in names("--disabled") and "boss" not in names("--disabled")
    assert names("--locked") == {"locked"}
    assert names("--no-factor") == everybody - {"shut"}
    assert names("--unused-since 2001-01-01") == set()
    # The moment is one of whole seconds, and they were made in this one.
    made = {"boss", "shut", "locked"}
    until(lambda: names("--unused-since 0s") >= made, 60, "a second later they are unused")
    own.muster("users unlock locked")
    assert names("--locked") == set()
    answer = own.server.request("GET", "/muster/v1/users?role=administrator&limit=1")
    assert answer.json()["total"] == 2
    for name, value in (("role", "boss"), ("enabled", "yes"), ("locked", "false"), ("unused_since", "1h")):
        answer = own.server.request("GET", f"/muster/v1/users?{name}={value}")
        assert answer.status_code == 400 and name in answer.text


def test_groups_are_renamed_and_keys_revoked(own):
    own.muster("groups add Before")
    assert "Renamed the group Before" in own.muster("groups rename Before After")
    own.refusal("groups remove Before --yes", 67)
    own.muster("groups remove After --yes")
    own.muster("users add keyed --no-password")
    pair = json.loads(own.muster("apikeys rotate keyed --format json"))
    keys = {"MUSTER_ACCESS_KEY": pair["access_key"], "MUSTER_SECRET_KEY": pair["secret_key"]}
    own.muster("whoami", **keys)
    own.refusal("apikeys revoke keyed", 64)
    assert "Revoked the API keys of keyed" in own.muster("apikeys revoke --yes keyed")
    own.refusal("whoami", 77, **keys)
    assert "Nothing was changed." in own.refusal("apikeys revoke --yes keyed", 67)
    event = records(own.muster("audit list --target keyed --limit 1 --format csv"))[0]
    assert event["details"] == "api_keys=revoked"


def test_the_last_way_of_the_last_administrator_is_not_revoked(tmp_path):
    with Muster(CHEAP) as server:
        machine = Machine(tmp_path / "last", server)
        machine.muster("apikeys rotate admin@example.com --yes --format json > keys.json")
        keys = json.loads((machine.work / "keys.json").read_text())
        machine.environment["MUSTER_ACCESS_KEY"] = keys["access_key"]
        machine.environment["MUSTER_SECRET_KEY"] = keys["secret_key"]
        # With a password the keys are not the only way in.
        machine.muster("users add second --no-password --role administrator")
        pair = json.loads(machine.muster("apikeys rotate second --format json"))
        second = {"MUSTER_ACCESS_KEY": pair["access_key"], "MUSTER_SECRET_KEY": pair["secret_key"]}
        machine.muster("users disable admin@example.com", **second)
        assert "last enabled administrator" in machine.refusal("apikeys revoke --yes second", 1, **second)


def test_profiles_are_listed_and_forgotten(own):
    for name in ("one", "two"):
        own.muster(
            f"login admin@example.com --password-stdin --profile {name}",
            stdin=own.server.admin["password"] + "\n",
        )
    listed = records(own.muster("profiles list --format csv"))
    assert [(row["name"], row["username"], row["credentials"]) for row in listed] == [
        ("one", "admin@example.com", "session"), ("two", "admin@example.com", "session")
    ]
    assert "token" not in own.muster("profiles list --format json")
    own.refusal("profiles remove one three", 67)
    assert own.muster("profiles list --quiet") == "one\ntwo\n"
    assert own.muster("profiles remove one") == "Forgot the profile one.\n"
    assert own.muster("profiles list --quiet") == "two\n"


# Widths and times


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("command", [["audit", "list"], ["sessions", "list"], ["users", "list"], ["groups", "list"]])
def test_a_table_is_no_wider_than_its_terminal(own, command, width):
    own.server.login("admin@example.com", own.server.admin["password"])
    own.muster("users add a-user-name-that-is-rather-long@a-domain.example.com --no-password || true")
    with Terminal(own, *command, COLUMNS=str(width), NO_COLOR="1") as terminal:
        terminal.end(0)
        lines = terminal.shown.replace("\r", "").splitlines()
        assert len(lines) > 1 and max(map(len, lines)) <= width, lines
    assert "\u2026" not in own.muster(" ".join(command), COLUMNS=str(width)), "a pipe has no width"


def test_times_are_written_as_asked_for(own):
    own.muster("users add timed --no-password")

    def created(options, **zone):
        [row] = records(own.muster(f"users list --filter timed --format csv {options}", **zone))
        return row["created_at"]

    epoch = int(created(""))
    iso = created("--time iso")
    assert created("--time epoch") == str(epoch)
    assert iso == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch // 1000))
    assert json.loads(own.muster("users show timed --format json --time iso"))["created_at"] == iso
    event = "audit list --target timed --limit 1 --format csv --time"
    assert records(own.muster(f"{event} epoch"))[0]["received"] == str(epoch // 1000 * 1000)
    there = "Asia/Kolkata"
    local = time.strftime("%Y-%m-%dT%H:%M:%S+05:30", time.gmtime(epoch // 1000 + 19800))
    assert local in own.muster("users show timed", TZ=there)
    assert local in own.muster("audit list --target timed", TZ=there)
    assert iso in own.muster("users show timed --time iso", TZ=there)


# Files


def test_a_backup_goes_to_standard_output(alone):
    found(alone)
    done = alone.run("muster backup --data-dir data - > copy; ls")
    assert done.returncode == 0 and "-\n" not in done.stdout, done
    assert done.stderr.startswith("-: 1 user, ")
    assert "ok" in alone.muster("check --backup copy --format csv")
    alone.muster("restore copy --data-dir again")
    assert alone.run("muster backup --data-dir data - --quiet | wc -c").stdout.strip() != "0"
    assert [path.name for path in alone.work.glob("*partial*")] == []


def test_a_backup_is_nothing_for_a_terminal(alone):
    found(alone)
    with Terminal(alone, "backup", "--data-dir", "data", "-") as terminal:
        terminal.end(64)
        assert "nothing for a terminal" in terminal.shown


STRANGERS = {
    "empty": (b"", "empty"),
    "text": ("Grüße\n".encode(), "text"),
    "gzip": (gzip.compress(b"x" * 100), "compressed by gzip; unpack it first"),
    "zip": (b"PK\x03\x04" + bytes(60), "a ZIP archive; unpack it first"),
    "export.jsonl": (b'{"username":"ann"}\n', "an export of users; for that, use: muster users import"),
    "export.csv": (b"username,name\nann,Ann\n", "an export of users; for that, use: muster users import"),
    "bytes": (bytes(range(256)), "no database of SQLite"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_restore_of_something_else_says_what_it_is(alone, name):
    data, noun = STRANGERS[name]
    (alone.work / name).write_bytes(data)
    sentence = alone.refusal(f"restore {name} --data-dir new", 65)
    assert sentence == f"{name} is no backup of muster: it is {noun}. Nothing was changed."
    assert not (alone.work / "new").exists()


def test_a_restore_says_what_stands_there_instead(alone):
    found(alone)
    assert "it is a folder." in alone.refusal("restore data --data-dir new", 65)
    assert "as long as a master key" in alone.refusal("restore data/master.key --data-dir new", 65)
    assert alone.refusal("restore nowhere --data-dir new", 66) == "nowhere is not there."
    assert "needs a file" in alone.refusal("restore - --data-dir new", 64)
    assert "cannot be read: Not a directory" in alone.refusal("restore data/master.key/x --data-dir new", 66)


def test_a_certificate_file_that_is_none_is_told_as_what_it_is(alone):
    (alone.work / "text").write_text("text")
    for name, told in (("nofile", "There is no file nofile."), (".", ". is a folder, and no file."),
                       ("text", "The file text has no PEM certificate in it.")):
        sentence = alone.refusal(f"whoami --url https://localhost:1 --ca {name}", 66)
        assert sentence == f"{told} It is named by --ca, MUSTER_CA or the profile."


# Commands and options that there are none of


@pytest.mark.parametrize(
    "line, told",
    [
        ("users edit jane --roel standard", "muster users edit has no option --roel. Did you mean --role? "
         "See: muster users edit --help"),
        ("users edit jane --frobnicate", "muster users edit has no option --frobnicate. See: muster users edit --help"),
        ("users edit jane --frobnicate=1", "muster users edit has no option --frobnicate. See: muster users edit --help"),
        ("usres list", "There is no command muster usres. Did you mean muster users? See: muster --help"),
        ("users lsit", "There is no command muster users lsit. Did you mean muster users list? See: muster users --help"),
        ("users delete ann", "There is no command muster users delete. Did you mean muster users remove? "
         "See: muster users --help"),
        ("group list", "There is no command muster group. Did you mean muster groups? See: muster --help"),
        ("groups members zzzzzz", "There is no command muster groups members zzzzzz. See: muster groups members --help"),
        ("--data-dir x users list", "muster has no option --data-dir; options stand after the command. "
         "See: muster --help"),
        ("users masks set ann --no-such", "muster users masks set has no option --no-such. "
         "See: muster users masks set --help"),
    ],
)
def test_what_is_mistyped_is_told_as_unknown(alone, line, told):
    assert alone.refusal(line, 64) == told


@pytest.mark.parametrize(
    "line, told",
    [
        ("users edit jane", "Say what to change, such as --role or --name. See: muster users edit --help"),
        ("users add", "Missing expected argument '<username>'. See: muster users add --help"),
        ("users show ''", "The value '' is invalid for '<user>'. See: muster users show --help"),
        ("users list --filter ''", "--filter is empty. Leave it out for all users. See: muster users list --help"),
        *(
            (
                f"users {line} --hosts '{hosts}'",
                "--hosts has an empty place in it. Say addresses and networks between commas, or any for anywhere. "
                f"See: muster users {line.split()[0]} --help",
            )
            for line in ("add ann", "edit ann")
            for hosts in ("", ",", "10.0.0.0/8,", "10.0.0.0/8,,192.0.2.7")
        ),
        ("users list -z", "Unknown option '-z'. See: muster users list --help"),
        ("users list --limit 0", "--limit is a number from 1. See: muster users list --help"),
        ("users list --limit -1", "--limit is a number from 1. See: muster users list --help"),
        ("audit list --limit -1", "--limit is a number from 1. See: muster audit list --help"),
        ("users list --limit x", "The value 'x' is invalid for '--limit <n>'. See: muster users list --help"),
        ("keys list a b", "Unexpected argument 'b'. See: muster keys list --help"),
        ("users import -", "Say with --from csv or --from jsonl what the file is. See: muster users import --help"),
        ("users passwd -- $'two\\nlines' x", "Unexpected argument 'x'. See: muster users passwd --help"),
    ],
)
def test_every_fault_of_a_command_line_is_one_sentence(alone, line, told):
    assert alone.refusal(line, 64) == told


def test_a_list_of_values_is_in_the_sentence(alone):
    assert alone.refusal("users list --role $'x\\ny'", 64) == (
        "The value 'x y' is invalid for '--role <role>'. Please provide one of the following: read-only, basic, "
        "scan-operator, standard, scan-manager, administrator. See: muster users list --help"
    )


def test_what_is_no_file_is_told_before_what_it_is_called(alone):
    (alone.work / "folder").mkdir()
    assert alone.refusal("users import folder", 66, MUSTER_URL="http://127.0.0.1:1") == "folder is a folder, and no file."
    assert alone.refusal("users import nofile", 66) == "nofile cannot be read: No such file or directory."


@pytest.mark.parametrize("line", ["--help", "users --help", "help users", "users list -h", "--version", ""])
def test_help_that_cannot_be_written_is_told(alone, line):
    done = alone.run(f"muster {line} > /dev/full")
    assert (done.returncode, done.stderr) == (74, "muster: The output cannot be written: No space left on device.\n")


@pytest.mark.parametrize(
    "line", ["--help", "--version", "completions bash", "backup --data-dir data -", "config", "profiles list"]
)
def test_an_answer_to_a_closed_output_is_not_given(alone, line):
    found(alone)
    alone.muster("profiles list --format csv")
    done = alone.run(f"muster {line} --format json >&-" if line == "profiles list" else f"muster {line} >&-")
    assert (done.returncode, done.stderr) == (74, "muster: The output cannot be written: Bad file descriptor.\n")


@pytest.mark.parametrize("width", [40, 60, 100])
def test_findings_are_wrapped_between_words(alone, width):
    found(alone)
    lines = alone.muster("check --data-dir data").splitlines()
    assert max(map(len, lines)) > 100, "not on a terminal nothing is wrapped"
    with Terminal(alone, "check", "--data-dir", "data", COLUMNS=str(width), NO_COLOR="1") as terminal:
        shown = terminal.end(0)
    assert shown.split() == " ".join(lines).split(), "nothing is cut"
    longest = max(len(word) for line in lines for word in line.split())
    begin = lines[0].index("FINDING")
    assert max(map(len, shown.splitlines())) <= max(width, begin + longest)
    if width > begin + longest:
        assert max(map(len, shown.splitlines())) <= width


def test_help_and_version_are_answers(alone):
    for line in ("--help", "users --help", "help users", "users list -h", "--version"):
        done = alone.run(f"muster {line}")
        assert done.returncode == 0 and done.stderr == "" and done.stdout, line


def test_an_export_says_which_hashes_do_not_open_elsewhere(own):
    own.muster("users add ann --password-stdin", stdin=PASSWORD + "\n")
    for place in ("slapd", "389ds", "linux"):
        own.muster(f"users export {place}.jsonl --hashes --for {place}")
        lines = (own.work / f"{place}.jsonl").read_text().splitlines()
        assert any(json.loads(line)["username"] == "ann" for line in lines)
