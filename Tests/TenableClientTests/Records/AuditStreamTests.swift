import ClientTestSupport
import HTTPTypes
import MusterTesting
import TenableClient
import Testing

@Suite("Events one by one", .timeLimit(.minutes(10)))
struct AuditStreamTests {
    /// A page, as the server writes it.
    private static func page(_ ids: [Int], next: String? = nil) -> Reply {
        let events = ids.map { id in
            #"{"id":"\#(id)","action":"user.create","received":"2026-01-31T12:00:00Z"}"#
        }
        let next = next.map { #","next":"\#($0)""# } ?? ""
        return .answer(
            .ok,
            #"{"events":[\#(events.joined(separator: ","))],"pagination":{"limit":2\#(next)}}"#
        )
    }

    private static func ids(
        _ list: TenableIO.AuditEventList
    ) async throws(TenableError) -> [String] {
        var ids: [String] = []
        for try await event in list { ids.append(event.id) }
        return ids
    }

    @Test(
        "every event is there once, in either order, whatever the size of a page",
        arguments: [-1, 1, 2, 3, 1_000, 1_000_000]
    )
    func pages(_ size: Int) async throws {
        try await LiveServer.withTenableIO { tio, server in
            for number in 1...5 { _ = try await server.test.makeUser("user\(number)@example.com") }
            let all = try await tio.auditLog.events(limit: 10_000).map(\.id)
            #expect(all.count >= 5)
            #expect(try await Self.ids(tio.auditLog.stream(pageSize: size)) == all)
            #expect(
                try await Self.ids(tio.auditLog.stream(newestFirst: true, pageSize: size))
                    == all.reversed()
            )
        }
    }

    @Test("pages follow what the server says, and filters go with each")
    func following() async throws {
        try await FakeServer.withTenableIO { _, count in
            count == 0 ? Self.page([1, 2], next: "a&b") : Self.page([3])
        } _: { tio, server in
            let list = tio.auditLog.stream(
                .action("user.create"),
                matchingAny: true,
                newestFirst: true,
                pageSize: 2
            )
            #expect(server.received.isEmpty)
            let ids = try await Self.ids(list)
            #expect(ids == ["1", "2", "3"])
            let first =
                "GET /audit-log/v1/events?f=action.eq%3Auser.create&ft=or&limit=2&sort=received%3Adesc"
            #expect(server.lines == [first, first + "&next=a%26b"])
        }
    }

    @Test("events that new ones have pushed to the next page are not shown again")
    func pushed() async throws {
        try await FakeServer.withTenableIO { _, count in
            count == 0 ? Self.page([9, 8], next: "2") : Self.page([8, 7])
        } _: { tio, _ in
            let ids = try await Self.ids(tio.auditLog.stream(newestFirst: true, pageSize: 2))
            #expect(ids == ["9", "8", "7"])
        }
    }

    @Test(
        "a server that leads nowhere is not followed for ever",
        arguments: [[1, 2], []]
    )
    func nowhere(_ ids: [Int]) async throws {
        try await FakeServer.withTenableIO { _, _ in
            Self.page(ids, next: "2")
        } _: { tio, server in
            let seen = try await Self.ids(tio.auditLog.stream(pageSize: 2))
            #expect(seen == ids.map { "\($0)" })
            #expect(server.received.count == (ids.isEmpty ? 1 : 2))
        }
    }

    @Test(
        "what is no page of events is a malformed answer",
        arguments: [
            #"{"events":[],"pagination":[]}"#, #"{"events":[],"pagination":{"next":2}}"#,
            #"{"events":[{}]}"#, "{}", "[]",
        ]
    )
    func malformed(_ body: String) async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok, body)
        } _: { tio, _ in
            let error = await refusal { () async throws(TenableError) in
                try await Self.ids(tio.auditLog.stream())
            }
            #expect(error?.kind == .malformedAnswer)
        }
    }

    @Test("a failure comes where it happens and ends the sequence, and so does cancellation")
    func ending() async throws {
        try await FakeServer.withTenableIO { _, count in
            count == 0 ? Self.page([1, 2], next: "2") : .answer(.forbidden)
        } _: { tio, server in
            var iterator = tio.auditLog.stream(pageSize: 2).makeAsyncIterator()
            let first = try await iterator.next()
            let second = try await iterator.next()
            #expect(first?.id == "1" && second?.id == "2")
            let error = await refusal { () async throws(TenableError) in
                try await iterator.next()
            }
            #expect(error?.kind == .forbidden)
            let last = try await iterator.next()
            #expect(last == nil)
            #expect(server.received.count == 2)
        }
        try await FakeServer.withTenableIO { _, _ in
            Self.page([1, 2])
        } _: { tio, _ in
            let task = Task {
                var seen = 0
                let error = await refusal { () async throws(TenableError) in
                    for try await _ in tio.auditLog.stream() {
                        seen += 1
                        withUnsafeCurrentTask { $0?.cancel() }
                    }
                }
                return (seen, error?.kind)
            }
            #expect(await task.value == (1, .cancelled))
        }
    }
}
