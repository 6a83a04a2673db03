import MusterCore
import Testing

@testable import MusterServer

/// One way into the directory as a client takes it, at one moment at which it is judged.
struct WayIn: Sendable, CustomTestStringConvertible {
    /// What is presented.
    enum Proof: String, CaseIterable, Sendable {
        /// The user's API keys.
        case keys
        /// The user's API keys, to act in somebody else's name.
        case keysInName = "keys, in another's name"
        /// The same as one token, which SCIM's clients have a place for.
        case keyToken = "keys as a token"
        /// The token of the user's session, in each place where one is taken.
        case bearer
        case cookie
        case xCookie = "X-Cookie"
        /// The keys of the directory's owner, to act in the user's name.
        case word = "an administrator's word"
        /// The token of a command on the data folder.
        case localToken = "data folder"
        /// The console's cookie of a session that the user has begun there.
        case consoleCookie = "console"
        /// The cookies of the directory's owner, who acts in the user's name in the console.
        case consoleWord = "an administrator's word in the console"

        var method: SignInMethod {
            switch self {
            case .keys, .keysInName, .keyToken: .apiKey
            case .bearer, .cookie, .xCookie, .consoleCookie: .session
            case .word, .consoleWord: .impersonation
            case .localToken: .dataFolder
            }
        }

        /// Those of the console, which open nothing else.
        static let console: [Proof] = [.consoleCookie, .consoleWord]
        /// Those of every API.
        static let programs = allCases.filter { $0 != .keyToken && !console.contains($0) }
    }

    /// What is asked for.
    enum Call: Sendable {
        /// Something that everybody may look at, by its path.
        case look(String, Proof)
        /// A user, on the thread that received the request.
        case lookAtOnce(Proof)
        /// A change of another user.
        case change(Proof)
        /// A form of the console that makes a group.
        case form(Proof)
        /// A list of several batches.
        case list(Proof)
        /// An import.
        case imports(Proof)
        /// A session, by the path where one begins.
        case login(String)
        /// A session, by the code that ends a login whose password was right, by the path where that began.
        case secondStep(String)
        /// A session, by a passkey alone, by the path where that begins.
        case passkey(String)
        /// An answer about a name and a password.
        case check
        /// A RADIUS server's question about a name and a password.
        case radius
        /// A bind over LDAP.
        case bind
        /// A bind with API keys in the place of the password.
        case bindWithKeys
        /// What a connection of LDAP asks on which somebody has bound.
        case bound
        /// What the machine's own programs ask.
        case machine(LocalQuestion)
    }

    /// When the rule comes to hold.
    enum Moment: String, Sendable {
        /// Before it is asked.
        case before
        /// When the head was judged, and the body or the rest is on its way.
        case underWay = "under way"
        /// When all is decided but for the change itself.
        case atTheChange = "at the change"
    }

    let method: SignInMethod
    let call: Call
    let moment: Moment

    private init(_ call: Call, _ moment: Moment = .before) {
        self.call = call
        self.moment = moment
        method =
            switch call {
            case .look(_, let proof), .lookAtOnce(let proof), .change(let proof),
                .form(let proof), .list(let proof), .imports(let proof):
                proof.method
            case .login, .secondStep, .passkey: .password
            case .check: .credentialCheck
            case .radius: .radius
            case .bind, .bound: .directoryBind
            case .bindWithKeys: .apiKey
            case .machine(.password): .machinePassword
            case .machine(.account): .machineAccount
            case .machine: .sshKey
            }
    }

    var testDescription: String { "\(call), \(moment.rawValue)" }

    /// Paths of each API that everybody may look at who has come in.
    static let looks = shown.sorted() + ["/muster/v1/sessions", "/scim/v2/Me"]
    /// Those of the APIs that show oneself also while the password is temporary.
    private static let shown: Set = ["/session", "/activelogic/v1/sessions", "/muster/v1/account"]
    /// The same in the console.
    private static let pages = ["/account"]
    /// Where sessions begin.
    static let logins = [
        "/session", "/activelogic/v1/sessions", "/muster/v1/sessions", WayIn.signIn,
    ]
    /// Where the console has its form.
    static let signIn = "/sign-in"
    /// Where a login with a passkey alone begins.
    static let passkeys = ["/muster/v1/logins/webauthn", "/sign-in/passkey/options"]
    /// What the machine's programs ask about users.
    static let questions: [LocalQuestion] = [.password, .account, .authorizedKeys]

