"""Check: finds what is damaged, open to others or unsafe, and changes nothing."""

import json
import os
import stat

import pytest
from folders import CHEAP, change, contents, found, lay_waste
from machine import Machine

from apps import enrolled
from muster import ADMINISTRATOR, Muster

SAFE = "--set password.policy=tenable"
LDAP = "--set ldap.suffix=dc=x --set ldap.bind"


@pytest.fixture
def alone(tmp_path):
    """A machine without a server, with a directory `data`."""
    machine = Machine(tmp_path)
    found(machine)
    return machine


def findings(machine, options="", code=0):
    """What the check of `data` finds, as (severity, part, sentence)."""
    text = machine.muster(f"check --data-dir data --format json {options}", code=code)
    return [(item["severity"], item["part"], item["finding"]) for item in json.loads(text)]


def test_a_new_directory_has_warnings_and_no_errors(alone):
    found_there = findings(alone)
    assert {(severity, part) for severity, part, _ in found_there} == {
        ("warning", "settings"),
        ("ok", "files"),
        ("ok", "database"),
        ("warning", "administrators"),
    }
    findings(alone, "--strict", code=1)


def test_a_directory_that_is_as_safe_as_it_can_be_has_no_warnings(tmp_path):
    alone = Machine(tmp_path)
    word = found(alone)["password"]
    with Muster(settings=CHEAP, data_dir=alone.work / "data") as server:
        token = server.login(ADMINISTRATOR, password=word).json()["token"]
        enrolled(server, token)
    change(alone.work / "data/muster.sqlite", "UPDATE user SET hosts = '10.0.0.0/8'")
    found_there = findings(alone, f"--strict {SAFE}")
    assert [severity for severity, _, _ in found_there] == ["ok"] * 4


def test_who_loses_a_way_in_by_a_second_factor_is_named(alone):
    change(alone.work / "data/muster.sqlite", "UPDATE user SET email_enabled = 1")
    shut = "1 user (admin@example.com) cannot come in by password through PAM or authenticate."
    app = ("warning", "factors", f"{shut} Each sets up an app: muster factors add totp")
    assert app in findings(alone)
    refused = ("warning", "factors", f"{shut} login.passwordOnly says so.")
    assert refused in findings(alone, "--set login.passwordOnly=refuse")
    assert "factors" not in str(findings(alone, "--set login.passwordOnly=ignore"))


def test_names_that_programs_over_ldap_take_for_something_else_are_told_where_it_is_spoken(alone):
    change(alone.work / "data/muster.sqlite", "UPDATE user SET username = 'ad+min@example.com', email = 'boss@example.com'")
    signs = (
        "1 user (ad+min@example.com) with + or = in the login name: nslcd refuses it without validnames, "
        "as muster ldap show-config nslcd prints it."
    )
    address = (
        "1 user (ad+min@example.com) with an @ in the login name, which is not the address: sssd looks for such a name by the "
        "address alone, without re_expression, as muster ldap show-config sssd prints it."
    )
    told = findings(alone, f"{LDAP}=127.0.0.1:389")
    assert ("ok", "database", signs) in told and ("ok", "database", address) in told
    assert "show-config" not in str(findings(alone))


def test_the_table_says_the_same(alone):
    lines = alone.muster("check --data-dir data").splitlines()
    assert lines[0].split() == ["SEVERITY", "PART", "FINDING"]
    assert any(line.startswith("ok        files") for line in lines)


def test_it_works_while_the_server_runs(machine, muster):
    text = machine.muster(f"check --data-dir {muster.data_dir} --format csv")
    assert text.startswith("severity,part,finding\n") and "\nok,database," in text


@pytest.mark.parametrize(
    "options, severity, word",
    [
        ("--set http.bind=0.0.0.0:8834", "warning", "without TLS"),
        ("--set http.bind=[::]:8834", "warning", "without TLS"),
        ("--set http.trustedProxies=0.0.0.0/0", "error", "believes everybody"),
        ("--set http.trustedProxies=::/0", "error", "believes everybody"),
        ("--set http.trustedProxies=10.0.0.0/7", "warning", "very wide"),
        (
            "--set scim.enabled=true",
            "warning",
            "scim.enabled is true without TLS and without http.publicURL, so that providers behind a proxy are "
            "told addresses that begin with http://. Set http.publicURL.",
        ),
        ("--set password.argon2.kibibytes=19455", "warning", "argon2"),
        ("--set password.argon2.iterations=1", "warning", "argon2"),
        ("--set local.socketMode=0666", "warning", "local.socketMode"),
        ("--set password.policy=basic", "warning", "password.policy"),
        (
            f"{LDAP}=0.0.0.0:389 --set ldap.plaintextBind=always",
            "warning",
            "ldap.plaintextBind always takes passwords without TLS at ldap.bind 0.0.0.0, so they can be read on the way. "
            "Use loopback or never.",
        ),
        (
            f"{LDAP}=0.0.0.0:389",
            "warning",
            "ldap.bind 0.0.0.0 can be reached from other machines, and without TLS no password is taken there. "
            "Set ldap.tls.certificate and ldap.tls.privateKey, or those of http.tls.",
        ),
        (
            f"{LDAP}=127.0.0.1:389 --set ldap.secondFactor=ignore",
            "warning",
            "ldap.secondFactor ignore lets the password alone in over LDAP, whatever second factor a user has. "
            "Use refuse, and API keys for services.",
        ),
        (
            "--set radius.enabled=true --set http.bind=0.0.0.0:8834",
            "warning",
            "radius.enabled is true without TLS, so that passwords and API keys of a RADIUS server can be read on the way. "
            "Set http.tls.certificate and http.tls.privateKey, or listen on this machine alone.",
        ),
    ],
)
def test_a_setting_that_is_unsafe_is_told(alone, options, severity, word):
    code = 2 if severity == "error" else 0
    assert any(
        (severity, "settings") == (there, part) and word in sentence
        for there, part, sentence in findings(alone, f"{SAFE} {options}", code)
    )


