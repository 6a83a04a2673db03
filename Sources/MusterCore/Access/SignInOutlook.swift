import TextBytes

/// What somebody would meet who signed in now with the right password: what admission and second factors would say.
public struct SignInOutlook: Sendable, Equatable {
    /// What would keep it out.
    public enum Bar: Sendable, Equatable {
        /// The rule of admission, or the lock.
        case refused(Refusal)
        /// There is no password to be right.
        case noPassword
        /// A second factor is asked for, and none that it has would be taken.
        case noFactor
    }

    /// A second factor that would not be taken, or not from everywhere.
    public struct Fault: Sendable, Equatable {
        /// Why it would not.
        public enum Reason: Sendable, Equatable, CaseIterable {
            /// It has failed ``FactorRules/maximumFailures`` times since it was right last.
            case off
            /// It has failed so often that it is taken only from where its owner has signed in before.
            case offElsewhere
            /// The master key does not open its secret.
            case sealed
            /// The server has no public address with a name, or another one than that for which it was made.
            case noSite
            /// The server sends no codes by this way to what the user has as its address.
            case unsent
        }

        /// Which it is.
        public let kind: FactorKind
        /// What its owner calls it; nil for codes.
        public let label: String?
        /// Why.
        public let reason: Reason
    }

    /// What would keep it out, in the order in which it is asked; empty if nothing would.
    public fileprivate(set) var bars: [Bar] = []
    /// Those of its second factors that would not help, also where another one would.
    public fileprivate(set) var faults: [Fault] = []
    /// Whether it has to set up a second factor before anything else.
    public fileprivate(set) var mustEnrol = false
    /// Whether its second factors were looked at, which is for administrators alone who hold as much as it does.
    public fileprivate(set) var showsFactors = false
}

extension UserService {
    /// What keeps a user from signing in, for those who may look at others.
    ///
    /// From where it would come is not asked; its hosts say that.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `user.not_found` or
    ///   `store.unavailable`.
    public func signInOutlook(
        of reference: UserReference,
        by principal: Principal
    ) async throws(MusterError) -> SignInOutlook {
        try await access.look(by: principal) { caller, reader throws(MusterError) in
            let user = try reader.resolveReadable(reference, for: caller)
            let isAbove = (try? caller.requirePower(over: user)) != nil
            let showsFactors = caller.isAdministrator && isAbove
            return try reader.signInOutlook(of: user, showsFactors: showsFactors, access)
        }
    }
}

/// A factor, and why it would not be taken; no reason if it would.
private typealias Prospect = (
    kind: FactorKind, label: String?, reason: SignInOutlook.Fault.Reason?
)

extension DirectoryReader {
    fileprivate func signInOutlook(
        of user: User,
        showsFactors: Bool,
        _ access: DirectoryAccess
    ) throws(MusterError) -> SignInOutlook {
        let now = access.clock.now()
        var outlook = SignInOutlook()
        if let refusal = user.refusal(by: .password, at: now) {
            outlook.bars.append(.refused(refusal))
        }
        if access.rules.lockout.locks(user.logins, at: now) {
            outlook.bars.append(.refused(.locked))
        }
        if try password(of: user.id) == nil { outlook.bars.append(.noPassword) }
        guard showsFactors else { return outlook }
        outlook.showsFactors = true
        let hasSecondFactor = try hasSecondFactor(user)
        outlook.mustEnrol = user.mustEnrol(hasSecondFactor: hasSecondFactor)
        guard hasSecondFactor else { return outlook }
        var isAnyTaken = false
        for (kind, label, reason) in try prospects(of: user, access.rules) {
            if reason == nil || reason == .offElsewhere { isAnyTaken = true }
            guard let reason else { continue }
            outlook.faults.append(SignInOutlook.Fault(kind: kind, label: label, reason: reason))
        }
        if !isAnyTaken { outlook.bars.append(.noFactor) }
        return outlook
    }

    /// All that a user could show as a second factor.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    private func prospects(
        of user: User,
        _ rules: DirectoryRules
    ) throws(MusterError) -> [Prospect] {
        var all: [Prospect] = try factors(of: user.id).filter(\.isConfirmed).map { factor in
            (factor.kind, factor.label, factor.fault(at: rules.site))
        }
        let sent = try failureCount(of: .sent, of: user.id)
        let ways: [(channel: CodeMessage.Channel, kind: FactorKind, isOn: Bool)] = [
            (.sms, .sms, user.secondFactor.isSMSEnabled),
            (.email, .email, user.secondFactor.isEmailEnabled),
        ]
        for way in ways where way.isOn {
            let isSent = rules.delivery.reaches(user, by: way.channel)
            all.append((way.kind, nil, isSent ? FailuresAllowed.fault(after: sent) : .unsent))
        }
        if try recoveryCodeCount(of: user.id) > 0 {
            let failures = try failureCount(of: .recovery, of: user.id)
            all.append((.recovery, nil, FailuresAllowed.fault(after: failures)))
        }
        return all
    }
}

extension FailuresAllowed {
    /// What failures in a row have done to a factor; nil if nothing.
    fileprivate static func fault(after failures: Int) -> SignInOutlook.Fault.Reason? {
        if familiar.refusal(after: failures) != nil { return .off }
        return elsewhere.refusal(after: failures) != nil ? .offElsewhere : nil
    }
}

extension Factor {
    /// Why it would not be taken; nil if it would.
    fileprivate func fault(at site: RelyingParty?) -> SignInOutlook.Fault.Reason? {
        switch proof {
        case .timeCode(let secret):
            guard secret.key != nil else { return .sealed }
        case .passkey(let passkey):
            guard let site, passkey.site.map({ $0.hasSameBytes(as: site.id) }) ?? true else {
                return .noSite
            }
        }
        return FailuresAllowed.fault(after: failureCount)
    }
}

extension DeliveryRules {
    /// Whether a code that goes to a user by a way has somewhere to go.
    fileprivate func reaches(_ user: User, by channel: CodeMessage.Channel) -> Bool {
        guard sends(by: channel, to: user) else { return false }
        return switch channel {
        case .sms: user.secondFactor.phone != nil
        case .email: canMail(to: user.displayEmail)
        }
    }
}
