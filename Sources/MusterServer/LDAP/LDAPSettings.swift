public import LDAPWire
public import MusterCore

/// How the directory is shown over LDAP.
public struct LDAPSettings: Sendable {
    /// When a password may come over a connection without TLS.
    public enum PlaintextBind: String, CaseIterable, Sendable {
        case never
        /// From this machine itself.
        case loopback
        case always
    }

    /// The name of the uppermost entry.
    public let suffix: DistinguishedName
    /// Where the numbers of users and groups begin.
    public let numbers: AccountNumbers
    /// That of the group that everybody is in, as it is written.
    let everyonesNumber: [UInt8]
    /// When a password may come without TLS.
    public var plaintextBind: PlaintextBind
    /// Whether administrators see who is shut out.
    public var showsDisabled: Bool
    /// Whether entries are made, changed and deleted over LDAP.
    public var takesWrites: Bool
    /// Where a user's files are, with `{username}` for the login name.
    public var homeDirectory: String {
        didSet { homeParts = Self.parts(ofHome: homeDirectory) }
    }
    /// What stands before, between and after login names in it.
    private var homeParts: [[UInt8]]
    /// What a user's terminal begins with.
    public var loginShell: String
    /// The most connections at a time.
    public var connections: Int
    /// The program's version.
    public var version: String

    /// Builds the settings; the defaults are those of the program.
    public init(
        suffix: DistinguishedName,
        numbers: AccountNumbers = .usual,
        plaintextBind: PlaintextBind = .loopback,
        showsDisabled: Bool = false,
        takesWrites: Bool = false,
        homeDirectory: String = "/home/{username}",
        loginShell: String = "/bin/bash",
        connections: Int = 1024,
        version: String
    ) {
        self.suffix = suffix
        self.numbers = numbers
        everyonesNumber = String(numbers.firstGroup).asBytes
        self.plaintextBind = plaintextBind
        self.showsDisabled = showsDisabled
        self.takesWrites = takesWrites
        self.homeDirectory = homeDirectory
        homeParts = Self.parts(ofHome: homeDirectory)
        self.loginShell = loginShell
        self.connections = connections
        self.version = version
    }

    /// Whether a password may come over a connection.
    ///
    /// - Parameters:
    ///   - isSecure: Whether TLS is spoken on it.
    ///   - address: Where it comes from; nil if there is none, as for a socket of this machine.
    /// - Returns: Whether it may.
    func mayCarryPassword(isSecure: Bool, from address: IPAddress?) -> Bool {
        guard !isSecure else { return true }
        return switch plaintextBind {
        case .never: false
        case .loopback: address?.isOfThisMachine ?? true
        case .always: true
        }
    }

    /// What is shown of an account of which nothing else is known.
    func accountValues(of attribute: LDAPAttribute, _ user: User) -> [[UInt8]] {
        switch attribute {
        case .homeDirectory: [home(of: user)]
        case .loginShell: [loginShell.asBytes]
        default: []
        }
    }

    /// Where the files of a user are.
    func home(of user: User) -> [UInt8] {
        var home: [UInt8] = []
        home.reserveCapacity(64)
        for (place, part) in homeParts.enumerated() {
            if place > 0 { home.append(contentsOf: user.username.text.utf8) }
            home.append(contentsOf: part)
        }
        return home
    }

    private static func parts(ofHome template: String) -> [[UInt8]] {
        template.split(separator: "{username}", omittingEmptySubsequences: false).map {
            Array($0.utf8)
        }
    }
}
