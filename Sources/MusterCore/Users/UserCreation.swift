extension DirectoryAccess {
    /// Refuses a user whom the caller may not make.
    ///
    /// Where the dialect's policy says so, the name needs an approved domain. Nobody can give bits or a role that it does
    /// not hold, nor the role that users have for whom none is asked.
    ///
    /// - Throws: ``MusterError`` with code `user.unapproved_domain` or `access.escalation`.
    func requireCreatable(_ draft: UserDraft, by principal: Principal) throws(MusterError) {
        if principal.policy.requiresApprovedDomain {
            try requireApprovedDomain(draft.username)
        }
        try principal.requireRank(toGive: draft.role)
        try principal.requireHolding(draft.masks, beyond: Masks())
    }

    /// What the audit log says of a new user, with every field that differs from the default.
    func creationEvent(
        of user: User,
        hasPassword: Bool,
        by principal: Principal,
        more: [AuditField] = []
    ) -> AuditEvent {
        event(
            .userCreate,
            by: principal,
            on: AuditParty(user),
            fields: user.creationFields(hasPassword: hasPassword) + more
        )
    }

    private func requireApprovedDomain(_ username: Username) throws(MusterError) {
        let approved = rules.approvedDomains
        guard let domain = username.domain, approved.isEmpty || approved.contains(domain) else {
            throw MusterError(
                .userUnapprovedDomain,
                "The username provided is not a part of the current Container's approved domains."
            )
        }
    }
}

extension User {
    /// The role of a new user, and every field that differs from the default.
    func creationFields(hasPassword: Bool) -> [AuditField] {
        let plain = User(id: id, uuid: uuid, draft: UserDraft(username: username, role: role))
        var fields = [AuditField("permissions", "\(role.rawValue)")]
        fields += auditFields(changedFrom: plain)
        if !hasPassword { fields.append(AuditField("password", "none")) }
        return fields
    }
}
