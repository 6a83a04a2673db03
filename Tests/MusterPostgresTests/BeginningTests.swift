import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterPostgres

@Suite("Users who have a text, in PostgreSQL")
struct BeginningTests {
    private static let count = 300
    private let transaction: PostgresTransaction
    private let users: [UserID]

    init() async throws {
        let server = try PostgresServer.shared.get()
        let place = try server.makePlace()
        let store = try await server.open(place)
        let arrivals = (0..<Self.count).map { number in
            UserInsertion(uuid: UUID(), draft: Self.draft(number))
        }
        let made: [UserID?] = try await store.write { transaction throws(MusterError) in
            try transaction.insertUsers(arrivals, at: FixedClock.start)
        }
        users = made.compactMap(\.self)
        try await store.close()
        let connection = try PostgresLink(place).connection()
        transaction = PostgresTransaction(connection, sealer: SodiumSealer(server.key))
    }

    /// Of a third the login name begins with `zoe`, of others the name or the address.
    private static func draft(_ number: Int) -> UserDraft {
        UserDraft(
            username: Username(
                stored: number % 3 == 0 ? "zoe\(number)@example.com" : "u\(number)@example.com"
            ),
            name: number % 7 == 0 ? "Zoe \(number)" : number % 2 == 0 ? nil : "Mia \(number)",
            email: number % 5 == 0 ? "ZOE\(number)@example.org" : nil,
            role: number % 4 == 0 ? .standard : .basic
        )
    }

    @Test(
        "are the same, whether they are found in indexes or in the order of the list",
        arguments: UserQuery.SortField.allCases,
        [false, true]
    )
    func agree(_ sort: UserQuery.SortField, _ isDescending: Bool) throws {
        for prefix in ["zoe", "ZOE1", "u", "mia 2", "nobody"] {
            for (after, offset) in [(nil, 0), (users[150], 0), (nil, 3)] as [(UserID?, Int)] {
                for filters in [[], [.role(.standard)]] as [[UserFilter]] {
                    var query = UserQuery(
                        limit: 4,
                        after: after,
                        prefix: prefix,
                        sort: sort,
                        isDescending: isDescending,
                        filters: filters
                    )
                    query.offset = offset
                    transaction.textTurns = TextTurns()
                    let whole = try transaction.users(query).map(\.id)
                    for (few, window) in [(2, 400), (2, 5), (0, 0)] {
                        transaction.textTurns = TextTurns(few: few, window: window)
                        let found = try transaction.users(query).map(\.id)
                        #expect(found == whole, "\(prefix), \(few), \(window)")
                    }
                }
            }
        }
    }

    @Test(
        "who contains a text is the same, whether it is found among the next or by its pieces",
        arguments: UserQuery.SortField.allCases,
        [false, true]
    )
    func pieces(_ sort: UserQuery.SortField, _ isDescending: Bool) throws {
        for infix in ["oe1", "xample", "IA 2", "nobody"] {
            for after in [nil, users[150]] {
                var query = UserQuery(
                    limit: 4,
                    after: after,
                    sort: sort,
                    isDescending: isDescending
                )
                query.infix = infix
                transaction.textTurns.glimpse = 0
                let whole = try transaction.users(query).map(\.id)
                for glimpse in [5, 400] {
                    transaction.textTurns.glimpse = glimpse
                    #expect(try transaction.users(query).map(\.id) == whole, "\(infix), \(glimpse)")
                }
            }
        }
    }

    @Test("where many do, no more are looked at than a page needs")
    func window() throws {
        transaction.textTurns = TextTurns(few: 2, window: 40)
        let query = UserQuery(limit: 4, prefix: "zoe", sort: .name)
        #expect(try transaction.users(query).count == 4)
        let statements = try transaction.connection.rows(
            """
            SELECT statement FROM pg_prepared_statements
            WHERE strpos(statement, 'FROM "user" AS u') > 0
            """,
            []
        ) { $0[0] as String }
        #expect(!statements.contains { $0.contains("u.id IN (") }, "\(statements)")
        #expect(statements.contains { $0.contains("AS sort_key") })
    }

    @Test("are counted as they are found")
    func total() throws {
        let expected = (0..<Self.count).count { number in
            let draft = Self.draft(number)
            return [draft.username.text, draft.name ?? "", draft.email ?? ""].contains {
                $0.lowercased().starts(with: "zoe")
            }
        }
        let total = try transaction.userTotal(UserQuery(limit: 1, prefix: "zoe"))
        #expect(total == ListTotal(expected))
        #expect(try transaction.userCount(beginningWith: "zoe", upTo: 10) >= 10)
        #expect(try transaction.userCount(beginningWith: "nobody", upTo: 10) == 0)
    }
}
