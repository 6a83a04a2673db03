import LDAPWire
import Logging
import MusterCore
import MusterTesting
import NIOCore
import NIOEmbedded
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("Passwords over LDAP that came without TLS", .nearStores)
struct LDAPPlaintextTests {
    @Test("they are told one by one up to so many in a second, the rest are counted")
    func told() async throws {
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        let settings = LDAPSettings(suffix: suffix, plaintextBind: .never, version: "1")
        let test = try await TestDirectory()
        let lines = Lines()
        let time = FixedTime()
        let channel = EmbeddedChannel()
        let connection = LDAPConnection(
            LDAPOperations(test.directory, settings),
            address: TestDirectory.address,
            tls: nil,
            isSecure: false,
            budget: ArrivalBudget(4 * 1_048_576, body: 65_536),
            refusals: RefusalPace { time.now },
            logger: lines.logger
        )
        try channel.pipeline.syncOperations.addHandler(connection)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 389), promise: nil)
        for number in 1...RefusalPace.perSecond + 50 { try bind(number, on: channel) }
        #expect(lines.all.count == RefusalPace.perSecond)
        #expect(lines.all.allSatisfy { $0.level == .warning })
        time.pass()
        try bind(1000, on: channel)
        let rest = lines.all.dropFirst(RefusalPace.perSecond)
        #expect(rest.map { $0.metadata["count"] != nil } == [true, false])
        #expect(rest.first?.metadata["count"] == "50")
        _ = try channel.finish()
    }

    private func bind(_ number: Int, on channel: EmbeddedChannel) throws {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(number)
            writer.constructed(0x60) { writer in
                writer.integer(3)
                writer.octets("uid=jane,ou=people,dc=example,dc=com".utf8)
                writer.octets("secret".utf8, tag: BERTag.context(0))
            }
        }
        try channel.writeInbound(ByteBuffer(bytes: writer.bytes))
        channel.embeddedEventLoop.run()
    }
}

/// Tells seconds that pass when they are told to.
private final class FixedTime: Sendable {
    private let seconds = Atomic<UInt64>(5)

    /// The time, in nanoseconds.
    var now: UInt64 { seconds.load(ordering: .relaxed) * 1_000_000_000 }

    func pass() {
        seconds.add(1, ordering: .relaxed)
    }
}
