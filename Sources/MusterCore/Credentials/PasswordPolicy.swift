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
    }

    /// The most bytes of UTF-8 a password may have.
    public static let maximumBytes = TextLimit.password

    /// How many former passwords are remembered.
    public static let historyLength = 10

    /// Which policy this is.
    public let kind: Kind

    private let commonPasswords: Set<ByteText>

    /// Builds a policy; `commonPasswords` is asked by ``Kind/strict`` only, without regard to case.
    public init(_ kind: Kind, commonPasswords: some Sequence<String> = EmptyCollection()) {
        self.kind = kind
        self.commonPasswords = Set(commonPasswords.map { ByteText($0.lowercased()) })
    }

    /// Whether former passwords may not come back.
    public var refusesFormerPasswords: Bool { kind == .tenable }

    /// The fewest characters: code points, each of which counts as one (NIST SP 800-63B-4 section 3.1.1.2).
    public var minimumLength: Int {
        switch kind {
        case .basic: 8
        case .tenable: 12
        case .strict: 15
        }
    }

    /// Checks a new password for a user, in the form that ``PasswordHasher/prepared(_:)`` gives it.
    ///
    /// One that has too many bytes is not looked at any further.
    ///
    /// - Throws: ``MusterError`` with code `password.policy`, whose message names every rule broken.
    public func check(_ password: Secret<String>, for username: Username) throws(MusterError) {
        let broken = password.withExposedValue { brokenRules($0, username: username.text) }
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

    private func brokenRules(_ password: String, username: String) -> [String] {
        guard password.utf8.count <= PasswordPolicy.maximumBytes else {
            return ["have at most \(PasswordPolicy.maximumBytes) bytes"]
        }
        var broken: [String] = []
        let scalars = password.unicodeScalars
        if scalars.count < minimumLength {
            broken.append("have at least \(minimumLength) characters")
        }
        if scalars.contains(where: { $0.properties.generalCategory == .control }) {
            broken.append("have no control characters")
        }
        switch kind {
        case .basic:
            break
        case .tenable:
            broken += PasswordPolicy.missingClasses(scalars)
        case .strict:
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
