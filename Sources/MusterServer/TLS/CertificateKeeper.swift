import NIOCore
public import NIOSSL
import Synchronization

/// The certificate that new connections are shown; another one can take its place while the server runs.
public final class CertificateKeeper: Sendable {
    private let present: Mutex<NIOSSLContextConfigurationOverride>
    private let end: Atomic<Int>
    /// What holds for all connections, whatever their certificate.
    let base: TLSConfiguration

    /// Begins with a certificate chain and its private key.
    ///
    /// - Throws: What ``check(_:_:)`` throws.
    public init(chain: [NIOSSLCertificate], key: NIOSSLPrivateKey) throws {
        base = try CertificateKeeper.check(chain, key)
        present = Mutex(CertificateKeeper.override(chain, key))
        end = Atomic(CertificateKeeper.end(of: chain))
    }

    /// When the certificate ends that connections are shown now, in seconds since 1970.
    var expiry: Int { end.load(ordering: .relaxed) }

    /// The end of a chain's first certificate, which is the server's own.
    private static func end(of chain: [NIOSSLCertificate]) -> Int {
        chain.first.map { Int($0.notValidAfter) } ?? 0
    }

    /// Shows new connections another certificate; those that are there keep theirs.
    ///
    /// - Throws: What ``check(_:_:)`` throws; the present certificate stays then.
    public func replace(chain: [NIOSSLCertificate], key: NIOSSLPrivateKey) throws {
        _ = try CertificateKeeper.check(chain, key)
        present.withLock { $0 = CertificateKeeper.override(chain, key) }
        end.store(CertificateKeeper.end(of: chain), ordering: .relaxed)
    }

    /// The configuration of a server that asks for the present certificate at each connection.
    var configuration: TLSConfiguration {
        var configuration = base
        configuration.sslContextCallback = { [self] _, promise in
            promise.succeed(present.withLock { $0 })
        }
        return configuration
    }

    /// Whether a key belongs to a chain is known when a context is made of them.
    ///
    /// - Throws: What the TLS library finds wrong with the certificate or the key.
    private static func check(
        _ chain: [NIOSSLCertificate],
        _ key: NIOSSLPrivateKey
    ) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        // RFC 9325 section 3.1.1: TLS 1.0 and 1.1 must not be used.
        configuration.minimumTLSVersion = .tlsv12
        _ = try NIOSSLContext(configuration: configuration)
        return configuration
    }

    private static func override(
        _ chain: [NIOSSLCertificate],
        _ key: NIOSSLPrivateKey
    ) -> NIOSSLContextConfigurationOverride {
        var override = NIOSSLContextConfigurationOverride()
        override.certificateChain = chain.map { .certificate($0) }
        override.privateKey = .privateKey(key)
        return override
    }
}
