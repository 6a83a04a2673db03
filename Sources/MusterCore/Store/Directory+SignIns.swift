// The services by which somebody comes in, or shows who it is.

extension Authenticator {
    /// Works on a directory.
    ///
    /// - Parameters:
    ///   - directory: Whose credentials are checked.
    ///   - localAdminToken: The token of commands on the data folder; nil, unless one of those asks.
    public init(_ directory: Directory, localAdminToken: LocalAdminToken? = nil) {
        self.init(
            directory.access,
            impersonations: directory.impersonations,
            localAdminToken: localAdminToken
        )
    }
}

extension LocalAdminToken {
    /// Makes a token.
    public init(_ directory: Directory) {
        self.init(directory.random, directory.digester)
    }
}

extension SessionService {
    /// Works on a directory.
    ///
    /// - Parameters:
    ///   - directory: Whose users sign in.
    ///   - kind: By what the sessions that begin are presented.
    public init(_ directory: Directory, opening kind: SessionKind = .token) {
        self.init(
            directory.access,
            opening: kind,
            passwords: directory.passwords,
            cryptography: directory.cryptography,
            sender: directory.codeSender,
            notices: directory.notices,
            signIns: directory.signIns
        )
    }
}

extension LoginService {
    /// Works on a directory.
    ///
    /// - Parameters:
    ///   - directory: Whose users sign in.
    ///   - kind: By what the sessions that begin are presented.
    public init(_ directory: Directory, opening kind: SessionKind = .token) {
        self.init(
            directory.access,
            opening: kind,
            passwords: directory.passwords,
            cryptography: directory.cryptography,
            sender: directory.codeSender,
            notices: directory.notices,
            signIns: directory.signIns
        )
    }
}

extension LocalLoginService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(
            directory.access,
            passwords: directory.passwords,
            cryptography: directory.cryptography,
            signIns: directory.signIns
        )
    }
}

extension BindService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(
            directory.access,
            passwords: directory.passwords,
            authenticator: Authenticator(directory),
            signIns: directory.signIns
        )
    }
}

extension RadiusLoginService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(
            directory.access,
            passwords: directory.passwords,
            questions: directory.questions,
            cryptography: directory.cryptography,
            sender: directory.codeSender,
            notices: directory.notices,
            signIns: directory.signIns
        )
    }
}

extension CredentialCheckService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(
            directory.access,
            passwords: directory.passwords,
            cryptography: directory.cryptography,
            questions: directory.questions,
            signIns: directory.signIns
        )
    }
}

extension PasswordService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(
            directory.access,
            passwords: directory.passwords,
            notices: directory.notices
        )
    }
}

extension FactorService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(
            directory.access,
            passwords: directory.passwords,
            cryptography: directory.cryptography,
            notices: directory.notices
        )
    }
}

extension SecondFactorService {
    /// Works on a directory.
    public init(_ directory: Directory) {
        self.init(
            directory.access,
            passwords: directory.passwords,
            sender: directory.codeSender,
            notices: directory.notices
        )
    }
}

extension PasswordVerifier {
    init(_ directory: Directory) {
        self.init(directory.access, directory.passwords)
    }
}
