public import ClientTransport
public import Logging

extension MusterClient {
    /// How to connect.
    public struct Options: Sendable {
        /// Authorities trusted beside the system's.
        public var authorities: [CertificateAuthority]

        /// How long each attempt of a request may take, from looking for a connection to the end of the answer.
        public var timeout: Duration

        /// How long it may take to reach the server.
        public var connectTimeout: Duration

        /// How many times a request is sent again at most, where that is safe; 0 for never.
        ///
        /// After 429, 502, 503, 504 and lost connections, with the server's `Retry-After` or a random wait that
        /// grows. What would be done twice is sent again only where nothing was sent, or where the server itself
        /// says when to come back.
        public var retries: Int

        /// The longest `Retry-After` that is waited for; a longer one is an error.
        public var longestRetryAfter: Duration

        /// Where the library tells what it does; nil keeps it silent.
        ///
        /// Methods, routes, statuses and request numbers at the level debug; never a name, a password, a key or
        /// a token.
        public var logger: Logger?

        /// Whether `http://` may be used with another machine than this one, so that everybody in between
        /// can read keys and passwords.
        public var allowsPlaintext: Bool

        var pacing = Pacing()

        /// Chooses options.
        ///
        /// - Parameters:
        ///   - authorities: Authorities trusted beside the system's.
        ///   - timeout: How long each attempt of a request may take, 30 s unless said otherwise.
        ///   - connectTimeout: How long it may take to reach the server, 10 s unless said otherwise.
        ///   - retries: How many times a request is sent again at most, 2 unless said otherwise.
        ///   - longestRetryAfter: The longest `Retry-After` that is waited for, 30 s unless said otherwise.
        ///   - logger: Where the library tells what it does.
        ///   - allowsPlaintext: Whether `http://` may be used with other machines.
        public init(
            authorities: [CertificateAuthority] = [],
            timeout: Duration = .seconds(30),
            connectTimeout: Duration = .seconds(10),
            retries: Int = 2,
            longestRetryAfter: Duration = .seconds(30),
            logger: Logger? = nil,
            allowsPlaintext: Bool = false
        ) {
            self.authorities = authorities
            self.timeout = timeout
            self.connectTimeout = connectTimeout
            self.retries = retries
            self.longestRetryAfter = longestRetryAfter
            self.logger = logger
            self.allowsPlaintext = allowsPlaintext
        }

        var transport: TransportOptions {
            var transport = TransportOptions(userAgent: "MusterClient", logger: logger)
            transport.authorities = authorities
            transport.timeout = timeout
            transport.connectTimeout = connectTimeout
            transport.retries = retries
            transport.longestRetryAfter = longestRetryAfter
            transport.pacing = pacing
            return transport
        }
    }

    /// Certificates of an authority that is trusted beside the system's, in PEM form.
    public typealias CertificateAuthority = TrustedAuthority
}
