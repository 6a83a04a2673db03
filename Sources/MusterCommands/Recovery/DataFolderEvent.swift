import MusterCore
import MusterCrypto

/// Events of commands that work on a data folder's files themselves.
enum DataFolderEvent {
    /// An event of whoever may write to the files; the directory does not know who that is.
    static func make(_ action: AuditAction, fields: [AuditField] = []) -> AuditEvent {
        AuditEvent(
            id: Hex.text(SystemRandom().bytes(16)),
            at: SystemClock().now(),
            action: action,
            isFailure: false,
            actor: nil,
            impersonated: nil,
            address: nil,
            requestID: action.rawValue,
            target: nil,
            fields: fields + [AuditField("method", "data folder")]
        )
    }
}
