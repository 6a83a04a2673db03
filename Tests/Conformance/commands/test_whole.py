"""An export is whole, an import reads files as people have them, and settings that cannot work are refused."""

import csv
import io
import json
import subprocess

import pytest
from folders import CHEAP
from machine import Machine

from muster import PASSWORD, Muster


@pytest.fixture
def own(tmp_path):
    """A machine with a server of its own."""
    with Muster(CHEAP) as server:
        machine = Machine(tmp_path / "own", server)
        machine.server = server
        yield machine


def users(machine):
    """All users but the administrator, without what a directory gives and learns."""
    lines = machine.muster("users export").splitlines()
    return [line for line in lines if '"admin@example.com"' not in line]


def events(machine, action):
    return json.loads(machine.muster(f"audit list --action {action} --all --format json"))


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_makes_the_same_users_in_a_fresh_directory(own, tmp_path, form):
    own.muster('groups add "Night shift; west"')
    own.muster("groups add Scanners")
    own.muster("users add ann --password-stdin --role standard --hosts 10.0.0.0/8,127.0.0.0/8 "
               '--readbm Users --timeout 600 --name "Ann, of Nowhere" --expires 2100-01-31 '
               '--note "Ask Jane; on Monday\n2nd line"', stdin=PASSWORD + "\n")
    own.muster("users add bob --no-password --disabled --email b@example.org")
    own.muster('groups members add "Night shift; west" ann bob')
    own.muster("groups members add Scanners ann")
    own.muster(f"users export everybody.{form} --hashes")
    with Muster(CHEAP) as other:
        fresh = Machine(tmp_path / "fresh", other)
        (fresh.work / f"all.{form}").write_text((own.work / f"everybody.{form}").read_text())
        done = fresh.run(f"muster users import all.{form} --mode upsert --on-error continue")
        assert done.returncode == 65
        assert 'The group "Night shift; west" does not exist.' in done.stderr
        assert "--create-groups" in done.stderr
        assert fresh.muster("groups list --quiet") == "0\n"
        # The one line left is the importer's own, whose password nobody changes by import.
        done = fresh.run(f"muster users import all.{form} --create-groups --mode upsert --on-error continue")
        assert done.returncode == 65 and "Created 2" in done.stdout, done
        assert users(fresh) == users(own)
        fresh.muster("authenticate ann --password-stdin", stdin=PASSWORD + "\n")
        made = events(fresh, "group.create")
        assert [event["target"]["name"] for event in made] == ["Night shift; west", "Scanners"]
        assert {event["actor"]["name"] for event in made} == {"admin@example.com"}
        again = f"users import all.{form} --create-groups --mode upsert --on-error continue"
        assert "already as they should be 2" in fresh.muster(again, code=65)
        assert len(events(fresh, "group.create")) == 2


def test_a_stopped_directory_takes_its_own_administrator_back_too(own, tmp_path):
    own.muster("users export everybody.jsonl --hashes")
    fresh = Machine(tmp_path / "stopped")
    fresh.environment |= CHEAP
    fresh.muster("init --data-dir data --admin admin@example.com")
    (fresh.work / "all.jsonl").write_text((own.work / "everybody.jsonl").read_text())
    fresh.muster("users import all.jsonl --create-groups --mode upsert --data-dir data")
    text = fresh.muster("users export --hashes --data-dir data")
    assert text == (own.work / "everybody.jsonl").read_text()


def test_groups_are_made_with_their_first_member_or_not_at_all(own):
    lines = ['{"username":"ann","groups":["One","one","Two"]}', '{"username":"ann","groups":["Three"]}']
    (own.work / "a.jsonl").write_text("\n".join(lines))
    own.muster("users import a.jsonl --create-groups", code=65)
    assert own.muster("groups list --quiet") == "0\n"
    own.muster("users import a.jsonl --create-groups --dry-run", code=65)
    assert own.muster("groups list --quiet") == "0\n"
    own.muster("users import a.jsonl --create-groups --on-error continue", code=65)
    assert [event["target"]["name"] for event in events(own, "group.create")] == ["One", "Two"]
    (own.work / "b.jsonl").write_text('{"username":"bob","groups":["All users"]}')
    assert "cannot be made" in own.run("muster users import b.jsonl --create-groups").stderr


