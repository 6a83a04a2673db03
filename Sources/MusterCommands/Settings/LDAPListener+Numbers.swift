import MusterCore
import MusterServer

extension LDAPListener {
    /// The setting of the first number of users.
    static let firstUserKey = "ldap.uidBase"
    /// That of groups.
    static let firstGroupKey = "ldap.gidBase"
    /// Where numbers may begin: beyond 65,535, which no account may have, and with room below what 31 bits hold, which
    /// some programs take for all that there is.
    static let firstNumbers = 65_536...2_130_706_432

    /// Where numbers are to begin.
    var numbers: AccountNumbers { settings.numbers }

    /// What is wrong where numbers are to begin elsewhere than those which machines were told.
    ///
    /// - Parameters:
    ///   - wanted: What is set.
    ///   - kept: What the directory was served with.
    /// - Returns: What is wrong and what to do; nil if they are the same.
    static func difference(of wanted: AccountNumbers, from kept: AccountNumbers) -> String? {
        let numbers = [
            (firstUserKey, wanted.firstUser, kept.firstUser),
            (firstGroupKey, wanted.firstGroup, kept.firstGroup),
        ]
        let others = numbers.filter { $0.1 != $0.2 }
        guard !others.isEmpty else { return nil }
        let told = others.map { "\($0.0) is \($0.1)" }.joined(separator: " and ")
        let right = others.map { "\($0.0) to \($0.2)" }.joined(separator: " and ")
        return
            "\(told), but machines know the accounts of this directory by other numbers, and everybody's files there would "
            + "be somebody else's. Set \(right)."
    }
}
