import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("Directories of older versions that use all that their schema has")
struct FullUpgradeTests {
    private static let jane = UserID(rawValue: 3)

    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    /// The tables of a file with their columns, but for those in which a store finds users by what they contain.
    private func tables(in handle: SQLiteHandle) throws -> [(name: String, columns: [String])] {
        try handle.texts(
            """
            SELECT name FROM sqlite_schema
            WHERE type = 'table' AND name NOT GLOB 'user_text*'
                AND name NOT IN ('schema_migration', 'user_search')
            """
        ).map { name in
            (name, try handle.texts("SELECT name FROM pragma_table_info(?)", [name]))
        }
    }

    /// The rows of a table, each as one text.
    private func rows(
        of table: (name: String, columns: [String]),
        in handle: SQLiteHandle
    ) throws -> [String] {
        let values = table.columns.map { "quote(\"\($0)\")" }.joined(separator: " || ', ' || ")
        return try handle.texts(
            StatementText(stringLiteral: "SELECT \(values) FROM \"\(table.name)\" ORDER BY 1")
        )
    }

    @Test(
        "no value of any row is lost or becomes another one",
        arguments: 1...Migration.all.count
    )
    func kept(_ schema: Int) async throws {
        try folder.place(schema, .full)
        var handle = try folder.file()
        let before = try tables(in: handle)
        let expected = try before.map { try rows(of: $0, in: handle) }
        for (table, rows) in zip(before, expected) {
            #expect(!rows.isEmpty, "the stored directory has nothing in \(table.name)")
        }
        try handle.close()
        try folder.open().close()

        handle = try folder.file()
        for (table, expected) in zip(before, expected) {
            #expect(try rows(of: table, in: handle) == expected, "\(table.name)")
        }
        // What a step computes is what a newer program would have written.
        #expect(
            try handle.numbers("SELECT ifnull(late_by, -1) FROM audit_event ORDER BY id")
                == [-1, 500, -1]
        )
        #expect(
            try handle.numbers("SELECT 100 * last_id + missing FROM audit_gap ORDER BY last_id")
                == [202, 504]
        )
        #expect(try handle.numbers("SELECT member_count FROM user_group ORDER BY id") == [2, 0])
        #expect(try handle.texts("SELECT look FROM user_group ORDER BY id") == ["team", "empty"])
        #expect(
            try handle.numbers("SELECT factor_count FROM user ORDER BY id")
                == [0, schema >= 9 ? 2 : 0, 0, 0]
        )
        #expect(try handle.texts("PRAGMA integrity_check") == ["ok"])
        #expect(
            try Migrator(digester: SystemDigester(.random())).differences(in: handle).isEmpty
        )
        try handle.close()
        // Numbers are not given a second time.
        let store = try folder.open()
        #expect(try await store.insert("after@example.com").id == UserID(rawValue: 6))
        try store.close()
    }

    /// What a reader finds of a user.
    private struct Found {
        let user: User?
        let password: StoredPassword?
        let former: Int
        let person: Person?
        let source: LoginSourceRecord
        let factors: [Factor]
        let counts: FactorCounts
        let handle: [UInt8]?
        let failures: Int
    }

    @Test(
        "a user is read with hosts, masks, expiry and note, and with what it proves itself by",
        arguments: 1...Migration.all.count
    )
    func read(_ schema: Int) throws {
        try folder.place(schema, .full)
        let store = try folder.open()
        let found = try store.readNow { reader throws(MusterError) in
            Found(
                user: try reader.user(.id(Self.jane)),
                password: try reader.password(of: Self.jane),
                former: try reader.formerPasswords(of: Self.jane).count,
                person: try reader.person(of: Self.jane),
                source: try reader.loginSource(
                    LoginSource(stored: "192.0.2.0/24"),
                    of: Self.jane
                ),
                factors: try reader.factors(of: Self.jane),
                counts: try reader.factorCounts(of: Self.jane),
                handle: try reader.userHandle(of: Self.jane),
                failures: try reader.failureCount(of: .recovery, of: Self.jane)
            )
        }
        try store.close()
        try Self.requireFields(of: found.user, schema)
        #expect(found.password?.isTemporary == true)
        #expect(found.password?.changedAt == Timestamp(rawValue: 2500))
        #expect(found.former == 2)
        #expect(
            found.source
                == (schema >= 2
                    ? LoginSourceRecord(
                        failureCount: 2,
                        lastFailure: Timestamp(rawValue: 6000),
                        lastSuccess: Timestamp(rawValue: 7000)
                    ) : LoginSourceRecord())
        )
        let addresses = ["jane@example.net", "doe@example.net"]
        #expect(found.person?.externalID == (schema >= 11 ? "e-7" : nil))
        #expect(found.person?.otherAddresses == (schema >= 11 ? addresses : nil))
        guard schema >= 9 else {
            #expect(found.factors.isEmpty)
            return
        }
        Self.requireFactors(found.factors, schema)
        #expect(found.counts == FactorCounts(apps: 1, passkeys: 1, recoveryCodes: 2))
        #expect(found.handle == [UInt8](repeating: 7, count: 32))
        #expect(found.failures == 2)
    }

    private static func requireFields(of user: User?, _ schema: Int) throws {
        #expect(user?.username.text == "jane@example.com")
        #expect(user?.name == "Jane Doe")
        #expect(user?.email == "jane.doe@example.com")
        #expect(user?.role == .standard)
        #expect(user?.masks == Masks(read: 55, write: 8, liveview: 3))
        #expect(user?.hosts == (try AllowedNetworks(["10.0.0.0/8", "2001:db8::7"])))
        #expect(user?.inactivityTimeout == .seconds(900))
        #expect(user?.isEnabled == true)
        #expect(
            user?.expiresAt == (schema >= 8 ? Timestamp(rawValue: 1_900_000_000_000) : nil)
        )
        #expect(user?.note == (schema >= 8 ? "Back in \u{201c}May\u{201d}" : nil))
        #expect(
            user?.authorizations
                == Authorizations(
                    api: false,
                    password: true,
                    saml: false,
                    requiresSecondFactorEnrolment: true
                )
        )
        #expect(user?.secondFactor == SecondFactor(isEmailEnabled: true))
        #expect(
            user?.logins
                == LoginRecord(
                    failureCount: 2,
                    failureTotal: 9,
                    lastFailure: Timestamp(rawValue: 6000),
                    lastSuccess: Timestamp(rawValue: 7000),
                    lastClosing: schema >= 2 ? Timestamp(rawValue: 6500) : nil
                )
        )
        #expect(user?.lastKeyUse == Timestamp(rawValue: 8000))
        #expect(user?.groups.count == 1)
    }

    private static func requireFactors(_ factors: [Factor], _ schema: Int) {
        #expect(factors.map(\.label) == ["Phone", "Laptop", "Key"])
        #expect(factors.map(\.isConfirmed) == [true, false, true])
        #expect(factors.map(\.failureCount) == [1, 0, 1])
        #expect(factors.map(\.lastUsedAt?.rawValue) == [5000, nil, 5000])
        for factor in factors {
            switch factor.proof {
            case .timeCode(let secret):
                #expect(secret.lastStep == (factor.isConfirmed ? 77 : nil))
                #expect(secret.triesLeft == (factor.isConfirmed ? nil : 4))
            case .passkey(let key):
                #expect(key.credentialID == [UInt8](repeating: 12, count: 32))
                #expect(key.publicKey == [0xa5, 1, 2])
                #expect(key.counter == 41)
                #expect(key.isBackupEligible && !key.isBackedUp)
                #expect(key.site == (schema >= 10 ? "muster.example.com" : nil))
            }
        }
    }
}
