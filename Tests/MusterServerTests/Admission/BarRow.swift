import MusterCore

/// What becomes of somebody for whom a ``Bar`` holds.
enum Verdict: Equatable, Sendable {
    /// It is nobody: the answer is the one to every stranger.
    case refused
    /// It has come in, and is not allowed what it asks.
    case limited
    /// The rule says nothing of this way in.
    case admitted
}

/// Every rule against every way in.
///
/// Where a rule does not bar a way, the reason stands beside it.
struct BarRow: Sendable {
    let refused: Set<SignInMethod>
    var limited: Set<SignInMethod> = []
    /// Which ways the rule leaves open, and why.
    let free: [String: Set<SignInMethod>]

    func verdict(_ method: SignInMethod) -> Verdict? {
        if refused.contains(method) { return .refused }
        if limited.contains(method) { return .limited }
        return free.values.contains { $0.contains(method) } ? .admitted : nil
    }

    private static let passwords: Set<SignInMethod> = [
        .password, .credentialCheck, .machinePassword, .directoryBind, .radius,
    ]
    private static let machine = "whoever may write to the files could change anything in them"
    private static let word =
        "the administrator has come in by its own way; in another's name only that user itself counts"
    private static let noPassword = "only a password is judged by what is known of passwords"
    private static let otherProof = "it comes in with another proof, which is as good as before"
    private static let noSSHClock = "when a public key was used last is not kept"

    static func row(of bar: Bar) -> BarRow {
        switch bar {
        case .disabled, .expired, .deleted:
            BarRow(
                refused: Set(SignInMethod.allCases).subtracting([.dataFolder]),
                free: [machine: [.dataFolder]]
            )
        case .notPermitted:
            BarRow(
                refused: passwords.union([.apiKey, .session]),
                free: [
                    "a public key is neither an API key nor a password": [
                        .machineAccount, .sshKey,
                    ],
                    word: [.impersonation], machine: [.dataFolder],
                ]
            )
        case .elsewhere, .addressUnknown:
            BarRow(
                refused: passwords.union([.apiKey, .session, .machineAccount]),
                free: [
                    "the lines carry the hosts, and OpenSSH holds the client against them": [
                        .sshKey
                    ],
                    word: [.impersonation], machine: [.dataFolder],
                ]
            )
        case .inactive:
            BarRow(
                refused: [.apiKey, .session],
                free: [
                    "a password is given again, and wakes what rests": passwords,
                    noSSHClock: [.sshKey, .machineAccount],
                    word: [.impersonation], machine: [.dataFolder],
                ]
            )
        case .passwordTemporary:
            BarRow(
                refused: [.credentialCheck, .directoryBind, .radius],
                limited: [.session],
                free: [
                    "a session begins, in which the password can be changed": [.password],
                    "login programs have no place to say so (docs/ssh.md)": [.machinePassword],
                    noPassword: [.apiKey, .sshKey, .machineAccount],
                    word: [.impersonation], machine: [.dataFolder],
                ]
            )
        case .mustEnrol:
            BarRow(
                refused: [.credentialCheck, .machinePassword, .directoryBind, .radius],
                limited: [.session],
                free: [
                    "a session begins, in which a factor can be set up": [.password],
                    otherProof: [.apiKey, .sshKey, .machineAccount],
                    word: [.impersonation], machine: [.dataFolder],
                ]
            )
        case .lockedEverywhere, .lockedThere:
            onlyOf(passwords, others: noPassword)
        case .passwordChanged:
            onlyOf(passwords.union([.session]), others: otherProof)
        case .sessionTooOld, .sessionEnded:
            onlyOf([.session], others: otherProof)
        case .keysReplaced:
            onlyOf([.apiKey], others: otherProof)
        case .sshKeyRemoved:
            onlyOf([.sshKey], others: otherProof)
        case .demoted:
            BarRow(
                refused: [],
                limited: [.apiKey, .session, .impersonation],
                free: [
                    "who it is stays true; what it may do is told, or is not asked":
                        passwords
                        .union([.machineAccount, .sshKey]),
                    machine: [.dataFolder],
                ]
            )
        }
    }

    /// A rule about one kind of proof.
    private static func onlyOf(_ refused: Set<SignInMethod>, others: String) -> BarRow {
        BarRow(refused: refused, free: [others: Set(SignInMethod.allCases).subtracting(refused)])
    }
}