def test_only_who_may_make_groups_makes_them_by_an_import(own):
    own.muster("users add clerk --no-password --writebm Users --readbm Users")
    own.muster("users add reader --no-password --readbm Users")
    line = '{"username":"ann","groups":["Clerks"]}\n'

    def imported_by(name):
        pair = json.loads(own.muster(f"apikeys rotate {name} --format json"))
        keys = {"MUSTER_ACCESS_KEY": pair["access_key"], "MUSTER_SECRET_KEY": pair["secret_key"]}
        return own.run("muster users import - --from jsonl --create-groups", stdin=line, **keys)

    assert imported_by("reader").returncode == 77
    assert own.muster("groups list --quiet") == "0\n"
    assert imported_by("clerk").returncode == 0
    assert len(own.muster("groups list --quiet").split()) == 2


def test_an_expiry_and_a_note_come_from_a_csv_file_and_go_back_to_one(own):
    text = 'username,expires_at,note\nann,2100-01-31,"a, b\nc"\nbob,2100-01-31T12:00:00Z,\neve,never,x\n'
    assert own.run("muster users import - --from csv", stdin=text).returncode == 0
    rows = {row["username"]: row for row in csv.DictReader(io.StringIO(own.muster("users export --format csv")))}
    shown = {name: (row["expires_at"], row["note"]) for name, row in rows.items() if name != "admin@example.com"}
    assert shown == {"ann": ("4105036800000", "a, b\nc"), "bob": ("4105080000000", ""), "eve": ("", "x")}
    own.muster("users import - --from csv --mode upsert", stdin="username,expires_at\nann,never\n")
    ann = json.loads(own.muster("users show ann --format json"))
    assert (ann["expires_at"], ann["note"]) == (None, "a, b\nc")
    bad = own.run("muster users import - --from csv", stdin="username,expires_at\nzoe,soon\n")
    assert bad.returncode == 65 and "expires_at" in bad.stderr + bad.stdout
    log = own.muster("audit list --all --format json")
    assert "a, b" not in log and '"expires_at"' in log


# Files as people have them


def imported(machine, text, options="--from csv"):
    done = machine.run(f"muster users import - {options}", stdin=text)
    return done.returncode, done.stderr


def test_a_spreadsheet_is_read_as_it_was_saved(own):
    text = "\ufeffUserName,Role,Enabled,\r\nann,Standard,Yes,\r\n,,,\r\nbob,16,NO\r\n,,\r\n"
    assert imported(own, text) == (0, "")
    rows = list(csv.DictReader(io.StringIO(own.muster("users list --format csv"))))[1:]
    shown = [(row["username"], row["permissions"], row["enabled"]) for row in rows]
    assert shown == [("ann", "32", "true"), ("bob", "16", "false")]
    assert own.muster("users list --role standard --quiet").split() == [rows[0]["id"]]
    assert own.muster("users list --disabled --quiet").split() == [rows[1]["id"]]


def test_rows_of_commas_may_stand_before_the_heading(own):
    assert imported(own, "\n,,\nusername,Readbm,hosts\nann,\"Users,Config\",any\n") == (0, "")
    assert json.loads(own.muster("users show ann --format json"))["readbm"] == 10


def test_groups_keep_the_blanks_of_their_names_in_csv(own, tmp_path):
    own.muster("users add ann --no-password")
    for name in (" lead", "trail ", "plain"):
        own.muster(f"groups add '{name}'")
        own.muster(f"groups members add '{name}' ann")
    own.muster("users export all.csv")
    told = own.muster("users import all.csv --mode upsert --create-groups")
    assert "already as they should be 2" in told
    assert own.muster("groups list --quiet").split() == ["0", "2", "3", "4"]


