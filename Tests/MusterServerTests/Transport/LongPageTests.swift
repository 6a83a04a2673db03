import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import NIOCore
import Synchronization
import Testing
import WireJSON

@testable import MusterServer

/// Counts how many bytes a body writes at a time; one test owns it.
private final class Pieces {
    var sizes: [Int] = []
    var text = ""
}

private struct PieceWriter: ResponseBodyWriter {
    let pieces: Pieces

    func write(_ buffer: ByteBuffer) {
        pieces.sizes.append(buffer.readableBytes)
        pieces.text += String(buffer: buffer)
    }

    func finish(_ trailingHeaders: HTTPFields?) {}
}

@Suite("Long pages are read and written batch by batch")
struct LongPageTests {
    private let store: WatchedStore
    private let test: TestDirectory
    private let server: TestServer

    init() async throws {
        store = try WatchedStore()
        test = try await TestDirectory(store: store)
        server = TestServer(test)
    }

    /// The numbers of what is in a page, and the pieces in which it came.
    private func page(
        _ path: String,
        _ name: String
    ) async throws -> (ids: [String], pieces: Pieces) {
        let response = try await server.send(.get, path, as: test.administratorKeys)
        #expect(response.status == .ok)
        let pieces = Pieces()
        try await response.body.write(PieceWriter(pieces: pieces))
        guard case .object(let object) = try JSONValue(parsing: pieces.text.utf8),
            case .array(let elements)? = object[name]
        else {
            Issue.record("no list: \(pieces.text.prefix(100))")
            return ([], pieces)
        }
        let ids = elements.compactMap { element -> String? in
            guard case .object(let record) = element, case .string(let id)? = record["id"] else {
                return nil
            }
            return id
        }
        return (ids, pieces)
    }

    private func fillAuditLog(_ count: Int) async throws {
        let before = try await test.auditEvents().count
        let events = (before..<count).map { number in
            let text = String(number)
            return AuditEvent(
                id: String(repeating: "0", count: 32 - text.utf8.count) + text,
                at: test.clock.now(),
                action: .userUpdate,
                isFailure: false,
                actor: nil,
                impersonated: nil,
                address: nil,
                requestID: "request",
                target: nil,
                fields: []
            )
        }
        try await store.write { transaction throws(MusterError) in
            for event in events { try transaction.appendAuditEvent(event) }
        }
    }

    @Test(
        "a page of the audit log takes the memory of a batch, and is what it was in one piece",
        arguments: [(0, 1600, 1600), (0, 10_000, 1700), (300, 1200, 1200), (1650, 1000, 50)]
    )
    func auditLog(_ offset: Int, _ limit: Int, _ count: Int) async throws {
        try await fillAuditLog(1700)
        for sort in ["asc", "desc"] {
            _ = store.take()
            let path = "/audit-log/v1/events?sort=received:\(sort)&limit=\(limit)&offset=\(offset)"
            let (ids, pieces) = try await page(path, "events")
            let reads = store.take()
            #expect(reads.unbounded == (count + 499) / 500)
            #expect(reads.lists == 0 && reads.others == 1)
            #expect((pieces.sizes.max() ?? 0) < pieces.text.utf8.count / 2 || count <= 500)
            let all = try await test.auditEvents().map(\.id)
            let expected = (sort == "asc" ? all : all.reversed()).dropFirst(offset).prefix(count)
            #expect(ids == Array(expected))
            let end = offset + count
            #expect(
                pieces.text.hasSuffix(
                    #"],"pagination":{"offset":\#(offset),"limit":\#(limit),"count":\#(count),"#
                        + #""total":1700\#(end < 1700 ? #","next":"\#(end)""# : "")}}"#
                )
            )
        }
    }

    @Test("a page of sessions takes the memory of a batch, and has each session once")
    func sessions() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let now = test.clock.now()
        try await store.write { transaction throws(MusterError) in
            for number in 0..<1300 {
                let bytes = [UInt8(number / 256), UInt8(number % 256)]
                try transaction.insertSession(
                    Session(
                        digest: Digest(bytes + [UInt8](repeating: 7, count: 30)),
                        user: jane.id,
                        createdAt: now.advanced(by: .seconds(number / 3)),
                        lastSeenAt: now,
                        address: nil
                    )
                )
            }
        }
        for (query, count) in [("", 1300), ("?limit=1200", 1200), ("?user=jane@example.com", 1300)]
        {
            _ = store.take()
            let (ids, pieces) = try await page("/muster/v1/sessions" + query, "sessions")
            let reads = store.take()
            #expect(reads.lists + reads.unbounded >= 3 && reads.others == 1)
            #expect((pieces.sizes.max() ?? 0) < pieces.text.utf8.count / 2)
            #expect(ids.count == count && Set(ids).count == count)
            #expect(pieces.text.hasSuffix(#"],"total":1300}"#))
        }
    }

    @Test("a page of one batch is one answer, as long as it says")
    func short() async throws {
        try await fillAuditLog(500)
        let response = try await server.send(
            .get,
            "/audit-log/v1/events?limit=10000",
            as: test.administratorKeys
        )
        #expect(response.body.contentLength == nil, "there may be more after a full batch")
        let one = try await server.send(
            .get,
            "/audit-log/v1/events?limit=499",
            as: test.administratorKeys
        )
        #expect(one.body.contentLength != nil)
    }

    @Test("what strangers may read is written part by part, since TLS holds all that it is given")
    func description() async throws {
        let response = try await server.send(.get, "/openapi.yaml")
        let pieces = Pieces()
        try await response.body.write(PieceWriter(pieces: pieces))
        #expect(response.body.contentLength == pieces.text.utf8.count)
        #expect((pieces.sizes.max() ?? 0) <= 8192 && pieces.sizes.min() != 0)
        #expect(pieces.text.hasPrefix("openapi:") && pieces.sizes.count > 10)
    }
}
