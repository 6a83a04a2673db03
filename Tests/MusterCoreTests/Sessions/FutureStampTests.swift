import MusterTesting
import Testing

@testable import MusterCore

@Suite("What was stamped while the clock was ahead counts as over once it is right")
struct FutureStampTests {
    private static let now = FixedClock.start
    private static let digest = Digest([UInt8](repeating: 1, count: Digest.byteCount))
    /// The last moment that is taken for a clock that was set right by a step, and the first that is not.
    private static let near = now.advanced(by: Timestamp.clockTolerance)
    private static let ahead = near.advanced(by: .milliseconds(1))

    /// Why a session is over that began and was used at these moments.
    private func end(
        begun: Timestamp,
        seen: Timestamp,
        timeout: Duration = .zero
    ) -> SessionEnd? {
        Session(
            digest: Self.digest,
            user: UserID(rawValue: 2),
            createdAt: begun,
            lastSeenAt: seen,
            address: nil
        ).end(
            at: Self.now,
            begunBefore: Self.now.advanced(by: .seconds(-3600)),
            timeout: timeout,
            expiry: nil
        )
    }

    @Test("a session that began then has lived its life")
    func lifetime() {
        #expect(end(begun: Self.near, seen: Self.now) == nil)
        #expect(end(begun: Self.ahead, seen: Self.now) == .lifetime)
    }

    @Test("a session that was used then has rested too long, where its user may not rest")
    func idle() {
        let minute = Duration.seconds(60)
        #expect(end(begun: Self.now, seen: Self.near, timeout: minute) == nil)
        #expect(end(begun: Self.now, seen: Self.ahead, timeout: minute) == .idleTimeout)
        #expect(end(begun: Self.now, seen: Self.ahead) == nil)
    }

    @Test("a login that was begun then cannot be finished, with a passkey alone neither")
    func logins() {
        for (moment, isOpen) in [(Self.near, true), (Self.ahead, false)] {
            let ceremony = Ceremony(
                digest: Self.digest,
                user: UserID(rawValue: 2),
                purpose: .registration,
                challenge: [],
                issuedAt: moment
            )
            #expect(ceremony.isOpen(at: Self.now) == isOpen)
            let challenge = PasskeyHandle.Challenge(bytes: [], issuedAt: moment)
            #expect(challenge.isOpen(at: Self.now) == isOpen)
        }
    }
}
