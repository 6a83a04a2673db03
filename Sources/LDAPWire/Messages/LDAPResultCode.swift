/// How an operation went (RFC 4511 section 4.1.9 and appendix A).
public enum LDAPResultCode: Int, Sendable {
    case success = 0
    case operationsError = 1
    case protocolError = 2
    case timeLimitExceeded = 3
    case sizeLimitExceeded = 4
    case compareFalse = 5
    case compareTrue = 6
    case authMethodNotSupported = 7
    case adminLimitExceeded = 11
    case unavailableCriticalExtension = 12
    case confidentialityRequired = 13
    case noSuchAttribute = 16
    case undefinedAttributeType = 17
    case inappropriateMatching = 18
    case constraintViolation = 19
    case attributeOrValueExists = 20
    case invalidAttributeSyntax = 21
    case noSuchObject = 32
    case invalidDNSyntax = 34
    case invalidCredentials = 49
    case insufficientAccessRights = 50
    case busy = 51
    case unavailable = 52
    case unwillingToPerform = 53
    case namingViolation = 64
    case objectClassViolation = 65
    case notAllowedOnRDN = 67
    case entryAlreadyExists = 68
    case objectClassModsProhibited = 69
    case other = 80
    /// RFC 3909: an operation was cancelled.
    case canceled = 118
    /// RFC 3909: there is no such operation.
    case noSuchOperation = 119
    /// RFC 3909: it came too late.
    case tooLate = 120
}

/// The answer to an operation.
public struct LDAPResult: Error, Sendable, Equatable {
    /// How it went.
    public var code: LDAPResultCode
    /// The lowest entry above the one that was named and is not there.
    public var matchedDN: String
    /// What a person should read; empty where it would tell too much.
    public var text: String

    /// Builds an answer.
    public init(_ code: LDAPResultCode, _ text: String = "", matchedDN: String = "") {
        self.code = code
        self.text = text
        self.matchedDN = matchedDN
    }

    /// It went well.
    public static let success = LDAPResult(.success)
}