def test_a_group_is_found_in_whatever_writing_and_a_bad_line_changes_nothing(own):
    own.muster("groups add Übrig")
    own.muster("users add upd --no-password --name Before")
    lines = [
        {"username": "upd", "name": "After", "groups": ["New", "übrig"]},
        {"username": "ann", "groups": ["U\u0308BRIG"]},
        {"username": "bob", "groups": ["Zoë"]},
        {"username": "eve", "groups": ["ZOE\u0308"]},
        {"username": "bad", "enabled": False, "groups": ["Never", "all users"]},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    code, told = imported(own, text, "--from jsonl --mode upsert --on-error continue --create-groups")
    assert code == 65 and told.count("\n") == 1
    assert 'line 5, groups: The group "all users" cannot be made: everybody is in All Users.' in told
    listed = json.loads(own.muster("groups list --format json"))
    assert {group["name"]: group["user_count"] for group in listed[1:]} == {"Übrig": 2, "New": 1, "Zoë": 2}
    added = [field["value"] for field in events(own, "user.update")[0]["fields"] if field["key"] == "group.added"]
    assert sorted(added) == ["New", "Übrig"]


def test_an_import_names_who_administers_afterwards(own):
    text = "username,role,writebm\nadm1,administrator,\nadm2,,Users\nann,,\n"
    shown = own.muster("users import - --from csv --dry-run", stdin=text)
    assert shown.count("administers_by=") == 2
    told = own.muster("users import - --from csv", stdin=text)
    one, two = (own.muster(f"users show {name} --quiet").strip() for name in ("adm1", "adm2"))
    assert told == (
        f"adm1 (id {one}) may administer users, by permissions.\n"
        f"adm2 (id {two}) may administer users, by writebm.\n"
        "Created 3, changed 0, already as they should be 0, failed 0.\n"
    )


def test_columns_of_other_names_are_mapped(own):
    text = "Login,Full name\nann,Ann\n"
    assert imported(own, text)[0] == 65
    assert imported(own, text, "--from csv --map Login=username --map 'full name=name'") == (0, "")
    assert "Ann" in own.muster("users show ann")


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("username,Role\nann,boss\n", 'line 2, Role: "Role" must be one of read-only (0), basic (16), '
         'scan-operator (24), standard (32), scan-manager (40), administrator (64), not "boss"'),
        ("username,Timeout\nann,soon\n", 'line 2, Timeout: "Timeout" must be a number from 0 to 2147483647, not "soon"'),
        ("username,enabled\nann,maybe\n", 'line 2, enabled: "enabled" must be a boolean, not "maybe"'),
        ("username,Hosts\nann,10.0.0.1/8\n", '"Hosts" must not hold "10.0.0.1/8", which has address bits'),
        ("username,Role\nann,33\n", 'administrator (64), not "33"'),
        ("username,Mail Address\nann,x\n", '"Mail Address" in the heading is no field'),
        ("username,Email\nann,x\n", 'line 2, Email: "Email" must be a valid email, not "x"'),
        ("username,SSH_Keys\nann,ssh-rsa AAA\n", "line 2, SSH_Keys: "),
        ("username,WriteBM\nann,Nonsense\n", 'line 2, WriteBM: "WriteBM" must be a number from 0 to'),
        ("User Name\nann\n", '"User Name" in the heading is no field of a user.'),
        ("username,role,permissions\nann,,\n", "The columns role and permissions both stand for permissions."),
        ("username,\nann,x\n", 'line 2: "x" stands in column 2, which has no heading'),
        ("username,password\nann,short\n", "line 2, password: "),
        ("username\ntwo words\n", 'line 2, username: '),
    ],
)
def test_a_complaint_quotes_the_value_and_calls_the_column_as_the_file_does(own, text, complaint):
    code, told = imported(own, text)
    assert code == 65 and complaint in told, told
    assert "short" not in told.replace("username", "")


@pytest.mark.parametrize("role, number", [('"standard"', 32), ("32", 32), ('"SCAN-Manager"', 40)])
def test_json_lines_call_the_role_as_the_command_line_does(own, role, number):
    for name, member in (("ann", "role"), ("bob", "permissions")):
        line = f'\ufeff{{"username":"{name}","{member}":{role}}}\n'
        assert imported(own, line, "--from jsonl") == (0, "")
        shown = json.loads(own.muster(f"users show {name} --format json"))
        assert shown["permissions"] == number


