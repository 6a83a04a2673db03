import CSQLiteSetup
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("The schema guards itself")
struct SchemaTests {
    private let handle: SQLiteHandle

    init() throws {
        handle = try SQLiteHandle.inMemory()
        try Migrator(digester: PlainDigester()).migrate(handle)
        try handle.runAll(
            """
            INSERT INTO user (uuid, username, role, created_at, changed_at)
            VALUES (zeroblob(16), 'jane@example.com', 16, 0, 0);
            INSERT INTO user_group (uuid, name) VALUES (zeroblob(16), 'Team');
            INSERT INTO group_member (group_id, user_id) VALUES (2, 2);
            """
        )
    }

    @Test("the first numbers given are 2")
    func firstNumbers() throws {
        #expect(try handle.numbers("SELECT id FROM user") == [2])
        #expect(try handle.numbers("SELECT id FROM user_group") == [2])
    }

    @Test(
        "a user that the rules do not allow is refused",
        arguments: [
            "id = 1", "id = 0", "id = -1", "uuid = zeroblob(15)", "uuid = NULL", "uuid = 'text'",
            "username = ''", "username = NULL", "username = hex(zeroblob(128))",
            "role = 1", "role = 128", "role = -1", "role = NULL", "role = 'x'", "read_mask = -1",
            "write_mask = -1", "liveview_mask = -1", "read_mask = 1.5", "hosts = NULL",
            "inactivity_timeout_s = -1", "inactivity_timeout_s = 2147483648", "is_enabled = 2",
            "is_enabled = NULL", "is_enabled = 'yes'", "api_permitted = 2",
            "password_permitted = -1",
            "saml_permitted = 2", "second_factor_required = 2", "phone_verified = 2",
            "sms_enabled = 2",
            "email_enabled = 2", "phone_sealed = 'text'", "login_failure_count = -1",
            "login_failure_total = -1", "last_login_at = 'today'", "created_at = NULL",
            "changed_at = 'x'",
            "name = x'00'", "expires_at = -1", "expires_at = 253402300800000",
            "expires_at = 'never'",
            "note = ''", "note = x'41'", "note = hex(zeroblob(513))",
        ]
    )
    func users(_ assignment: String) {
        refuse("UPDATE user SET \(assignment) WHERE id = 2")
    }

    @Test(
        "a row that the rules do not allow is refused",
        arguments: [
            // One directory, whose owner is somebody.
            "INSERT INTO directory (id, uuid, founded_at, owner_id) VALUES (2, zeroblob(16), 0, 2)",
            "INSERT INTO directory (id, uuid, founded_at, owner_id) VALUES (1, zeroblob(16), 0, 3)",
            "INSERT INTO directory (id, uuid, founded_at, owner_id) VALUES (1, zeroblob(4), 0, 2)",
            // What belongs to somebody belongs to somebody who is there.
            "INSERT INTO password VALUES (3, 'h', 0, 0)",
            "INSERT INTO password VALUES (2, 'h', 2, 0)",
            "INSERT INTO password VALUES (2, NULL, 0, 0)",
            "INSERT INTO former_password (user_id, hash) VALUES (3, 'h')",
            "INSERT INTO api_key VALUES (3, hex(zeroblob(32)), zeroblob(32), 0)",
            "INSERT INTO api_key VALUES (2, 'short', zeroblob(32), 0)",
            "INSERT INTO api_key VALUES (2, hex(zeroblob(32)), zeroblob(31), 0)",
            "INSERT INTO session VALUES (zeroblob(32), 3, 0, 0, NULL, 0, 'pwd', NULL)",
            "INSERT INTO session VALUES (zeroblob(31), 2, 0, 0, NULL, 0, 'pwd', NULL)",
            "INSERT INTO session VALUES (NULL, 2, 0, 0, NULL, 0, 'pwd', NULL)",
            "INSERT INTO session VALUES (zeroblob(32), 2, 0, 0, NULL, 0, 'pwd', '')",
            "INSERT INTO session VALUES (zeroblob(32), 2, 0, 0, NULL, 0, 'pwd', printf('%0129d', 0))",
            "INSERT INTO verification_code VALUES (3, zeroblob(32), NULL, 0, 5)",
            "INSERT INTO verification_code VALUES (2, zeroblob(32), NULL, 0, -1)",
            "INSERT INTO verification_code VALUES (2, zeroblob(3), NULL, 0, 5)",
            // A factor is an app or a passkey, of somebody, with a label.
            "INSERT INTO factor (user_id, label, created_at, secret_sealed) VALUES (3, 'a', 0, x'00')",
            "INSERT INTO factor (user_id, label, created_at, secret_sealed) VALUES (2, '', 0, x'00')",
            "INSERT INTO factor (user_id, label, created_at) VALUES (2, 'a', 0)",
            "INSERT INTO factor (user_id, label, created_at, credential_id) VALUES (2, 'a', 0, x'00')",
            "INSERT INTO recovery_code VALUES (zeroblob(31), 2)",
            "INSERT INTO recovery_code VALUES (zeroblob(32), 3)",
            "INSERT INTO passkey_owner VALUES (2, zeroblob(16))",
            "INSERT INTO factor_failure VALUES (2, 'sent', 0)",
            "INSERT INTO ceremony VALUES (zeroblob(32), 2, 'other', NULL, NULL, x'00', 0, 5)",
            "INSERT INTO ssh_key VALUES (1, 3, 't', zeroblob(1), 'f', 0)",
            "INSERT INTO group_member VALUES (2, 3)", "INSERT INTO group_member VALUES (3, 2)",
            "INSERT INTO group_member VALUES (2, 2)",
            // Names are given once, without regard to case.
            """
            INSERT INTO user (uuid, username, role, created_at, changed_at)
            VALUES (randomblob(16), 'JANE@example.com', 16, 0, 0)
            """,
            """
            INSERT INTO user (uuid, username, role, created_at, changed_at)
            VALUES (zeroblob(16), 'other@example.com', 16, 0, 0)
            """,
            "INSERT INTO user_group (uuid, name) VALUES (randomblob(16), 'TEAM')",
            "INSERT INTO user_group (uuid, name) VALUES (zeroblob(16), 'Other')",
            "INSERT INTO user_group (id, uuid, name) VALUES (1, randomblob(16), 'Other')",
            "INSERT INTO user_group (uuid, name, managed_by_saml) VALUES (randomblob(16), 'O', 2)",
            // The log has whole events.
            "INSERT INTO audit_event (event_id, at, action, is_failure, request_id) VALUES ('x', 0, 'a', 0, 'r')",
            """
            INSERT INTO audit_event (event_id, at, action, is_failure, request_id)
            VALUES (hex(zeroblob(16)), 0, 'a', 2, 'r')
            """,
            """
            INSERT INTO audit_event (event_id, at, action, is_failure, request_id)
            VALUES (hex(zeroblob(16)), 0, NULL, 0, 'r')
            """,
            // Members keep their group.
            "DELETE FROM user_group WHERE id = 2",
        ]
    )
    func rows(_ sql: String) {
        refuse(sql)
    }

    @Test("every table of rows is strict")
    func strict() throws {
        let loose = try handle.texts(
            """
            SELECT name
            FROM pragma_table_list
            WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'
            """
        )
        #expect(loose == [])
    }

    private func refuse(_ sql: String) {
        let error = #expect(throws: SQLiteError.self) {
            try handle.inTransaction { try handle.runAll(StatementText(stringLiteral: sql)) }
        }
        #expect(error?.code == SQLITE_CONSTRAINT, "\(error?.message ?? "accepted")")
    }
}
