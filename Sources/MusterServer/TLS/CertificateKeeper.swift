public import NIOSSL
import Synchronization

/// The certificate that new connections are shown; another one can take its place while the server runs.
///
/// A context of the TLS library is made once for each certificate, and all connections share it: to hand the certificate to
/// each connection again has it written out and held against its key each time, and each handshake wait for another turn of
/// its event loop. What a context keeps goes with it: after another certificate has come nobody takes up a session that was
/// begun with the one before.
public final class CertificateKeeper: Sendable {
    private let present: Mutex<NIOSSLContext>
    private let end: Atomic<Int>

    /// Begins with a certificate chain and its private key.
    ///
    /// - Throws: What the TLS library finds wrong with the certificate or the key.
    public init(chain: [NIOSSLCertificate], key: NIOSSLPrivateKey) throws {
        present = Mutex(try CertificateKeeper.context(chain, key))
        end = Atomic(CertificateKeeper.end(of: chain))
    }

    /// When the certificate ends that connections are shown now, in seconds since 1970.
    var expiry: Int { end.load(ordering: .relaxed) }

    /// What a connection that begins now speaks TLS with.
    var context: NIOSSLContext { present.withLock(\.self) }

    /// The end of a chain's first certificate, which is the server's own.
    private static func end(of chain: [NIOSSLCertificate]) -> Int {
        chain.first.map { Int($0.notValidAfter) } ?? 0
    }

    /// Shows new connections another certificate; those that are there keep theirs.
    ///
    /// - Throws: What the TLS library finds wrong with the certificate or the key; the present certificate stays then.
    public func replace(chain: [NIOSSLCertificate], key: NIOSSLPrivateKey) throws {
        let next = try CertificateKeeper.context(chain, key)
        present.withLock { $0 = next }
        end.store(CertificateKeeper.end(of: chain), ordering: .relaxed)
    }

    /// Whether a key belongs to a chain is known when a context is made of them.
    private static func context(
        _ chain: [NIOSSLCertificate],
        _ key: NIOSSLPrivateKey
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        // RFC 9325 section 3.1.1: TLS 1.0 and 1.1 must not be used.
        configuration.minimumTLSVersion = .tlsv12
        return try NIOSSLContext(configuration: configuration)
    }
}
