/// Where attempts to sign in to an account come from, as far as they are counted together.
///
/// The network itself, as it is written everywhere, is where people come from. The other kinds begin with a word and
/// a space, which no network has in it, so that nobody's number can be read as a part of an address.
public struct LoginSource: Hashable, Sendable {
    /// Any place at all: where an account is counted as a whole, or everybody together.
    static let anywhere = LoginSource(stored: "from anywhere")
    /// Callers over HTTP of whom no address is known, behind a proxy that hides them: never the machine itself.
    static let unaddressed = LoginSource(stored: "without address")

    /// The name under which the store keeps it.
    public let text: String
    /// Where it is counted together with its neighbours when there are too many of its kind; nil for what is none of
    /// many.
    let neighbourhood: String?

    /// The network that a person comes from; one's own machine if there is no address.
    public init(_ network: SourceNetwork) {
        text = network.description
        neighbourhood = network.isLocal ? nil : "near \(network.neighbourhood)"
    }

    /// The network that a request over HTTP came from.
    init(of address: IPAddress?, _ widths: SourceNetwork.Widths) {
        self = address == nil ? .unaddressed : LoginSource(SourceNetwork(of: address, widths))
    }

    /// A host that a login program names, and does not give the address of.
    ///
    /// Whoever comes from it may have chosen the name, so that it is kept as a hash.
    init(host name: String, _ digester: any Digester) {
        let bytes = name.utf8.prefix(LoginSource.hostBytes).map { byte in
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
        }
        text = "name \(Hex.text(digester.digest(bytes).bytes.prefix(8)))"
        neighbourhood = "near names"
    }

    /// As much of a host's name as tells it from others: the longest of DNS (RFC 1035 section 2.3.4).
    private static let hostBytes = 255

    /// A place at a client of RADIUS, by the words of whoever asks: what is counted there shuts nobody out at another
    /// client, and at no other caller's.
    ///
    /// Whoever sits there may have chosen the name, as of a card for Wi-Fi, so that beyond a bound all places of the client
    /// count together.
    init(
        radius client: String,
        place: String,
        askedBy caller: UserID,
        _ digester: any Digester
    ) {
        func mark(_ text: String) -> String {
            Hex.text(digester.digest(text.utf8).bytes.prefix(8))
        }
        self.init(
            text: "radius \(caller.rawValue) \(mark(client + "\0" + place))",
            neighbourhood: "near radius \(caller.rawValue) \(mark(client))"
        )
    }

    private init(text: String, neighbourhood: String) {
        self.text = text
        self.neighbourhood = neighbourhood
    }

    /// What a caller asks for somebody in a network, which it may have made up.
    ///
    /// Kept apart from what comes from that network itself, so that nobody who may ask can shut others out there.
    public init(_ network: SourceNetwork, askedBy caller: UserID) {
        self.init(stored: "by \(caller.rawValue) in \(network)")
    }

    /// A caller that guesses at its own password, wherever it is.
    public init(askedBy caller: UserID) {
        self.init(stored: "by \(caller.rawValue)")
    }

    /// Whoever sends codes to a user, or tries codes that were sent.
    init(codesOf user: UserID) {
        self.init(stored: "codes of \(user.rawValue)")
    }

    /// Takes a name that the store has kept.
    public init(stored text: String) {
        self.text = text
        neighbourhood = nil
    }

    /// Whether both have the same name.
    public static func == (left: LoginSource, right: LoginSource) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}

/// What is kept of an account's logins from one source.
public struct LoginSourceRecord: Sendable, Equatable {
    /// Failed logins since the last success there, or since somebody has lifted the lock.
    public var failureCount: Int
    /// The last failed login from there; nil if there was none.
    public var lastFailure: Timestamp?
    /// The last time that the account was signed in to from there; nil if never.
    public var lastSuccess: Timestamp?

    /// Builds a record; nothing happened unless said otherwise.
    public init(
        failureCount: Int = 0,
        lastFailure: Timestamp? = nil,
        lastSuccess: Timestamp? = nil
    ) {
        self.failureCount = failureCount
        self.lastFailure = lastFailure
        self.lastSuccess = lastSuccess
    }

    /// Whether the account has been signed in to from there.
    public var isFamiliar: Bool { lastSuccess != nil }
}

/// What a password is judged by.
public struct LoginFacts: Sendable {
    /// Whose password is tried.
    public let user: User
    /// The password; nil if the user has none.
    public let password: StoredPassword?
    /// What is kept of the sources that were asked for, in their order.
    public let records: [LoginSourceRecord]
    /// Whether the user has an authenticator app that is confirmed, or a passkey.
    public let hasFactor: Bool

    /// Puts together what a store has found.
    public init(
        user: User,
        password: StoredPassword?,
        records: [LoginSourceRecord],
        hasFactor: Bool
    ) {
        self.user = user
        self.password = password
        self.records = records
        self.hasFactor = hasFactor
    }
}
