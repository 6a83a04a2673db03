import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Passwords that wait for somebody")
struct PatientHasherTests {
    @Test("a password that waits to be hashed is given up when its peer goes away")
    func gone() async throws {
        let peer = ConnectionStanding(nil)
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let hasher = PatientHasher(EndlessHasher(begins: beginning))
        let work = Task {
            await PatientHasher.$peer.withValue(peer) {
                _ = await #expect(throws: MusterError.self) {
                    try await hasher.hash(Secret("a word that waits"), in: .bulk)
                }
            }
        }
        for await _ in begun { break }
        peer.leave()
        await work.value
    }

    @Test("the password of somebody who has gone already is given up at once")
    func late() async throws {
        let peer = ConnectionStanding(nil)
        peer.leave()
        let hasher = PatientHasher(EndlessHasher(begins: AsyncStream.makeStream().continuation))
        await PatientHasher.$peer.withValue(peer) {
            _ = await #expect(throws: MusterError.self) {
                try await hasher.check(Secret("a word"), against: nil, in: .bulk)
            }
        }
    }

    @Test("where nobody can go away, passwords are hashed as ever")
    func nobody() async throws {
        let hasher = PatientHasher(InstantHasher())
        let word = Secret("a word for nobody")
        let hash = try await hasher.hash(word, in: .bulk)
        #expect(try await hasher.check(word, against: hash, in: .bulk) != .wrong)
    }
}

/// A hasher that never comes to an end by itself.
private struct EndlessHasher: WrappingHasher {
    let hasher = InstantHasher()
    let begins: AsyncStream<Void>.Continuation

    func hash(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordHash {
        try await wait()
        return try await hasher.hash(password, in: lane)
    }

    func check(
        _ password: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck {
        try await wait()
        return try await hasher.check(password, against: hash, in: lane)
    }

    private func wait() async throws(MusterError) {
        begins.yield()
        let (never, end) = AsyncStream.makeStream(of: Void.self)
        for await _ in never {}
        end.finish()
        throw MusterError(.overloaded, "Nobody waits any more.")
    }
}
