extension ImportPlanner {
    func update(
        _ candidate: ImportCandidate,
        _ before: User,
        _ additions: ImportAdditions
    ) throws(MusterError) -> ImportPlan {
        var hash = candidate.hash
        if let text = hash, try reader.password(of: before.id)?.hash == text { hash = nil }
        let isTemporary = candidate.line.isPasswordTemporary
        let known = candidate.line.person == nil ? nil : try reader.person(of: before.id)
        let person = try candidate.line.person?.revised(known)
        let edit = UserEdit(
            access: run.access,
            principal: run.principal,
            changes: candidate.line.changes,
            hash: hash,
            isTemporary: isTemporary,
            person: person == known ? nil : person,
            formerPerson: known,
            touchesGroups: false
        )
        let after = before.applying(edit.changes)
        let hasPassword = hash != nil || candidate.needsHashing
        if hasPassword {
            try run.principal.requirePower(over: before)
            guard run.principal.isMachine || !run.principal.isOwn(before) else {
                throw UserImport.ownPassword
            }
        }
        if !additions.keys.isEmpty,
            try reader.lacksProof(of: run.principal, toLetIn: before, run.access)
        {
            throw UserImport.keysOfAdministrators
        }
        do {
            try edit.check(before, after, in: reader)
        } catch {
            // There is no place for the present password in a line.
            throw error.code == .currentPasswordInvalid ? UserImport.ownAddress : error
        }
        try requireAdministrationKept(candidate.line, before, after)
        var fields = after.auditFields(changedFrom: before)
        if hasPassword {
            fields.append(AuditField("password", isTemporary ? "temporary" : "changed"))
        }
        fields += Person.auditFields(edit.person, changedFrom: known)
        guard !fields.isEmpty || !additions.isEmpty else { return .nothing(before.id) }
        return .update(
            ImportUpdate(
                user: before,
                edit: edit,
                fields: fields,
                additions: additions,
                administersBy: after.administratorRights
            )
        )
    }

    /// Refuses to take the administration of users from the caller, where it has not said that it means to.
    private func requireAdministrationKept(
        _ line: ImportLine,
        _ before: User,
        _ after: User
    ) throws(MusterError) {
        guard run.options.keepsAdministration, run.principal.isOwn(before),
            !before.administratorRights.isEmpty, after.administratorRights.isEmpty
        else { return }
        throw MusterError(
            .ownAccount,
            "This user is yourself, and may not administer users afterwards. Import without "
                + "keep_administration=true (with --yes) to go on."
        )
        .at(
            line.changes.role == nil ? "writebm" : line.roleField,
            "would take the administration of users from yourself. Import without keep_administration=true (with --yes) to go on."
        )
    }
}
