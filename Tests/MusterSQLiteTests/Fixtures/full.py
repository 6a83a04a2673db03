"""A directory that uses all that a schema has: every table has rows, every column a value that is not the usual one.

Rows are given by the columns of the newest schema. An older one gets those of its columns that it has.
"""

OWNER, JANE, SERVICE = 2, 3, 5
HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$"


def digest(byte):
    return bytes([byte]) * 32


def user(number, username, **fields):
    usual = {"name": None, "email": None, "read_mask": 0, "write_mask": 0, "liveview_mask": 0, "hosts": "",
             "inactivity_timeout_s": 0, "is_enabled": 1, "api_permitted": 1, "password_permitted": 1, "saml_permitted": 1,
             "second_factor_required": 0, "phone_sealed": None, "phone_verified": 0, "sms_enabled": 0, "email_enabled": 0,
             "login_failure_count": 0, "login_failure_total": 0, "last_login_failure_at": None, "last_login_at": None,
             "last_key_use_at": None, "last_login_closing_at": None, "expires_at": None, "note": None}  # fmt: skip
    return {"id": number, "uuid": bytes([number]) * 16, "username": username, "role": 16, "created_at": 1000 * number,
            "changed_at": 1000 * number + 500} | usual | fields  # fmt: skip


def app(number, label, **fields):
    """Nobody opens its secret, nor the phones': the key that has sealed them is nowhere."""
    return {"id": number, "user_id": JANE, "label": label, "created_at": 4000, "last_used_at": 5000, "failure_count": 1,
            "secret_sealed": b"\x5a" * 60, "last_step": 77, "tries_left": None, "credential_id": None, "public_key": None,
            "model": None, "counter": None, "is_backup_eligible": None, "is_backed_up": None, "site": None} | fields  # fmt: skip


def event(number, at, action, late_by, **fields):
    return {"id": number, "event_id": f"{number:032x}", "at": at, "action": action, "is_failure": 0, "actor_kind": "User",
            "actor_uuid": bytes([OWNER]) * 16, "actor_name": "admin@example.com", "impersonated_kind": None,
            "impersonated_uuid": None, "impersonated_name": None, "address": "192.0.2.1", "request_id": f"{number:032x}",
            "target_kind": "User", "target_uuid": bytes([JANE]) * 16, "target_name": "jane@example.com",
            "fields": "name=Jane", "late_by": late_by} | fields  # fmt: skip


