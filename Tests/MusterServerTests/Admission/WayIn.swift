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
        /// The token of the user's session, in each place where one is taken.
        case bearer
        case cookie
        case xCookie = "X-Cookie"
        /// The keys of the directory's owner, to act in the user's name.
        case word = "an administrator's word"
        /// The token of a command on the data folder.
        case localToken = "data folder"

        var method: SignInMethod {
            switch self {
            case .keys, .keysInName: .apiKey
            case .bearer, .cookie, .xCookie: .session
            case .word: .impersonation
            case .localToken: .dataFolder
            }
        }
    }

    /// What is asked for.
    enum Call: Sendable {
        /// Something that everybody may look at, by its path.
        case look(String, Proof)
        /// A user, on the thread that received the request.
        case lookAtOnce(Proof)
        /// A change of another user.
        case change(Proof)
        /// A list of several batches.
        case list(Proof)
        /// An import.
        case imports(Proof)
        /// A session, by the path where one begins.
        case login(String)
        /// A session, by the code that ends a login whose password was right.
        case secondStep
        /// An answer about a name and a password.
        case check
        /// A RADIUS server's question about a name and a password.
        case radius
        /// A bind over LDAP.
        case bind
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
                .list(let proof), .imports(let proof):
                proof.method
            case .login, .secondStep: .password
            case .check: .credentialCheck
            case .radius: .radius
            case .bind, .bound: .directoryBind
            case .machine(.password): .machinePassword
            case .machine(.account): .machineAccount
            case .machine: .sshKey
            }
    }

    var testDescription: String { "\(call), \(moment.rawValue)" }

    /// A path in each dialect that everybody may look at who has come in.
    static let looks = [
        "/session", "/activelogic/v1/sessions", "/muster/v1/account", "/muster/v1/sessions",
    ]
    /// Where sessions begin.
    static let logins = ["/session", "/activelogic/v1/sessions", "/muster/v1/sessions"]
    /// What the machine's programs ask about users.
    static let questions: [LocalQuestion] = [.password, .account, .authorizedKeys]

    static let all: [WayIn] = looking + changing + goingOn + asking

    private static let looking: [WayIn] =
        looks.flatMap { path in Proof.allCases.map { WayIn(.look(path, $0)) } }
        + [Proof.keys, .bearer, .localToken].map { WayIn(.lookAtOnce($0)) }

    private static let changing: [WayIn] = Proof.allCases.flatMap { proof in
        [WayIn(.change(proof), .underWay), WayIn(.change(proof), .atTheChange)]
    }

    private static let goingOn: [WayIn] = [Proof.keys, .bearer, .word].flatMap { proof in
        [WayIn(.list(proof), .underWay), WayIn(.imports(proof), .underWay)]
    }

    private static let asking: [WayIn] =
        logins.flatMap { [WayIn(.login($0)), WayIn(.login($0), .atTheChange)] }
        + [WayIn(.secondStep), WayIn(.secondStep, .atTheChange)]
        + questions.map { WayIn(.machine($0)) }
        + [
            WayIn(.machine(.password), .atTheChange), WayIn(.check),
            WayIn(.check, .underWay), WayIn(.check, .atTheChange),
            WayIn(.radius), WayIn(.radius, .underWay), WayIn(.radius, .atTheChange),
            WayIn(.bind), WayIn(.bind, .atTheChange), WayIn(.bound), WayIn(.bound, .underWay),
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
        let verdict = BarRow.row(of: bar).verdict(method)
        guard verdict == .limited, case .look(let path, let proof) = call else { return verdict }
        // What everybody may look at needs no right; oneself one may see also with a temporary password.
        let isShown = bar == .demoted ? proof != .keysInName : path != WayIn.looks.last
        return isShown ? .admitted : .limited
    }
}