def test_a_role_that_is_none_is_told_with_all_that_are(own):
    code, told = imported(own, '{"username":"ann","role":"boss"}\n', "--from jsonl")
    assert code == 65 and "standard (32)" in told and '"boss"' in told
    code, told = imported(own, '{"username":"ann","role":"basic","permissions":16}\n', "--from jsonl")
    assert code == 65 and 'exclude each other' in told


def test_a_key_with_a_comment_in_any_script_is_taken(own):
    own.muster("users add ann --no-password")
    for comment in ("Zoë Ångström".encode(), "Zoë".encode("latin-1"), "鍵".encode()):
        key = make_key(own.work)
        (own.work / "key.pub").write_bytes(key.encode() + b" " + comment + b"\n")
        assert "to ann" in own.muster("keys add ann key.pub")
    assert own.muster("keys list ann --quiet").count("SHA256:") == 3
    key = make_key(own.work)
    own.refusal("keys add ann 'ssh-ed25519 é " + key.split()[1] + "'", 65)


def make_key(folder):
    """A new public key: its type and base64."""
    path = folder / "new"
    for old in folder.glob("new*"):
        old.unlink()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return " ".join((folder / "new.pub").read_text().split()[:2])


# Settings that cannot work


def test_codes_go_by_mail_only_where_there_is_an_address(own):
    own.muster("users add ann --password-stdin", stdin=PASSWORD + "\n")
    sentence = own.refusal("users twofactor set ann --email", 65)
    assert sentence == "Sending codes by e-mail needs an e-mail address, and the user has none."
    assert own.muster("users show ann | grep 'Second factor'").split()[-1] == "none"
    own.muster("users edit ann --email ann@example.org")
    own.muster("users twofactor set ann --email")
    for line in ("users edit ann --email ''", "users edit ann --email ann"):
        assert "where the user's codes go" in own.refusal(line, 65)
    code, told = imported(own, '{"username":"ann","email":null}\n', "--from jsonl --mode upsert")
    assert code == 65 and "where the user's codes go" in told
    own.muster("users edit ann --email ann@example.net")
    own.muster("users twofactor set ann --no-email")
    own.muster("users edit ann --email ''")
    assert own.server.login("ann").status_code == 200


def test_a_name_that_is_the_address_cannot_be_changed_into_one_that_is_none(own):
    own.muster("users add bob@example.com --no-password")
    own.muster("users twofactor set bob@example.com --email")
    assert "where the user's codes go" in own.refusal("users rename bob@example.com bob", 65)
    own.muster("users rename bob@example.com robert@example.com")


def test_ones_own_number_is_verified_before_codes_go_there(own):
    own.muster("users add ann --password-stdin", stdin=PASSWORD + "\n")
    own.muster("login ann --password-stdin --profile ann", stdin=PASSWORD + "\n")
    mine = "--profile ann --password-stdin"
    line = f"users twofactor set --sms --phone +15555550199 {mine}"
    assert "has to be proved first" in own.refusal(line, 65, stdin=PASSWORD + "\n")
    own.muster(f"users twofactor send --phone +15555550199 {mine}", stdin=PASSWORD + "\n")
    code = own.server.newest_code("ann")
    own.muster("users twofactor verify --profile ann --code-stdin", stdin=code + "\n")
    own.muster(f"users twofactor set --no-sms {mine}", stdin=PASSWORD + "\n")
    own.muster(f"users twofactor set --sms {mine}", stdin=PASSWORD + "\n")
    # An administrator knows whose number it is.
    own.muster("users add bob --no-password")
    own.muster("users twofactor set bob --sms --phone +15555550198")
    assert "need a phone number" in own.refusal("users twofactor set admin@example.com --sms --password-stdin",
                                        65, stdin=own.server.admin["password"] + "\n")