    static let all: [WayIn] = looking + changing + goingOn + asking

    private static let looking: [WayIn] =
        looks.flatMap { path in Proof.programs.map { WayIn(.look(path, $0)) } }
        + [WayIn(.look("/scim/v2/Me", .keyToken))]
        + pages.flatMap { path in Proof.console.map { WayIn(.look(path, $0)) } }
        + [Proof.keys, .bearer, .localToken].map { WayIn(.lookAtOnce($0)) }

    private static let changing: [WayIn] =
        Proof.programs.flatMap { proof in
            [WayIn(.change(proof), .underWay), WayIn(.change(proof), .atTheChange)]
        }
        + Proof.console.flatMap { proof in
            [WayIn(.form(proof), .underWay), WayIn(.form(proof), .atTheChange)]
        }

    private static let goingOn: [WayIn] = [Proof.keys, .bearer, .word].flatMap { proof in
        [WayIn(.list(proof), .underWay), WayIn(.imports(proof), .underWay)]
    }

    private static let asking: [WayIn] =
        logins.flatMap { [WayIn(.login($0)), WayIn(.login($0), .atTheChange)] }
        + ["/session", signIn].flatMap { path in
            [WayIn(.secondStep(path)), WayIn(.secondStep(path), .atTheChange)]
        }
        + passkeys.flatMap { [WayIn(.passkey($0)), WayIn(.passkey($0), .atTheChange)] }
        + questions.map { WayIn(.machine($0)) }
        + [
            WayIn(.machine(.password), .atTheChange), WayIn(.check),
            WayIn(.check, .underWay), WayIn(.check, .atTheChange),
            WayIn(.radius), WayIn(.radius, .underWay), WayIn(.radius, .atTheChange),
            WayIn(.bind), WayIn(.bind, .atTheChange), WayIn(.bindWithKeys), WayIn(.bound),
            WayIn(.bound, .underWay),
        ]

    /// What is to become of a user for whom a rule holds.
    func expected(_ bar: Bar) -> Verdict? {
        // Whoever is under way is not idle.
        if bar == .inactive, moment != .before { return .admitted }
        // Guesses shut the way in, and not what a right password has opened before.
        let isLocked = bar == .lockedEverywhere || bar == .lockedThere
        if case .bound = call {
            if isLocked { return .admitted }
            // Between two operations nothing is presented, and whoever ends all sessions ends this, too.
            if bar == .inactive || bar == .sessionEnded { return .refused }
        }
        // A login whose password was right waits for minutes, not for as long as sessions last, and whoever ends all sessions
        // ends it, too.
        if case .secondStep = call, bar == .sessionTooOld || bar == .sessionEnded {
            return .refused
        }
        if case .passkey = call {
            // Nobody guesses a passkey, and it is as good as before where the password is another one.
            if isLocked || bar == .passwordChanged { return .admitted }
            // What was to be signed is too old by then.
            if bar == .sessionTooOld, moment != .before { return .refused }
        }
        // Nothing is asked for yet.
        if case .bindWithKeys = call, bar == .demoted { return .admitted }
        // It is the owner's own session that is too old.
        if isWordInConsole, bar == .sessionTooOld { return .refused }
        let verdict = BarRow.row(of: bar).verdict(method)
        guard verdict == .limited, case .look(let path, let proof) = call else { return verdict }
        // What everybody may look at needs no right; oneself one may see also with a temporary password.
        let isShown = bar == .demoted ? proof != .keysInName : WayIn.shown.contains(path)
        return isShown ? .admitted : .limited
    }

    /// Whether somebody acts in the user's name in the console, by a session of its own.
    var isWordInConsole: Bool {
        switch call {
        case .look(_, let proof), .form(let proof): proof == .consoleWord
        default: false
        }
    }
}
