/// The columns of a user that are read, by name; a row has them in this order, beginning with the first.
///
/// Public so that a place is a number, and no call, wherever a store reads one.
public enum UserColumn: Int, CaseIterable, Sendable {
    case id
    case uuid
    case username
    case name
    case email
    case role
    case readMask
    case writeMask
    case liveviewMask
    case hosts
    case inactivityTimeout
    case isEnabled
    case expiresAt
    case note
    case apiPermitted
    case passwordPermitted
    case samlPermitted
    case secondFactorRequired
    case phone
    case phoneVerified
    case smsEnabled
    case emailEnabled
    case failureCount
    case failureTotal
    case lastFailure
    case lastLogin
    case lastClosing
    case lastKeyUse
    case createdAt
    case changedAt
    case groups

    /// What is selected, of a user `u`; nil for its groups, which each engine puts together in words of its own.
    package var text: StatementText? {
        switch self {
        case .id: "u.id"
        case .uuid: "u.uuid"
        case .username: "u.username"
        case .name: "u.name"
        case .email: "u.email"
        case .role: "u.role"
        case .readMask: "u.read_mask"
        case .writeMask: "u.write_mask"
        case .liveviewMask: "u.liveview_mask"
        case .hosts: "u.hosts"
        case .inactivityTimeout: "u.inactivity_timeout_s"
        case .isEnabled: "u.is_enabled"
        case .expiresAt: "u.expires_at"
        case .note: "u.note"
        case .apiPermitted: "u.api_permitted"
        case .passwordPermitted: "u.password_permitted"
        case .samlPermitted: "u.saml_permitted"
        case .secondFactorRequired: "u.second_factor_required"
        case .phone: "u.phone_sealed"
        case .phoneVerified: "u.phone_verified"
        case .smsEnabled: "u.sms_enabled"
        case .emailEnabled: "u.email_enabled"
        case .failureCount: "u.login_failure_count"
        case .failureTotal: "u.login_failure_total"
        case .lastFailure: "u.last_login_failure_at"
        case .lastLogin: "u.last_login_at"
        case .lastClosing: "u.last_login_closing_at"
        case .lastKeyUse: "u.last_key_use_at"
        case .createdAt: "u.created_at"
        case .changedAt: "u.changed_at"
        case .groups: nil
        }
    }
}
