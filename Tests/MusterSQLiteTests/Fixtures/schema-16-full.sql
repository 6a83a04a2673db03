PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE api_key (
    user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    access_key TEXT NOT NULL UNIQUE CHECK (length(access_key) = 64),
    secret_digest BLOB NOT NULL CHECK (length(secret_digest) = 32),
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO "api_key" VALUES(5,'0000000000000000000000000000000000000000000000000000000000000000',X'0101010101010101010101010101010101010101010101010101010101010101',5100);
CREATE TABLE audit_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL CHECK (length(event_id) = 32),
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    is_failure INTEGER NOT NULL CHECK (is_failure IN (0, 1)),
    actor_kind TEXT,
    actor_uuid BLOB,
    actor_name TEXT,
    impersonated_kind TEXT,
    impersonated_uuid BLOB,
    impersonated_name TEXT,
    address TEXT,
    request_id TEXT NOT NULL,
    target_kind TEXT,
    target_uuid BLOB,
    target_name TEXT,
    fields TEXT NOT NULL DEFAULT ''
, late_by INTEGER) STRICT;
INSERT INTO "audit_event" VALUES(1,'00000000000000000000000000000001',2000,'user.create',0,'User',X'02020202020202020202020202020202','admin@example.com',NULL,NULL,NULL,'192.0.2.1','00000000000000000000000000000001','User',X'03030303030303030303030303030303','jane@example.com','name=Jane',NULL);
INSERT INTO "audit_event" VALUES(2,'00000000000000000000000000000002',1500,'session.create',1,NULL,NULL,NULL,NULL,NULL,NULL,'192.0.2.1','00000000000000000000000000000002','User',X'03030303030303030303030303030303','jane@example.com','name=Jane',500);
INSERT INTO "audit_event" VALUES(5,'00000000000000000000000000000005',2600,'user.update',0,'User',X'02020202020202020202020202020202','admin@example.com','User',X'05050505050505050505050505050505','svc','192.0.2.1','00000000000000000000000000000005','User',X'03030303030303030303030303030303','jane@example.com','name=Jane',NULL);
CREATE TABLE audit_gap (
    last_id INTEGER PRIMARY KEY,
    missing INTEGER NOT NULL CHECK (missing > 0)
) STRICT;
INSERT INTO "audit_gap" VALUES(2,2);
INSERT INTO "audit_gap" VALUES(5,4);
CREATE TABLE ceremony (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL
        CHECK (purpose IN ('login', 'confirmation', 'registration', 'spent')),
    session_digest BLOB CHECK (length(session_digest) = 32),
    password_changed_at INTEGER,
    challenge BLOB NOT NULL,
    issued_at INTEGER NOT NULL,
    tries_left INTEGER NOT NULL CHECK (tries_left >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO "ceremony" VALUES(X'0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A',3,'login',X'0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B',2500,X'0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E',7100,5);
CREATE TABLE directory (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    uuid BLOB NOT NULL CHECK (length(uuid) = 16),
    founded_at INTEGER NOT NULL,
    owner_id INTEGER NOT NULL REFERENCES user (id) ON DELETE RESTRICT,
    revision INTEGER NOT NULL DEFAULT 0
, first_user_number INTEGER
    CHECK (first_user_number BETWEEN 1 AND 4294967294), first_group_number INTEGER
    CHECK (first_group_number BETWEEN 1 AND 4294967294)) STRICT;
INSERT INTO "directory" VALUES(1,X'01010101010101010101010101010101',1000,2,7,100000,200000);
CREATE TABLE ended_session (
    token_digest BLOB PRIMARY KEY CHECK (length(token_digest) = 32),
    reason TEXT NOT NULL,
    ended_at INTEGER NOT NULL
, user_id INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO "ended_session" VALUES(X'0303030303030303030303030303030303030303030303030303030303030303','logged_out',3600,3);
CREATE TABLE factor (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    label TEXT NOT NULL CHECK (length(CAST(label AS BLOB)) BETWEEN 1 AND 64),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    failure_count INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0),
    -- An authenticator app.
    secret_sealed BLOB,
    last_step INTEGER,
    tries_left INTEGER CHECK (tries_left >= 0),
    -- A passkey.
    credential_id BLOB UNIQUE CHECK (length(credential_id) BETWEEN 1 AND 1023),
    public_key BLOB,
    model BLOB CHECK (length(model) = 16),
    counter INTEGER CHECK (counter BETWEEN 0 AND 4294967295),
    is_backup_eligible INTEGER CHECK (is_backup_eligible IN (0, 1)),
    is_backed_up INTEGER CHECK (is_backed_up IN (0, 1)), site TEXT
    CHECK (length(CAST(site AS BLOB)) BETWEEN 1 AND 253),
    CHECK ((secret_sealed IS NULL) <> (credential_id IS NULL)),
    CHECK ((credential_id IS NULL) = (public_key IS NULL))
) STRICT;
INSERT INTO "factor" VALUES(1,3,'Phone',4000,5000,1,X'5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A',77,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "factor" VALUES(2,3,'Laptop',4000,NULL,0,X'5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A',NULL,4,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "factor" VALUES(4,3,'Key',4000,5000,1,NULL,NULL,NULL,X'0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C',X'A50102',X'0D0D0D0D0D0D0D0D0D0D0D0D0D0D0D0D',41,1,0,'muster.example.com');
CREATE TABLE factor_failure (
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    factor TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (user_id, factor)
) STRICT, WITHOUT ROWID;
INSERT INTO "factor_failure" VALUES(3,'recovery',2);
CREATE TABLE former_password (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO "former_password" VALUES(1,3,'$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$b25l');
INSERT INTO "former_password" VALUES(3,3,'$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$dHdv');
CREATE TABLE group_member (
    group_id INTEGER NOT NULL REFERENCES user_group (id) ON DELETE RESTRICT,
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "group_member" VALUES(2,3);
INSERT INTO "group_member" VALUES(2,4);
CREATE TABLE key_check (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    box BLOB NOT NULL
) STRICT;
INSERT INTO "key_check" VALUES(1,X'5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C');
CREATE TABLE login_source (
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    failure_count INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0),
    last_failure_at INTEGER,
    last_success_at INTEGER,
    PRIMARY KEY (user_id, source)
) STRICT, WITHOUT ROWID;
INSERT INTO "login_source" VALUES(3,'192.0.2.0/24',2,6000,7000);
CREATE TABLE passkey_owner (
    user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    handle BLOB NOT NULL UNIQUE CHECK (length(handle) = 32)
) STRICT;
INSERT INTO "passkey_owner" VALUES(3,X'0707070707070707070707070707070707070707070707070707070707070707');
CREATE TABLE password (
    user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    is_temporary INTEGER NOT NULL CHECK (is_temporary IN (0, 1)),
    changed_at INTEGER NOT NULL
) STRICT;
INSERT INTO "password" VALUES(3,'$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA',1,2500);
CREATE TABLE person (
    user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    external_id TEXT CHECK (length(CAST(external_id AS BLOB)) BETWEEN 1 AND 255),
    document TEXT NOT NULL CHECK (length(CAST(document AS BLOB)) BETWEEN 2 AND 16384)
) STRICT;
INSERT INTO "person" VALUES(3,'e-7','{"title":"Doctor"}');
CREATE TABLE person_address (
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    address TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (user_id, place)
) STRICT, WITHOUT ROWID;
INSERT INTO "person_address" VALUES(3,1,'doe@example.net');
INSERT INTO "person_address" VALUES(3,0,'jane@example.net');
CREATE TABLE recovery_code (
    code_digest BLOB PRIMARY KEY CHECK (length(code_digest) = 32),
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO "recovery_code" VALUES(X'0808080808080808080808080808080808080808080808080808080808080808',3);
INSERT INTO "recovery_code" VALUES(X'0909090909090909090909090909090909090909090909090909090909090909',3);
CREATE TABLE refusal (
    minute INTEGER NOT NULL,
    source TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (minute, source)
) STRICT, WITHOUT ROWID;
INSERT INTO "refusal" VALUES(60000,'192.0.2.0/24',21);
CREATE TABLE schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, applied_at INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000)) STRICT;
INSERT INTO "schema_migration" VALUES(1,'users','14e8a65eb044ffb54eac4d8f0725ff1567e9d027bdd12c610bb9dd4a32fb9a35',0);
INSERT INTO "schema_migration" VALUES(2,'login sources','38e0403e182b9fe523805aeee6cce76c3bada457a0056b6d3ba54561e451ccc2',0);
INSERT INTO "schema_migration" VALUES(3,'key check','ac30b58ee802e721cede61ab6d0caebd474d71079b2a874a8e3416fc37ccf347',0);
INSERT INTO "schema_migration" VALUES(4,'group looks','ab40579249c10dc17fd8265e05598ec3886a8ef7e0d4ef9cdf366d7fe3c7913e',0);
INSERT INTO "schema_migration" VALUES(5,'session times','ab0b06591384c675f182cc5e397a65ac0829d28b3ac092ed9ccffa859e21bf4f',0);
INSERT INTO "schema_migration" VALUES(6,'folded looks','fd1f021758186aa50e97c3471d1c0e224c538d3e654226940f85ce0d09960e7a',0);
INSERT INTO "schema_migration" VALUES(7,'member counts','4eed45f9bc5db19d60f3b0e198992695b9d5110f9195ca2b70c67093f96c07b4',0);
INSERT INTO "schema_migration" VALUES(8,'expiry and note','eb19822bcd28dd93179fc96d02a94a92ef2a3154f3d7a829203af20ba7023573',0);
INSERT INTO "schema_migration" VALUES(9,'factors','046ef95ec9719fa1947c4fedd19aa59473c28c9a8ece6ad83756245b66797cde',0);
INSERT INTO "schema_migration" VALUES(10,'passkey sites','4bdf91557a5115706c14fc34aac9c85dbd615dae5b75c6827680be0a400fb3cf',0);
INSERT INTO "schema_migration" VALUES(11,'persons','1af1fc0ecfdfe24057cd3453a21d0d415ba86e08d7f611e65ad5d699b5762a8f',0);
INSERT INTO "schema_migration" VALUES(12,'audit search','83ac750c10983ccd8a4206ee4a17913d9ff85af61942a4a1b7d1a78d81c2df0a',0);
INSERT INTO "schema_migration" VALUES(13,'user search','cbdfe756fd800015d367a53de4f2f9094681857b36a1086686aed316962e77d7',0);
INSERT INTO "schema_migration" VALUES(14,'user changes','d92846ff0502e3133d847bfc1e29459b2b8b8e12abba6a044df63def04b564f8',0);
INSERT INTO "schema_migration" VALUES(15,'session programs','4ac1a07b0d35f3a569264ec2a4cc62827efbedba4fe5f78f664d86e7a24a443e',0);
INSERT INTO "schema_migration" VALUES(16,'account numbers','3be99f3584e67362655546e5b8621ff2cbdbc6aecd3f41aaaaa94d97173fc7ed',0);
CREATE TABLE sent_code (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'email')),
    recipient BLOB NOT NULL
) STRICT;
INSERT INTO "sent_code" VALUES(1,4100,4,'sms',X'0606060606060606060606060606060606060606060606060606060606060606');
CREATE TABLE session (
    token_digest BLOB PRIMARY KEY CHECK (length(token_digest) = 32),
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    address TEXT
, authenticated_at INTEGER, methods TEXT NOT NULL DEFAULT 'pwd', program TEXT
    CHECK (length(CAST(program AS BLOB)) BETWEEN 1 AND 128)) STRICT, WITHOUT ROWID;
INSERT INTO "session" VALUES(X'0202020202020202020202020202020202020202020202020202020202020202',3,3000,3500,'192.0.2.7',3100,'pwd otp','Browser/1.0');
CREATE TABLE ssh_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    blob BLOB NOT NULL,
    fingerprint TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    UNIQUE (user_id, fingerprint)
) STRICT;
INSERT INTO "ssh_key" VALUES(4,3,'ssh-ed25519',X'0404040404040404040404040404040404040404040404040404040404040404','SHA256:abc',2600);
CREATE TABLE user (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id >= 2),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    username TEXT NOT NULL COLLATE NOCASE UNIQUE
        CHECK (length(username) BETWEEN 1 AND 254),
    name TEXT,
    email TEXT,
    role INTEGER NOT NULL CHECK (role IN (0, 16, 24, 32, 40, 64)),
    read_mask INTEGER NOT NULL DEFAULT 0 CHECK (read_mask >= 0),
    write_mask INTEGER NOT NULL DEFAULT 0 CHECK (write_mask >= 0),
    liveview_mask INTEGER NOT NULL DEFAULT 0 CHECK (liveview_mask >= 0),
    hosts TEXT NOT NULL DEFAULT '',
    inactivity_timeout_s INTEGER NOT NULL DEFAULT 0
        CHECK (inactivity_timeout_s BETWEEN 0 AND 2147483647),
    is_enabled INTEGER NOT NULL DEFAULT 1 CHECK (is_enabled IN (0, 1)),
    api_permitted INTEGER NOT NULL DEFAULT 1 CHECK (api_permitted IN (0, 1)),
    password_permitted INTEGER NOT NULL DEFAULT 1 CHECK (password_permitted IN (0, 1)),
    saml_permitted INTEGER NOT NULL DEFAULT 1 CHECK (saml_permitted IN (0, 1)),
    second_factor_required INTEGER NOT NULL DEFAULT 0
        CHECK (second_factor_required IN (0, 1)),
    phone_sealed BLOB,
    phone_verified INTEGER NOT NULL DEFAULT 0 CHECK (phone_verified IN (0, 1)),
    sms_enabled INTEGER NOT NULL DEFAULT 0 CHECK (sms_enabled IN (0, 1)),
    email_enabled INTEGER NOT NULL DEFAULT 0 CHECK (email_enabled IN (0, 1)),
    login_failure_count INTEGER NOT NULL DEFAULT 0 CHECK (login_failure_count >= 0),
    login_failure_total INTEGER NOT NULL DEFAULT 0 CHECK (login_failure_total >= 0),
    last_login_failure_at INTEGER,
    last_login_at INTEGER,
    last_key_use_at INTEGER,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
, last_login_closing_at INTEGER, expires_at INTEGER
    CHECK (expires_at BETWEEN 0 AND 253402300799999), note TEXT
    CHECK (length(CAST(note AS BLOB)) BETWEEN 1 AND 1024), factor_count INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "user" VALUES(2,X'02020202020202020202020202020202','admin@example.com',NULL,NULL,64,9223372036854775807,9223372036854775807,9223372036854775807,'',0,1,1,1,1,0,NULL,0,0,0,0,0,NULL,NULL,NULL,2000,2500,NULL,NULL,NULL,0);
INSERT INTO "user" VALUES(3,X'03030303030303030303030303030303','jane@example.com','Jane Doe','jane.doe@example.com',32,55,8,3,'10.0.0.0/8 2001:db8::7',900,1,0,1,0,1,NULL,0,0,1,2,9,6000,7000,8000,3000,3500,6500,1900000000000,'Back in “May”',2);
INSERT INTO "user" VALUES(4,X'04040404040404040404040404040404','jörg@example.com','Jörg',NULL,16,0,0,0,'',0,0,1,0,1,0,X'5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B5B',1,1,0,0,0,NULL,NULL,NULL,4000,4500,NULL,NULL,NULL,0);
INSERT INTO "user" VALUES(5,X'05050505050505050505050505050505','svc',NULL,NULL,24,8,0,0,'',0,1,1,1,1,0,NULL,0,0,0,0,0,NULL,NULL,NULL,5000,5500,NULL,NULL,NULL,0);
CREATE TABLE user_group (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id >= 2),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    managed_by_saml INTEGER CHECK (managed_by_saml IN (0, 1))
, look TEXT, member_count INTEGER NOT NULL DEFAULT 0
    CHECK (member_count >= 0), external_id TEXT
    CHECK (length(CAST(external_id AS BLOB)) BETWEEN 1 AND 255), created_at INTEGER NOT NULL DEFAULT 0, changed_at INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "user_group" VALUES(2,X'0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A','Team',1,'team',2,'g-1',2700,2800);
INSERT INTO "user_group" VALUES(4,X'0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B','Empty',NULL,'empty',0,NULL,2900,2900);
CREATE TABLE user_search (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    user_count INTEGER NOT NULL CHECK (user_count >= 0),
    indexed_to INTEGER NOT NULL
) STRICT;
INSERT INTO "user_search" VALUES(1,4,0);
CREATE TABLE user_text_former (
    user_id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    name TEXT,
    email TEXT
) STRICT;
CREATE TABLE verification_code (
    user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    code_digest BLOB NOT NULL CHECK (length(code_digest) = 32),
    phone_sealed BLOB,
    issued_at INTEGER NOT NULL,
    tries_left INTEGER NOT NULL CHECK (tries_left >= 0)
) STRICT;
INSERT INTO "verification_code" VALUES(4,X'0505050505050505050505050505050505050505050505050505050505050505',X'5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D5D',4100,3);
CREATE INDEX user_by_name ON user (ifnull(name, username) COLLATE NOCASE, id);
CREATE INDEX user_by_email ON user (ifnull(email, username) COLLATE NOCASE, id);
CREATE INDEX user_enabled_administrators ON user (id) WHERE role = 64 AND is_enabled = 1;
CREATE INDEX former_password_by_user ON former_password (user_id, id);
CREATE INDEX group_member_by_user ON group_member (user_id, group_id);
CREATE INDEX audit_event_by_target ON audit_event (target_uuid, id);
CREATE INDEX login_source_failing ON login_source (last_failure_at)
    WHERE last_success_at IS NULL;
CREATE INDEX sent_code_by_recipient ON sent_code (recipient, at);
CREATE INDEX sent_code_by_user ON sent_code (user_id, at);
CREATE INDEX sent_code_by_channel ON sent_code (channel, at);
CREATE INDEX sent_code_by_time ON sent_code (at);
CREATE INDEX user_enabled_writers ON user (id) WHERE is_enabled = 1 AND write_mask & 8 = 8;
CREATE INDEX ended_session_by_time ON ended_session (ended_at);
CREATE INDEX ended_session_by_user ON ended_session (user_id, ended_at);
CREATE INDEX session_by_user ON session (user_id, created_at DESC, token_digest);
CREATE INDEX session_by_time ON session (created_at DESC, token_digest);
CREATE INDEX user_group_by_look ON user_group (look, id);
CREATE TRIGGER group_member_added AFTER INSERT ON group_member BEGIN
    UPDATE user_group SET member_count = member_count + 1 WHERE id = NEW.group_id;
END;
CREATE TRIGGER group_member_removed AFTER DELETE ON group_member BEGIN
    UPDATE user_group SET member_count = member_count - 1 WHERE id = OLD.group_id;
END;
CREATE TRIGGER group_member_moved AFTER UPDATE OF group_id ON group_member BEGIN
    UPDATE user_group SET member_count = member_count - 1 WHERE id = OLD.group_id;
    UPDATE user_group SET member_count = member_count + 1 WHERE id = NEW.group_id;
END;
CREATE INDEX factor_by_user ON factor (user_id, id);
CREATE INDEX recovery_code_by_user ON recovery_code (user_id);
CREATE INDEX ceremony_by_user ON ceremony (user_id, issued_at);
CREATE INDEX ceremony_by_time ON ceremony (issued_at);
CREATE INDEX person_by_external_id ON person (external_id, user_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX person_address_by_address ON person_address (address, user_id);
CREATE INDEX audit_event_by_time ON audit_event (at, late_by);
CREATE INDEX audit_event_late ON audit_event (at) WHERE late_by IS NOT NULL;
CREATE INDEX audit_event_lateness ON audit_event (late_by) WHERE late_by IS NOT NULL;
CREATE INDEX audit_event_by_action ON audit_event (action, id);
CREATE INDEX audit_event_by_actor ON audit_event (actor_uuid, id);
CREATE INDEX audit_event_by_actor_name ON audit_event (actor_name COLLATE NOCASE, id)
    WHERE actor_kind = 'User';
CREATE INDEX audit_event_by_target_name ON audit_event (target_name COLLATE NOCASE, id)
    WHERE target_kind = 'User';
CREATE TRIGGER factor_added AFTER INSERT ON factor WHEN NEW.tries_left IS NULL BEGIN
    UPDATE user SET factor_count = factor_count + 1 WHERE id = NEW.user_id;
END;
CREATE TRIGGER factor_removed AFTER DELETE ON factor WHEN OLD.tries_left IS NULL BEGIN
    UPDATE user SET factor_count = factor_count - 1 WHERE id = OLD.user_id;
END;
CREATE TRIGGER factor_confirmed AFTER UPDATE OF tries_left ON factor
WHEN (OLD.tries_left IS NULL) <> (NEW.tries_left IS NULL) BEGIN
    UPDATE user
    SET factor_count = factor_count + (NEW.tries_left IS NULL) - (OLD.tries_left IS NULL)
    WHERE id = NEW.user_id;
END;
CREATE INDEX user_by_state ON user (is_enabled, role);
CREATE INDEX user_expiring ON user (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX user_closed ON user (last_login_closing_at)
    WHERE last_login_closing_at IS NOT NULL;
CREATE INDEX user_failed ON user (last_login_failure_at) WHERE login_failure_count > 0;
CREATE INDEX user_without_factor ON user (id)
    WHERE sms_enabled = 0 AND email_enabled = 0 AND factor_count = 0;
CREATE INDEX user_by_last_use ON user (
    max(created_at, ifnull(last_login_at, created_at), ifnull(last_key_use_at, created_at))
);
CREATE INDEX api_key_by_age ON api_key (created_at);
CREATE TRIGGER user_text_changed AFTER UPDATE OF username, name, email ON user
WHEN (OLD.username IS NOT NEW.username OR OLD.name IS NOT NEW.name
      OR OLD.email IS NOT NEW.email)
    AND OLD.id <= (SELECT indexed_to FROM user_search)
BEGIN
    INSERT INTO user_text_former (user_id, username, name, email)
    VALUES (OLD.id, OLD.username, OLD.name, OLD.email)
    ON CONFLICT (user_id) DO NOTHING;
END;
CREATE TRIGGER user_text_removed AFTER DELETE ON user
WHEN OLD.id <= (SELECT indexed_to FROM user_search)
BEGIN
    INSERT INTO user_text_former (user_id, username, name, email)
    VALUES (OLD.id, OLD.username, OLD.name, OLD.email)
    ON CONFLICT (user_id) DO NOTHING;
END;
CREATE INDEX user_by_change ON user (changed_at, id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('user',5);
INSERT INTO "sqlite_sequence" VALUES('user_group',6);
INSERT INTO "sqlite_sequence" VALUES('ssh_key',4);
INSERT INTO "sqlite_sequence" VALUES('factor',4);
INSERT INTO "sqlite_sequence" VALUES('audit_event',9);
CREATE VIRTUAL TABLE user_text USING fts5 (
    username, name, email,
    content = '', tokenize = 'trigram', detail = none, columnsize = 0
);
COMMIT;
