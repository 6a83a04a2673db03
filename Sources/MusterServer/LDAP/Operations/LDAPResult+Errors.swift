import LDAPWire
import MusterCore

extension LDAPResult {
    /// What an error of the directory is over LDAP, to somebody who has come in.
    init(of error: MusterError) {
        switch error.code {
        case .credentialsInvalid, .sessionExpired:
            self.init(
                .insufficientAccessRights,
                "what you have bound with is no longer good: bind again"
            )
        case .insufficientScope, .passwordChangeRequired, .enrolmentRequired, .escalation:
            self.init(.insufficientAccessRights, error.message)
        case .userNotFound, .groupNotFound: self.init(.noSuchObject)
        case .userAlreadyExists, .groupAlreadyExists:
            self.init(.entryAlreadyExists, error.message)
        case .passwordPolicy, .inputInvalid, .usernameInvalid, .userUnapprovedDomain,
            .sshKeyInvalid,
            .sshKeyTooMany:
            self.init(.constraintViolation, error.message)
        case .currentPasswordInvalid: self.init(.invalidCredentials, error.message)
        case .rateLimited, .overloaded: self.init(.busy, error.message)
        case .storeUnavailable: self.init(.unavailable, error.message)
        case .ownAccount, .lastAdministrator, .userUndeletable, .groupImmutable:
            self.init(.unwillingToPerform, error.message)
        default: self.init(.other, error.message)
        }
    }

    /// What an error of the directory is over LDAP, to somebody who binds: why, nobody is told.
    init(binding error: MusterError) {
        if error.code == .credentialsInvalid {
            self.init(.invalidCredentials)
        } else {
            self.init(of: error)
        }
    }

    /// Does something whose errors are the directory's.
    ///
    /// - Throws: ``LDAPResult``.
    static func translatingNow<Value>(
        _ body: () throws(MusterError) -> Value
    ) throws(LDAPResult) -> Value {
        do {
            return try body()
        } catch {
            throw LDAPResult(of: error)
        }
    }

    /// Does something whose errors are the directory's.
    ///
    /// - Throws: ``LDAPResult``.
    static func translating<Value: Sendable>(
        _ body: () async throws(MusterError) -> Value
    ) async throws(LDAPResult) -> Value {
        do {
            return try await body()
        } catch {
            throw LDAPResult(of: error)
        }
    }
}
