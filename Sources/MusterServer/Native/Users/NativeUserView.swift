import MusterAPI
import MusterCore

/// Shows users as the native API does.
struct NativeUserView: Sendable {
    private let directory: Directory

    init(_ directory: Directory) {
        self.directory = directory
    }

    /// The record of a user, of whom ``MusterCore/User/factors`` were read, too.
    func record(_ user: User) -> UserRecord {
        var record = UserRecord()
        show(user, in: &record)
        return record
    }

    // Apart, so that the record is filled where it is returned: filled and returned by one function it is copied as a whole.
    @inline(never)
    private func show(_ user: User, in record: inout UserRecord) {
        record.id = user.id.rawValue
        record.uuid = user.uuid.text
        record.username = user.username.text
        record.name = user.name
        record.email = user.email
        record.permissions = Int64(user.role.rawValue)
        record.administersBy = user.administratorRights.map(\.rawValue)
        record.isEnabled = user.isEnabled
        let now = directory.clock.now()
        record.expiresAt = user.expiresAt?.rawValue
        record.isExpired = user.isExpired(at: now)
        record.note = user.note
        record.isLocked = directory.rules.lockout.locks(user.logins, at: now)
        record.hosts = user.hosts.texts
        record.readbm = user.masks.read
        record.writebm = user.masks.write
        record.lviewbm = user.masks.liveview
        record.timeout = user.inactivityTimeout.components.seconds
        record.isAPIPermitted = user.authorizations.api
        record.isPasswordPermitted = user.authorizations.password
        record.isSAMLPermitted = user.authorizations.saml
        record.twoFactor.isRequired = user.authorizations.requiresSecondFactorEnrolment
        record.twoFactor.isEmailEnabled = user.secondFactor.isEmailEnabled
        record.twoFactor.isSMSEnabled = user.secondFactor.isSMSEnabled
        record.twoFactor.isPhoneVerified = user.secondFactor.isPhoneVerified
        record.twoFactor.apps = Int64(user.factors?.apps ?? 0)
        record.twoFactor.passkeys = Int64(user.factors?.passkeys ?? 0)
        record.twoFactor.recoveryCodes = Int64(user.factors?.recoveryCodes ?? 0)
        record.failedLogins = Int64(user.logins.failureCount)
        record.totalFailedLogins = Int64(user.logins.failureTotal)
        record.lastLogin = user.logins.lastSuccess?.rawValue
        record.lastLoginFailure = user.logins.lastFailure?.rawValue
        record.lastKeyUse = user.lastKeyUse?.rawValue
        record.createdAt = user.createdAt.rawValue
        record.changedAt = user.changedAt.rawValue
    }

    /// The record of a user with all that belongs to it.
    func record(_ account: UserAccount) -> AccountRecord {
        var record = AccountRecord(
            user: record(account.user),
            groups: account.groups.map { group in
                AccountRecord.GroupName(
                    id: group.id.rawValue,
                    uuid: group.uuid.text,
                    name: group.name
                )
            },
            sshKeyCount: Int64(account.sshKeyCount),
            hasAPIKeys: account.hasAPIKeys,
            hasPassword: account.hasPassword
        )
        record.externalID = account.person?.externalID
        record.person = account.person?.members
        return record
    }
}