ROWS = {
    "user": [
        user(OWNER, "admin@example.com", role=64, read_mask=2**63 - 1, write_mask=2**63 - 1, liveview_mask=2**63 - 1),
        user(JANE, "jane@example.com", name="Jane Doe", email="jane.doe@example.com", role=32, read_mask=55, write_mask=8,
             liveview_mask=3, hosts="10.0.0.0/8 2001:db8::7", inactivity_timeout_s=900, api_permitted=0, saml_permitted=0,
             second_factor_required=1, email_enabled=1, login_failure_count=2, login_failure_total=9,
             last_login_failure_at=6000, last_login_at=7000, last_key_use_at=8000, last_login_closing_at=6500,
             expires_at=1900000000000, note="Back in \u201cMay\u201d"),
        user(4, "j\u00f6rg@example.com", name="J\u00f6rg", is_enabled=0, password_permitted=0, phone_sealed=b"\x5b" * 60,
             phone_verified=1, sms_enabled=1),
        user(SERVICE, "svc", role=24, read_mask=8),
    ],
    "directory": [{"id": 1, "uuid": b"\x01" * 16, "founded_at": 1000, "owner_id": OWNER, "revision": 7,
                   "first_user_number": 100000, "first_group_number": 200000}],
    "key_check": [{"id": 1, "box": b"\x5c" * 46}],
    "password": [{"user_id": JANE, "hash": HASH + "aGFzaA", "is_temporary": 1, "changed_at": 2500}],
    "former_password": [{"id": 1, "user_id": JANE, "hash": HASH + "b25l"}, {"id": 3, "user_id": JANE, "hash": HASH + "dHdv"}],
    "api_key": [{"user_id": SERVICE, "access_key": "0" * 64, "secret_digest": digest(1), "created_at": 5100}],
    "session": [{"token_digest": digest(2), "user_id": JANE, "created_at": 3000, "last_seen_at": 3500, "address": "192.0.2.7",
                 "authenticated_at": 3100, "methods": "pwd otp", "program": "Browser/1.0"}],
    "ended_session": [{"token_digest": digest(3), "reason": "logged_out", "ended_at": 3600, "user_id": JANE}],
    "ssh_key": [{"id": 4, "user_id": JANE, "type": "ssh-ed25519", "blob": digest(4), "fingerprint": "SHA256:abc",
                 "added_at": 2600}],
    "user_group": [{"id": 2, "uuid": b"\x0a" * 16, "name": "Team", "managed_by_saml": 1, "look": "team", "external_id": "g-1",
                    "created_at": 2700, "changed_at": 2800},
                   {"id": 4, "uuid": b"\x0b" * 16, "name": "Empty", "managed_by_saml": None, "look": "empty",
                    "external_id": None, "created_at": 2900, "changed_at": 2900}],
    "group_member": [{"group_id": 2, "user_id": JANE}, {"group_id": 2, "user_id": 4}],
    "verification_code": [{"user_id": 4, "code_digest": digest(5), "phone_sealed": b"\x5d" * 60, "issued_at": 4100,
                           "tries_left": 3}],
    "login_source": [{"user_id": JANE, "source": "192.0.2.0/24", "failure_count": 2, "last_failure_at": 6000,
                      "last_success_at": 7000}],
    "sent_code": [{"id": 1, "at": 4100, "user_id": 4, "channel": "sms", "recipient": digest(6)}],
    "refusal": [{"minute": 60000, "source": "192.0.2.0/24", "count": 21}],
    "factor": [
        app(1, "Phone"),
        app(2, "Laptop", last_used_at=None, failure_count=0, last_step=None, tries_left=4),
        app(4, "Key", secret_sealed=None, last_step=None, credential_id=b"\x0c" * 32, public_key=b"\xa5\x01\x02",
            model=b"\x0d" * 16, counter=41, is_backup_eligible=1, is_backed_up=0, site="muster.example.com"),
    ],
    "passkey_owner": [{"user_id": JANE, "handle": digest(7)}],
    "recovery_code": [{"code_digest": digest(8), "user_id": JANE}, {"code_digest": digest(9), "user_id": JANE}],
    "factor_failure": [{"user_id": JANE, "factor": "recovery", "count": 2}],
    "ceremony": [{"digest": digest(10), "user_id": JANE, "purpose": "login", "session_digest": digest(11),
                  "password_changed_at": 2500, "challenge": b"\x0e" * 32, "issued_at": 7100, "tries_left": 5}],
    "person": [{"user_id": JANE, "external_id": "e-7", "document": '{"title":"Doctor"}'}],
    "person_address": [{"user_id": JANE, "place": 0, "address": "jane@example.net"},
                       {"user_id": JANE, "place": 1, "address": "doe@example.net"}],
    "audit_event": [
        event(1, 2000, "user.create", None),
        event(2, 1500, "session.create", 500, is_failure=1, actor_kind=None, actor_uuid=None, actor_name=None),
        event(5, 2600, "user.update", None, impersonated_kind="User", impersonated_uuid=bytes([SERVICE]) * 16,
              impersonated_name="svc"),
    ],
    "audit_gap": [{"last_id": 2, "missing": 2}, {"last_id": 5, "missing": 4}],
}  # fmt: skip

# How far numbers have gone that are never given twice, where that is further than the rows.
LAST = {"audit_event": 9, "user_group": 6}

# What a store counts by itself, and tables that it fills when it is opened.
COUNTED = {("user", "factor_count"), ("user_group", "member_count")}
FILLED = {"schema_migration", "user_search", "user_text_former"}


def fill(database):
    """Puts the rows into a directory without any, as far as its schema has their columns."""
    tables = database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'user_text%'"
    ).fetchall()
    for table in {name for (name,) in tables} - FILLED - set(ROWS):
        raise SystemExit(f"full.py has no rows of {table}")
    for table, rows in ROWS.items():
        known = [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]
        for column in known:
            if (table, column) not in COUNTED and any(column not in row for row in rows):
                raise SystemExit(f"full.py does not say what {table} has in {column}")
        for row in rows if known else []:
            columns = [column for column in row if column in known]
            places = ", ".join("?" * len(columns))
            values = [row[column] for column in columns]
            database.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", values)
    for table, last in LAST.items():
        database.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (last, table))
    if ("user_search",) in tables:
        database.execute("UPDATE user_search SET user_count = ?", (len(ROWS["user"]),))
