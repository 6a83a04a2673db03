import ClientTransport
import MusterCore
import TextBytes

extension Destination {
    /// Where requests go.
    ///
    /// - Throws: ``CommandError`` where the address is none, or secrets could be read on the way.
    var address: ServerAddress {
        get throws(CommandError) {
            do {
                return try ServerAddress(url, allowsPlaintext: allowsPlaintext)
            } catch {
                guard (try? ServerAddress(url, allowsPlaintext: true)) == nil else {
                    throw CommandError(
                        .usage,
                        "Over http:// passwords and keys could be read on the way. Use https://, or say "
                            + "--allow-plaintext if you trust the network."
                    )
                }
                throw CommandError(.usage, fault)
            }
        }
    }

    /// What is wrong with an address that is none; it is quoted, unless there may be something secret in it.
    private var fault: String {
        let isOpen = !url.utf8.contains { "@?".utf8.contains($0) }
        let shown = isOpen ? url.quoted() : "That"
        let start = url.head(TextLimit.word).foldedASCII
        let hasScheme = ["http://", "https://"].contains { start.starts(with: $0.utf8) }
        let reason = hasScheme ? "" : ": it does not begin with https:// or http://"
        return
            "\(shown) is no address of a server\(reason). An address looks like https://host:port, with a port "
            + "from 1 to 65535 and no user name, password or query in it."
    }

    /// Does some work with a server as somebody, or as nobody.
    ///
    /// - Parameters:
    ///   - credentials: Who asks.
    ///   - origin: Where the credentials come from, if from somewhere else than the destination's own.
    ///   - work: The work.
    /// - Returns: What the work returns.
    /// - Throws: What the work throws, and ``CommandError`` if there is no way to the server.
    func withServer<Result: Sendable>(
        as credentials: Credentials?,
        from origin: Proof? = nil,
        _ work: @escaping @Sendable (Server) async throws -> Result
    ) async throws -> Result {
        try await Self.withTransport(try address, authority) { transport in
            try await work(
                try Server(
                    address: url,
                    proof: origin ?? proof,
                    transport: transport,
                    credentials: credentials
                )
            )
        }
    }

    /// Opens the way to an address for as long as some work takes.
    ///
    /// - Throws: What the work throws, and ``CommandError`` where the authority's file cannot be read.
    static func withTransport<Result>(
        _ address: ServerAddress,
        _ authority: String?,
        _ work: (Transport) async throws -> Result
    ) async throws -> Result {
        var options = TransportOptions(userAgent: "muster/\(Version.text)", logger: nil)
        // Whoever sits there is told when to come back, rather than kept waiting without a word.
        options.longestRetryAfter = .seconds(5)
        options.authorities = authority.map { [.file($0)] } ?? []
        let transport: Transport
        do {
            transport = try Transport(address, options)
        } catch {
            let place = authority == nil ? "" : " It is named by --ca, MUSTER_CA or the profile."
            throw CommandError(.noInput, error.message + place)
        }
        do {
            let result = try await work(transport)
            await transport.shutDown()
            return result
        } catch {
            await transport.shutDown()
            throw error
        }
    }
}