@pytest.mark.parametrize(
    "options",
    [
        "--set http.bind=127.0.0.1:9000",
        "--set http.bind=[::1]:9000",
        "--set http.bind=localhost:9000",
        "--set http.trustedProxies=10.0.0.0/8,192.0.2.1",
        "--set password.argon2.kibibytes=47104 --set password.argon2.iterations=1",
        "--set password.argon2.kibibytes=7168 --set password.argon2.iterations=5",
        "--set local.socketMode=0660",
        f"{LDAP}=127.0.0.1:389",
        "--set radius.enabled=true",
    ],
)
def test_a_setting_that_is_safe_is_not(alone, options):
    assert ("ok", "settings") in {item[:2] for item in findings(alone, f"{SAFE} {options}")}


@pytest.mark.parametrize(
    "name, bits, severity",
    [
        ("", 0o755, "warning"),
        ("", 0o770, "error"),
        ("master.key", 0o640, "error"),
        ("muster.sqlite", 0o644, "warning"),
    ],
)
def test_files_that_others_may_use_are_told(alone, name, bits, severity):
    path = alone.work / "data" / name
    path.chmod(bits)
    there = findings(alone, code=2 if severity == "error" else 0)
    assert any((severity, "files") == item[:2] and f"{bits:04o}" in item[2] for item in there)
    assert stat.S_IMODE(os.stat(path).st_mode) == bits


@pytest.mark.parametrize(
    "spoil, word",
    [
        (lambda data: (data / "master.key").unlink(), "master.key is not there"),
        (lambda data: (data / "master.key").write_text("?"), "holds no master key"),
    ],
)
def test_a_master_key_that_is_gone_is_told(alone, spoil, word):
    spoil(alone.work / "data")
    assert any("error" == item[0] and word in item[2] for item in findings(alone, code=2))


@pytest.mark.parametrize(
    "statements, part, word",
    [
        (["DROP INDEX user_by_email"], "database", "user_by_email is missing"),
        (
            ["CREATE TRIGGER extra AFTER INSERT ON session BEGIN SELECT 1; END"],
            "database",
            "trigger extra is none of this program's",
        ),
        (
            ["DROP INDEX user_by_name", "CREATE INDEX user_by_name ON user (id)"],
            "database",
            "user_by_name is not as this program makes it",
        ),
        (["UPDATE schema_migration SET digest = 'other'"], "database", "step 1"),
        (
            ["PRAGMA foreign_keys = OFF", "INSERT INTO password VALUES (99, 'x', 0, 0)"],
            "database",
            "refers to",
        ),
        (["INSERT INTO schema_migration VALUES (99, 'x', 'x', 0)"], "database", "newer"),
        (["UPDATE user SET is_enabled = 0"], "administrators", "no enabled administrator"),
        (["UPDATE user SET phone_sealed = x'00'"], "database", "is not the one"),
    ],
)
def test_a_database_that_is_not_as_it_was_made_is_told(alone, statements, part, word):
    change(alone.work / "data/muster.sqlite", *statements)
    there = findings(alone, code=2)
    assert any(("error", part) == item[:2] and word in item[2] for item in there), there


def test_that_every_administrator_expires_is_told_with_the_way_back(alone):
    change(alone.work / "data/muster.sqlite", "UPDATE user SET expires_at = 4102444800000")
    (sentence,) = [item[2] for item in findings(alone, code=2) if item[1] == "administrators"]
    assert sentence.startswith("The account of every enabled administrator expires. Stop the server, then run: muster ")
    alone.muster(sentence.split("then run: muster ")[1].replace("NAME", "admin@example.com"))
    assert not any(severity == "error" for severity, _, _ in findings(alone))


