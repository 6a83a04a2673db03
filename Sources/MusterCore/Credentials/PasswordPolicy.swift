import TextBytes

/// What a new password has to be.
public struct PasswordPolicy: Sendable {
    /// The policies to choose from.
    public enum Kind: String, CaseIterable, Sendable {
        /// At least 8 characters (NIST SP 800-63B section 5.1.1.2).
        case basic
        /// As the hosted service asks: 12 characters, four classes, none of the former ones.
        case tenable
        /// 15 characters (NIST SP 800-63B-4 section 3.1.1.2), not the user name, not a common password.
        case strict
        /// As ``strict``, and 8 characters for a user who must have a second factor, since no password opens anything alone then
        /// (NIST SP 800-63B-4 section 3.1.1.2).
        case nist

        /// Whether there has to be a list of common passwords.
        public var needsCommonPasswords: Bool { self == .strict || self == .nist }
    }

    /// The most bytes of UTF-8 a password may have.
    public static let maximumBytes = TextLimit.password

    /// How many former passwords are remembered.
    public static let historyLength = 10

    /// Which policy this is.
    public let kind: Kind

    private let commonPasswords: Set<ByteText>

    /// Builds a policy; `commonPasswords` is asked by ``Kind/strict`` and ``Kind/nist`` only, without regard to case.
    public init(_ kind: Kind, commonPasswords: some Sequence<String> = EmptyCollection()) {
        self.kind = kind
        self.commonPasswords = Set(commonPasswords.map { ByteText($0.lowercased()) })
    }

    /// Whether former passwords may not come back.
    public var refusesFormerPasswords: Bool { kind == .tenable }

    /// The fewest characters: code points, each of which counts as one (NIST SP 800-63B-4 section 3.1.1.2).
    ///
    /// - Parameter hasToHaveFactor: Whether the password is of a user who must have a second factor.
    /// - Returns: A number of characters, 8 to 15.
    public func minimumLength(besideFactor hasToHaveFactor: Bool = false) -> Int {
        switch kind {
        case .basic: 8
        case .tenable: 12
        case .strict: 15
        case .nist: hasToHaveFactor ? 8 : 15
        }
    }

    /// Checks a new password for a user, in the form that ``PasswordHasher/prepared(_:)`` gives it.
    ///
    /// One that has too many bytes is not looked at any further.
    ///
    /// - Parameters:
    ///   - password: The password.
    ///   - username: The user's login name.
    ///   - hasToHaveFactor: Whether the user must have a second factor.
    /// - Throws: ``MusterError`` with code `password.policy`, whose message names every rule broken.
    public func check(
        _ password: Secret<String>,
        for username: Username,
        besideFactor hasToHaveFactor: Bool = false
    ) throws(MusterError) {
        let least = minimumLength(besideFactor: hasToHaveFactor)
        let broken = password.withExposedValue {
            brokenRules($0, username: username.text, least: least)
        }
        guard !broken.isEmpty else { return }
        throw PasswordPolicy.refusal(broken)
    }

    /// Refuses a password that is too long to be looked at.
    ///
    /// - Throws: ``MusterError`` with code `password.policy`.
    public func checkSize(_ password: Secret<String>) throws(MusterError) {
        let size = password.withExposedValue { $0.utf8.count }
        guard size > PasswordPolicy.maximumBytes else { return }
        throw PasswordPolicy.tooLong
    }

    /// The refusal of a password that has too many bytes to be looked at.
    public static var tooLong: MusterError { refusal(["have at most \(maximumBytes) bytes"]) }

    /// The refusal that names these rules.
    static func refusal(_ rules: [String]) -> MusterError {
        let rule = "must " + rules.joined(separator: ", and must ")
        return MusterError(.passwordPolicy, "The password \(rule).").at("password", rule)
    }

    private func brokenRules(_ password: String, username: String, least: Int) -> [String] {
        guard password.utf8.count <= PasswordPolicy.maximumBytes else {
            return ["have at most \(PasswordPolicy.maximumBytes) bytes"]
        }
        var broken: [String] = []
        let scalars = password.unicodeScalars
        if scalars.count < least {
            broken.append("have at least \(least) characters")
        }
        if scalars.contains(where: { $0.properties.generalCategory == .control }) {
            broken.append("have no control characters")
        }
        switch kind {
        case .basic:
            break
        case .tenable:
            broken += PasswordPolicy.missingClasses(scalars)
        case .strict, .nist:
            if password.hasSameFoldedBytes(as: username) {
                broken.append("not be the user name")
            }
            if commonPasswords.contains(ByteText(password.lowercased())) {
                broken.append("not be one of the common passwords")
            }
        }
        return broken
    }

    private static func missingClasses(_ scalars: String.UnicodeScalarView) -> [String] {
        var missing: [String] = []
        if !scalars.contains(where: \.properties.isUppercase) {
            missing.append("have an upper-case letter")
        }
        if !scalars.contains(where: \.properties.isLowercase) {
            missing.append("have a lower-case letter")
        }
        if !scalars.contains(where: { $0.properties.numericType == .decimal }) {
            missing.append("have a digit")
        }
        if !scalars.contains(where: {
            !$0.properties.isAlphabetic && $0.properties.numericType == nil
        }) {
            missing.append("have a special character")
        }
        return missing
    }
}
