import Synchronization

/// Counts who came in and who was refused since the program began, by what was presented.
///
/// Every request with keys or a token counts, so counting is one addition and takes no lock.
public final class SignInTally: Sendable {
    /// What was presented.
    public enum Method: Int, CaseIterable, Sendable {
        /// A pair of API keys, with a request.
        case apiKey
        /// The token of a session, with a request.
        case session
        /// A name and a password, and a code where both came at once, to begin a session.
        case password
        /// A second factor, for a login whose password was right before.
        case factor
        /// A passkey alone.
        case passkey
        /// A name and a password, about which another system asks.
        case credentialCheck
        /// A name and a password, about which PAM asks.
        case machinePassword
        /// A name that this machine's login programs have admitted in another way, such as by a public key.
        case machineAccount
        /// A name and a password, or keys in its place, with which a client of LDAP binds.
        case directoryBind
        /// A name and a password, or a code after them, about which a RADIUS server asks.
        case radius

        /// The name under which it is told.
        public var name: String {
            switch self {
            case .apiKey: "api_key"
            case .session: "session"
            case .password: "password"
            case .factor: "factor"
            case .passkey: "passkey"
            case .credentialCheck: "credential_check"
            case .machinePassword: "machine_password"
            case .machineAccount: "machine_account"
            case .directoryBind: "ldap_bind"
            case .radius: "radius"
            }
        }
    }

    /// What came of it.
    public enum Result: Int, CaseIterable, Sendable {
        /// Somebody came in.
        case accepted
        /// Nobody did.
        case refused
        /// The password was right, and a second factor is waited for.
        case factorRequired
        /// Nobody knows: there was too much to do, or the store could not be asked.
        case failed

        /// What an error makes of a sign-in; nil if it is about something else.
        init?(_ error: MusterError) {
            switch error.code {
            case .credentialsInvalid, .sessionExpired, .loginFailed, .loginExpired, .codeInvalid:
                self = .refused
            case .codeRequired, .codeUndeliverable:
                self = .factorRequired
            case .overloaded, .storeUnavailable, .rateLimited:
                self = .failed
            default:
                return nil
            }
        }

        /// The name under which it is told.
        public var name: String {
            switch self {
            case .accepted: "accepted"
            case .refused: "refused"
            case .factorRequired: "factor_required"
            case .failed: "failed"
            }
        }
    }

    /// A number for each pair of method and result.
    private let counts = InlineArray<40, Atomic<UInt64>> { _ in Atomic(0) }

    /// Begins at nothing.
    public init() {}

    /// Counts one.
    public func note(_ method: Method, _ result: Result) {
        counts[SignInTally.place(method, result)].wrappingAdd(1, ordering: .relaxed)
    }

    /// Counts one that ended in an error, unless that is about something else.
    public func note(_ method: Method, _ error: MusterError) {
        if let result = Result(error) { note(method, result) }
    }

    /// Counts how an attempt goes.
    ///
    /// - Throws: What `attempt` throws.
    func note<Value>(
        _ method: Method,
        _ attempt: () async throws(MusterError) -> Value
    ) async throws(MusterError) -> Value {
        do throws(MusterError) {
            let value = try await attempt()
            note(method, .accepted)
            return value
        } catch {
            note(method, error)
            throw error
        }
    }

    /// How many there were.
    public func count(of method: Method, _ result: Result) -> UInt64 {
        counts[SignInTally.place(method, result)].load(ordering: .relaxed)
    }

    private static func place(_ method: Method, _ result: Result) -> Int {
        method.rawValue * 4 + result.rawValue
    }
}

extension Principal.Method {
    /// Under which name it is counted; nil for a command's own token.
    public var tallied: SignInTally.Method? {
        switch self {
        case .apiKey: .apiKey
        case .session: .session
        // What a bound connection asks is no sign-in of its own.
        case .bind, .local: nil
        }
    }
}

extension Credentials {
    /// Under which name they are counted.
    public var tallied: SignInTally.Method {
        switch self {
        case .apiKeys: .apiKey
        case .session, .consoleSession: .session
        }
    }
}