def test_a_directory_of_an_older_version_is_fine_until_a_server_brings_it_up_to_date(alone):
    change(
        alone.work / "data/muster.sqlite",
        "DELETE FROM schema_migration WHERE number >= 8",
        "DROP TABLE user_text",
        *(f"DROP TRIGGER {trigger}" for trigger in ("user_text_changed", "user_text_removed")),
        *(f"DROP TABLE {table}" for table in ("user_text_former", "user_search")),
        *(
            f"DROP INDEX {index}"
            for index in ("user_by_state", "user_expiring", "user_closed", "user_failed", "user_without_factor")
            + ("user_by_last_use", "api_key_by_age", "user_by_change")
        ),
        *(
            f"DROP INDEX audit_event_{index}"
            for index in ("by_action", "by_actor", "by_actor_name", "by_target_name", "by_time", "late", "lateness")
        ),
        "CREATE INDEX audit_event_by_time ON audit_event (at)",
        "ALTER TABLE audit_event DROP COLUMN late_by",
        "DROP TABLE audit_gap",
        *(
            f"DROP TABLE {table}"
            for table in ("ceremony", "factor", "factor_failure", "passkey_owner", "recovery_code")
            + ("person_address", "person")
        ),
        *(
            f"ALTER TABLE user_group DROP COLUMN {column}"
            for column in ("external_id", "created_at", "changed_at")
        ),
        *(f"ALTER TABLE session DROP COLUMN {column}" for column in ("authenticated_at", "methods", "program")),
        *(f"ALTER TABLE directory DROP COLUMN {column}" for column in ("first_user_number", "first_group_number")),
        "ALTER TABLE user DROP COLUMN factor_count",
        "ALTER TABLE user DROP COLUMN note",
        "ALTER TABLE user DROP COLUMN expires_at",
    )
    fine = "Intact, schema 7, 1 user. The server brings the schema up to date when it starts."
    assert ("ok", "database", fine) in findings(alone)
    assert alone.muster("users list --quiet --data-dir data") == "2\n"
    assert ("ok", "database", "Intact, schema 16, 1 user.") in findings(alone)


def test_damage_is_told(alone):
    change(alone.work / "data/muster.sqlite", "PRAGMA wal_checkpoint(TRUNCATE)")
    lay_waste(alone.work / "data/muster.sqlite")
    assert any(("error", "database") == item[:2] for item in findings(alone, code=2))


def test_administrators_who_are_easily_impersonated_are_named(alone):
    change(alone.work / "data/muster.sqlite", "UPDATE user SET hosts = '0.0.0.0/0'")
    sentences = [item[2] for item in findings(alone) if item[1] == "administrators"]
    assert len(sentences) == 2 and all("admin@example.com" in text for text in sentences)
    assert "may come in from anywhere" in sentences[1]
    assert "Each sets up an app: muster factors add totp" in sentences[0]
    # What is advised can be done as it stands, by whoever puts a name and a network in.
    alone.muster("users edit admin@example.com --email admin@example.com --data-dir data")
    alone.muster("users twofactor set admin@example.com --email --data-dir data")
    advice = sentences[1].split("Run: muster ")[1]
    line = advice.replace("NAME", "admin@example.com").replace("NETWORK", "10.0.0.0/8")
    alone.muster(f"{line} --data-dir data")
    assert [item[:2] for item in findings(alone) if item[1] == "administrators"] == [("ok", "administrators")]


@pytest.mark.parametrize(
    "codes, is_named",
    [
        ("sms_enabled = 1", True),
        ("sms_enabled = 1, password_permitted = 0", False),
        ("sms_enabled = 1, email_enabled = 1", False),
        ("email_enabled = 1", False),
    ],
)
def test_administrators_whose_only_second_factor_is_sms_are_named(alone, codes, is_named):
    change(alone.work / "data/muster.sqlite", f"UPDATE user SET hosts = '10.0.0.0/8', {codes}")
    named = (
        "warning",
        "administrators",
        "1 of 1 (admin@example.com) have codes by SMS as their only second factor, and a number can be moved to "
        "somebody else's card. Each sets up an app, too: muster factors add totp",
    )
    assert [item for item in findings(alone) if item[1] == "administrators"] == (
        [named] if is_named else [("ok", "administrators", "1 enabled, each with hosts and a second factor.")]
    )


def test_an_administrator_who_has_an_app_beside_sms_is_not_named(tmp_path):
    alone = Machine(tmp_path)
    word = found(alone)["password"]
    with Muster(settings=CHEAP, data_dir=alone.work / "data") as server:
        enrolled(server, server.login(ADMINISTRATOR, password=word).json()["token"])
    change(alone.work / "data/muster.sqlite", "UPDATE user SET hosts = '10.0.0.0/8', sms_enabled = 1")
    assert ("ok", "administrators") in {item[:2] for item in findings(alone)}


def test_nothing_is_changed(alone):
    before = contents(alone.work)
    for options in ("", "--strict", "--set http.trustedProxies=0.0.0.0/0"):
        alone.run(f"muster check --data-dir data {options}")
    assert contents(alone.work) == before


@pytest.mark.parametrize(
    "line, code",
    [
        ("check --data-dir nowhere", 66),
        ("check --data-dir data --set http.bind=nowhere", 78),
        ("check --data-dir data --set no.such=1", 78),
    ],
)
def test_where_there_is_nothing_to_check_one_sentence_says_so(alone, line, code):
    alone.refusal(line, code)
