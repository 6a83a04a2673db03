import ClientTransport
public import Logging

extension ActiveLogic {
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
        /// Reads are sent again after any failure but a timeout, changes only where no connection could be
        /// made, or where the server answered 429 or 503 with `Retry-After`.
        public var retries: Int

        /// Where the library tells what it does; nil keeps it silent.
        ///
        /// Methods, routes, statuses and request numbers at the level debug; never a name, a password or a
        /// token.
        public var logger: Logger?

        /// Whether `http://` may be used with another machine than this one, so that everybody in between
        /// can read the password.
        public var allowsPlaintext: Bool

        /// The second factor, where the account has one; each code works once.
        public var verificationCode: String? {
            get { code.map { code in code.withExposedValue { $0 } } }
            set { code = newValue.map { Secret($0) } }
        }

        var code: Secret<String>?
        var pacing = Pacing()

        /// Chooses options.
        ///
        /// - Parameters:
        ///   - authorities: Authorities trusted beside the system's.
        ///   - timeout: How long each attempt of a request may take, 30 s unless said otherwise.
        ///   - connectTimeout: How long it may take to reach the server, 10 s unless said otherwise.
        ///   - retries: How many times a request is sent again at most, 2 unless said otherwise.
        ///   - logger: Where the library tells what it does.
        ///   - allowsPlaintext: Whether `http://` may be used with other machines.
        ///   - verificationCode: The second factor.
        public init(
            authorities: [CertificateAuthority] = [],
            timeout: Duration = .seconds(30),
            connectTimeout: Duration = .seconds(10),
            retries: Int = 2,
            logger: Logger? = nil,
            allowsPlaintext: Bool = false,
            verificationCode: String? = nil
        ) {
            self.authorities = authorities
            self.timeout = timeout
            self.connectTimeout = connectTimeout
            self.retries = retries
            self.logger = logger
            self.allowsPlaintext = allowsPlaintext
            code = verificationCode.map { Secret($0) }
        }

        var transport: TransportOptions {
            var transport = TransportOptions(userAgent: "ActiveLogicClient", logger: logger)
            transport.authorities = authorities
            transport.timeout = timeout
            transport.connectTimeout = connectTimeout
            transport.retries = retries
            transport.pacing = pacing
            return transport
        }
    }
}
