import FoundationEssentials
import NIOCore
import NIOPosix
import NIOSSL

/// The certificate that a server shows: looked at where it was not trusted, to say why.
enum ShownCertificate {
    /// How long the server may take to show it.
    private static let patience = TimeAmount.seconds(5)

    /// When the certificate is good; nil if none is shown in time.
    ///
    /// The connection is broken off when it is there: nothing is sent to whoever shows it.
    static func dates(of address: String) async -> CertificateDates? {
        guard let parts = URLComponents(string: address), let host = parts.host,
            let context = try? NIOSSLContext(configuration: .makeClientConfiguration())
        else { return nil }
        let plain = host.trimming { $0 == "[" || $0 == "]" }
        // A name of the server is for names, not for addresses (RFC 6066 section 3).
        let isAddress = (try? SocketAddress(ipAddress: plain, port: 0)) != nil
        let (dates, date) = AsyncStream.makeStream(of: CertificateDates.self)
        let show:
            @Sendable ([NIOSSLCertificate], EventLoopPromise<NIOSSLVerificationResult>) -> Void = {
                chain,
                verdict in
                if let certificate = chain.first { date.yield(CertificateDates(certificate)) }
                verdict.succeed(NIOSSLVerificationResult.failed)
            }
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(patience)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { () throws -> Void in
                    let handler = try NIOSSLClientHandler(
                        context: context,
                        serverHostname: isAddress ? nil : plain,
                        customVerificationCallback: show
                    )
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        guard
            let channel = try? await bootstrap.connect(host: plain, port: parts.port ?? 443).get()
        else { return nil }
        channel.closeFuture.whenComplete { _ in date.finish() }
        channel.eventLoop.scheduleTask(in: patience) { date.finish() }
        defer { channel.close(promise: nil) }
        for await shown in dates { return shown }
        return nil
    }
}
