import MusterCore
import TenableAPI

/// Shows users as the Tenable dialect does.
// An object, since its parts would be held and let go of one by one for each record.
final class TenableUserView: Sendable {
    private static let everyone = [Group.everyoneUUID.text]

    private let clock: any DirectoryClock
    private let lockout: LockoutRule
    private let owner: UserID
    private let container: String

    init(_ directory: Directory) {
        clock = directory.clock
        lockout = directory.rules.lockout
        owner = directory.identity.owner
        container = directory.identity.uuid.text
    }

    /// The record of a user, with its role by name where asked for.
    func record(_ user: User, withRoles: Bool = false) -> UserRecord {
        var record = UserRecord()
        show(user, withRoles: withRoles, in: &record)
        return record
    }

    // Apart, so that the record is filled where it is returned: filled and returned by one function it is copied as a whole.
    @inline(never)
    private func show(_ user: User, withRoles: Bool, in record: inout UserRecord) {
        record.uuid = user.uuid.text
        record.id = user.id.rawValue
        record.username = user.username.text
        record.email = user.displayEmail
        record.name = user.displayName
        record.permissions = user.role.rawValue
        record.roles =
            withRoles
            ? [UserRecord.RoleName(name: user.role.name, uuid: user.role.uuid.text)] : nil
        let methods = user.authorizations
        record.isUIPermitted = methods.password || methods.saml
        record.isUISAMLOnly = methods.saml && !methods.password
        record.isAPIPermitted = methods.api
        record.lastLoginAttempt = user.logins.lastFailure?.rawValue
        record.loginFailCount = user.logins.failureCount
        record.loginFailTotal = user.logins.failureTotal
        record.lastAPIKeyAccess = user.lastKeyUse?.rawValue
        record.isEnabled = user.isEnabled
        record.isUndeletable = user.id == owner
        if user.secondFactor.isConfigured {
            record.twoFactor = UserRecord.TwoFactor(
                smsPhone: user.secondFactor.phone?.text,
                isSMSEnabled: user.secondFactor.isSMSEnabled,
                isEmailEnabled: user.secondFactor.isEmailEnabled
            )
        }
        record.groupUUIDs =
            user.groups.isEmpty ? Self.everyone : user.groups.map(\.text) + Self.everyone
        record.isLockedOut = lockout.locks(user.logins, at: clock.now())
        record.containerUUID = container
        record.lastLogin = user.logins.lastSuccess?.rawValue
    }
}
