"""The command line as an administrator uses it: from an empty directory to reading who did what."""

import shutil
from pathlib import Path

from machine import Machine

from muster import Muster

KEYS = Path(__file__).parent / "keys"


def test_from_an_empty_directory_to_who_did_it(tmp_path):
    with Muster() as server:
        admin = Machine(tmp_path, server, is_anonymous=True)
        for key in KEYS.iterdir():
            shutil.copy(key, admin.work)
        # The administrator logs in, and stays so.
        admin.muster("login admin@example.com --password-stdin", stdin=server.admin["password"] + "\n")
        # Twenty people.
        people = ["jane", "bob", "eve"] + [f"person{number}" for number in range(17)]
        for person in people:
            admin.muster(f"users add {person}@example.com --role standard --no-password --quiet")
        listed = admin.muster("users list --quiet").split()
        assert len(listed) == 21
        # Three of them get SSH keys.
        for person in ("jane", "bob", "eve"):
            admin.muster(f"keys add {person}@example.com {person}.pub")
            assert "ssh-ed25519" in admin.muster(f"keys list {person}@example.com")
        # One is turned off.
        admin.muster("users disable bob@example.com")
        assert "disabled" in admin.muster("users list --filter bob")
        # A key is rotated: the new pair opens, the old one does not.
        pairs = []
        for _ in range(2):
            lines = admin.muster("apikeys rotate jane@example.com --yes --format csv").splitlines()
            values = dict(zip(lines[0].split(","), lines[1].split(",")))
            pairs.append(
                {
                    "MUSTER_ACCESS_KEY": values["access_key"],
                    "MUSTER_SECRET_KEY": values["secret_key"],
                }
            )
        admin.refusal("whoami", 77, **pairs[0])
        assert "jane@example.com" in admin.muster("whoami", **pairs[1])
        # Who turned bob off?
        events = admin.muster("audit list --target bob@example.com --format csv").splitlines()
        names = events[0].split(",")
        row = dict(zip(names, events[-1].split(",")))
        assert (row["action"], row["actor.name"]) == ("user.update", "admin@example.com")
        assert "enabled" in row["details"]
        admin.muster("logout")
        admin.refusal("users list", 77)
        assert all(secret not in server.log() for pair in pairs for secret in pair.values())
