import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Long answers that nobody reads")
struct ListSharesTests {
    private let first = UserID(rawValue: 7)
    private let second = UserID(rawValue: 8)

    @Test("one caller has a part of the places, whoever has none gets one, and none is kept")
    func parts() throws {
        let shares = ListShares.places(ofOneCaller: 2, together: 3)
        var held = [try shares.take(first), try shares.take(first)]
        let refusal = #expect(throws: MusterError.self) { try shares.take(first) }
        #expect(refusal?.code == .overloaded && refusal?.details["retry_after_seconds"] == "2")
        #expect(refusal?.cause as? Trouble == .lists)
        held += [try shares.take(second)]
        #expect(throws: MusterError.self) { try shares.take(second) }
        held += [try shares.take(UserID(rawValue: 9))]
        #expect(shares.count == held.count && shares.count == 4)
        held.removeAll()
        #expect(shares.count == 0)
        held = [try shares.take(first)]
        #expect(shares.count == 1)
    }

    @Test("a very long answer takes as many places as it has MiB, and whoever has none gets it")
    func weights() throws {
        let shares = ListShares.places(ofOneCaller: 4, together: 6)
        var held = [try shares.take(first, places: 3)]
        #expect(throws: MusterError.self) { try shares.take(first, places: 2) }
        held += [try shares.take(first), try shares.take(second, places: 9)]
        #expect(throws: MusterError.self) { try shares.take(second) }
        #expect(shares.count == 13)
        held.removeAll()
        #expect(shares.count == 0)

        let caller = UserID(rawValue: 987_653)
        let bytes = [UInt8](repeating: 0x20, count: 33 * ListShares.bytesOfPlace)
        let page = try Response.page(Answer(status: .ok, body: bytes), for: caller)
        #expect(page.status == .ok)
        let refusal = #expect(throws: MusterError.self) {
            try Response.page(Answer(status: .ok, body: bytes), for: caller)
        }
        #expect(refusal?.code == .overloaded)
        withExtendedLifetime(page) {}
    }

    @Test("an answer of more than some bytes holds a place until it is taken or dropped")
    func held() throws {
        // A number that no other test has, as the places are those of the whole process.
        let caller = UserID(rawValue: 987_654)
        func page(_ bytes: Int) throws -> Response {
            let answer = Answer(status: .ok, body: [UInt8](repeating: 0x20, count: bytes))
            return try Response.page(answer, for: caller)
        }
        var held = try (0..<64).map { _ in try page(ListShares.free + 1) }
        #expect(throws: MusterError.self) { try page(ListShares.free + 1) }
        held.append(try page(ListShares.free))
        held.removeAll()
        held = [try page(ListShares.free + 1)]
        #expect(held.count == 1)
    }
}
