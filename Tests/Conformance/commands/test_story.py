"""The command line as an administrator uses it: from an empty directory to the end of a bad day."""

import csv
import io
import shutil
from pathlib import Path

from machine import Machine

from muster import PASSWORD, Muster

KEYS = Path(__file__).parent / "keys"
PEOPLE = ["jane", "bob", "eve"] + [f"person{number}" for number in range(17)]


def records(text):
    """The records of an answer in CSV."""
    return list(csv.DictReader(io.StringIO(text)))


def log_in(admin, server):
    admin.muster("login admin@example.com --password-stdin", stdin=server.admin["password"] + "\n")


def rotate(admin, user):
    """Gives a user a new pair of API keys and returns the variables that hold it."""
    pair = records(admin.muster(f"apikeys rotate {user} --yes --format csv"))[0]
    return {"MUSTER_ACCESS_KEY": pair["access_key"], "MUSTER_SECRET_KEY": pair["secret_key"]}


def test_from_an_empty_directory_to_the_end_of_a_bad_day(tmp_path):
    # It ends with a backup, which is made of a file.
    with Muster({"MUSTER_STORE_KIND": "sqlite"}) as server:
        admin = Machine(tmp_path / "admin", server, is_anonymous=True)
        for key in KEYS.iterdir():
            shutil.copy(key, admin.work)
        # The administrator logs in, and stays so.
        log_in(admin, server)
        # Twenty people come, in a table; first it is shown what would happen.
        lines = ["username,name,permissions,hosts,password"]
        lines += [f"{name}@example.com,{name.title()},standard,,{PASSWORD}" for name in PEOPLE]
        (admin.work / "people.csv").write_text("\n".join(lines) + "\n")
        admin.muster("users import people.csv --dry-run")
        assert len(admin.muster("users list --quiet").split()) == 1
        admin.muster("users import people.csv")
        people = records(admin.muster("users list --format csv"))
        assert [user["username"] for user in people[1:]] == [f"{name}@example.com" for name in PEOPLE]
        assert {user["permissions"] for user in people[1:]} == {"32"}
        admin.muster("authenticate person16@example.com --password-stdin", stdin=PASSWORD + "\n")
        # Three of them get SSH keys.
        for person in ("jane", "bob", "eve"):
            admin.muster(f"keys add {person}@example.com {person}.pub")
            assert "ssh-ed25519" in admin.muster(f"keys list {person}@example.com")
        # One is turned off.
        admin.muster("users disable bob@example.com")
        assert "disabled" in admin.muster("users list --filter bob")
        # A key is rotated: the new pair opens, the old one does not.
        old, new = rotate(admin, "jane@example.com"), rotate(admin, "jane@example.com")
        admin.refusal("whoami", 77, **old)
        assert "jane@example.com" in admin.muster("whoami", **new)
        # Who turned bob off?
        event = records(admin.muster("audit list --target bob@example.com --format csv"))[-1]
        assert (event["action"], event["actor.name"]) == ("user.update", "admin@example.com")
        assert event["details"] == "enabled=false"
        # A copy, then a mistake.
        admin.muster('backup --data-dir "$DATA" good.backup')
        admin.muster("users remove --yes " + " ".join(f"{name}@example.com" for name in PEOPLE[3:]))
        assert len(admin.muster("users list --quiet").split()) == 4
        # The mistake is undone; a backup ends all sessions, and the keys that were copied open.
        admin.refusal('restore --data-dir "$DATA" good.backup --force', 69)
        server.stop()
        admin.muster('restore --data-dir "$DATA" good.backup --force')
        server.start()
        assert "no longer good" in admin.refusal("users list", 77)
        log_in(admin, server)
        restored = records(admin.muster("users list --format csv"))
        assert [user["username"] for user in restored] == [user["username"] for user in people]
        assert "jane@example.com" in admin.muster("whoami", **new)
        assert "disabled" in admin.muster("users list --filter bob")
        # The administrator's password is lost: the stopped directory is there without one.
        server.stop()
        admin.muster(
            'users passwd admin@example.com --password-stdin --data-dir "$DATA"',
            stdin=PASSWORD + "\n",
        )
        server.start()
        admin.muster("login admin@example.com --password-stdin", stdin=PASSWORD + "\n")
        admin.muster("logout")
        admin.refusal("users list", 77)
        secrets = [*old.values(), *new.values(), PASSWORD, server.admin["password"]]
        assert not [secret for secret in secrets if secret in server.log()]
