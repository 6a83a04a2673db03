import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterPostgres

@Suite("Many users come in few statements, each as if it had come alone")
struct ManyUsersTests {
    private let store: PostgresStore
    /// More than one statement takes.
    private let count = 2 * PostgresTransaction.rowsAtOnce + 3

    init() async throws {
        store = try await PostgresServer.shared.get().makeStore()
    }

    private static func arrival(_ name: String, _ number: Int) -> UserInsertion {
        var draft = UserDraft(
            username: Username(stored: name),
            name: number.isMultiple(of: 2) ? nil : "Jäne \(number)",
            email: number.isMultiple(of: 3) ? nil : "jane\(number)@mail.example"
        )
        draft.isEnabled = !number.isMultiple(of: 5)
        draft.note = number.isMultiple(of: 7) ? "note \(number)" : nil
        draft.expiresAt = number.isMultiple(of: 11) ? Timestamp(rawValue: 5_000_000) : nil
        draft.masks = Masks(read: Int64(number), write: 0, liveview: 1)
        return UserInsertion(uuid: UUID(), draft: draft)
    }

    private func insert(_ arrivals: [UserInsertion]) async throws -> [UserID?] {
        try await store.writeBatch(of: UserID(rawValue: 2)) { transaction throws(MusterError) in
            try transaction.insertUsers(arrivals, at: FixedClock.start)
        }
    }

    @Test("all have what they came with, and their numbers are in their order")
    func all() async throws {
        let arrivals = (1...count).map { Self.arrival("user\($0)", $0) }
        let ids = try await insert(arrivals).compactMap(\.self)
        #expect(ids.count == count)
        #expect(ids.map(\.rawValue) == ids.map(\.rawValue).sorted())
        for place in [0, 1, 2, 4, 6, 10, 499, 500, 999, 1000, count - 1] {
            let found = try await store.read(.bounded) { reader throws(MusterError) in
                try reader.user(.id(ids[place]))
            }
            let arrival = arrivals[place]
            let expected = User(
                id: ids[place],
                uuid: arrival.uuid,
                draft: arrival.draft,
                at: FixedClock.start
            )
            #expect(found == expected, "\(place)")
        }
    }

    @Test(
        "names that are taken are told of, by users who are there, in any case, or by those before"
    )
    func taken() async throws {
        _ = try await insert([Self.arrival("Jane", 1)])
        var names = (1...count).map { "user\($0)" }
        names[0] = "JANE"
        names[count - 2] = "USER2"
        names[count - 1] = "user700"
        let ids = try await insert(names.enumerated().map { Self.arrival($1, $0) })
        let refused = ids.indices.filter { ids[$0] == nil }
        #expect(refused == [0, count - 2, count - 1])
        let total = try await store.read(.unbounded) { reader throws(MusterError) in
            try reader.userCount()
        }
        #expect(total == count - 2)
    }

    @Test("nobody comes where one has a text that the engine refuses")
    func refused() async throws {
        let arrivals = (1...count).map { Self.arrival($0 == count ? "us\u{0}er" : "user\($0)", $0) }
        let refusal = await failure { try await insert(arrivals) }
        #expect(refusal?.code == .storeUnavailable)
        let total = try await store.read(.unbounded) { reader throws(MusterError) in
            try reader.userCount()
        }
        #expect(total == 0)
        #expect(try await insert([]) == [])
    }

    @Test(
        "events stand in the log in the order in which they were handed over, with all that they say"
    )
    func events() async throws {
        let events = (1...count).map { number in
            AuditEvent(
                id: Hex.text((0..<16).map { _ in UInt8.random(in: .min ... .max) }),
                at: FixedClock.start,
                action: .userCreate,
                isFailure: number.isMultiple(of: 2),
                actor: number.isMultiple(of: 3)
                    ? nil : AuditParty(kind: .user, uuid: UUID(), name: "actor\(number)"),
                impersonated: nil,
                address: number.isMultiple(of: 5) ? "192.0.2.1" : nil,
                requestID: "request\(number)",
                target: AuditParty(kind: .user, uuid: UUID(), name: "user\(number)"),
                fields: [AuditField("username", "user\(number)")]
            )
        }
        try await store.write { transaction throws(MusterError) in
            try transaction.appendAuditEvents(events)
        }
        let found = try await store.read(.unbounded) { reader throws(MusterError) in
            try reader.auditEvents(AuditQuery(limit: AuditQuery.maximumLimit))
        }
        #expect(found == events)
    }
}
