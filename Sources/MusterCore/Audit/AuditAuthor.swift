/// By whom, from where and in which request something is done: what all events of one call have in common.
///
/// Made once where many events follow.
struct AuditAuthor: Sendable {
    private let actor: AuditParty
    private let impersonated: AuditParty?
    private let address: String?
    private let requestID: String
    private let fields: [AuditField]

    init(_ principal: Principal) {
        actor = AuditParty(principal.actor)
        impersonated = principal.impersonator == nil ? nil : AuditParty(principal.user)
        address = principal.origin.address?.description
        requestID = principal.origin.requestID
        fields = principal.auditFields
    }

    /// An event of its doing; the identifier is 16 random bytes as ``Hex``.
    func event(
        _ action: AuditAction,
        id: String,
        at now: Timestamp,
        on target: AuditParty?,
        fields: [AuditField]
    ) -> AuditEvent {
        AuditEvent(
            id: id,
            at: now,
            action: action,
            isFailure: false,
            actor: actor,
            impersonated: impersonated,
            address: address,
            requestID: requestID,
            target: target,
            fields: fields + self.fields
        )
    }
}
