extension Principal {
    /// Refuses to give a user bits that the caller does not hold.
    ///
    /// Bits that the user has already may stay.
    ///
    /// A write bit of the caller's also lets it give the read of the same resource. The role Administrator administers
    /// users in every dialect and so may give the bits of Users, too; who holds none is no reason that nobody could.
    ///
    /// - Throws: ``MusterError`` with code `access.escalation`.
    func requireHolding(_ masks: Masks, beyond present: Masks) throws(MusterError) {
        let users = role == .administrator ? Resource.users.bit : 0
        let held = Masks(
            read: self.masks.read | users,
            write: self.masks.write | users,
            liveview: self.masks.liveview
        )
        let isHeld =
            masks.read & ~present.read & ~(held.read | held.write) == 0
            && masks.write & ~present.write & ~held.write == 0
            && masks.liveview & ~present.liveview & ~held.liveview == 0
        guard isHeld else {
            throw MusterError(
                .escalation,
                "permission denied: you can give only the bits that you hold yourself"
            )
        }
    }

    /// Refuses to take bits from a user that the caller does not hold: whoever took them could take the rest over.
    ///
    /// The role Administrator is above all masks, and oneself gives up what one likes.
    ///
    /// - Throws: ``MusterError`` with code `access.escalation`.
    func requireHolding(
        _ present: Masks,
        toLeave masks: Masks,
        to target: User
    ) throws(MusterError) {
        guard target.id != user.id, role != .administrator else { return }
        let held = self.masks
        let isHeld =
            present.read & ~masks.read & ~(held.read | held.write) == 0
            && present.write & ~masks.write & ~held.write == 0
            && present.liveview & ~masks.liveview & ~held.liveview == 0
        guard isHeld else {
            throw MusterError(
                .escalation,
                "permission denied: you can take only the bits that you hold yourself"
            )
        }
    }

    /// Refuses to give a role that is higher than the caller's.
    ///
    /// - Throws: ``MusterError`` with code `access.escalation`.
    func requireRank(toGive role: Role) throws(MusterError) {
        guard role > self.role else { return }
        throw MusterError(
            .escalation,
            "permission denied: you can give only roles up to your own"
        )
    }

    /// Refuses to change a user whose role is higher than the caller's.
    ///
    /// - Throws: ``MusterError`` with code `access.escalation`.
    func requireRank(over target: User) throws(MusterError) {
        guard target.id != user.id, target.role > role else { return }
        throw MusterError(
            .escalation,
            "permission denied: \(target.username.text) has a higher role than you"
        )
    }

    /// Refuses to take the second factors from a user who holds as much as the caller, or more.
    ///
    /// Above the role Administrator is nobody, so that administrators do it for each other: a directory of
    /// administrators alone would be stuck otherwise. Whoever administers by its masks has to hold more than the user.
    ///
    /// - Throws: ``MusterError`` with code `access.escalation`.
    func requireAbove(_ target: User) throws(MusterError) {
        try requireRank(over: target)
        try requirePower(over: target)
        let isEqual = target.role == role && target.masks.covers(masks)
        guard role == .administrator || !isEqual else {
            throw MusterError(
                .escalation,
                "permission denied: \(target.username.text) holds as much as you; an administrator has to do it"
            )
        }
    }

    /// Refuses to take over a user who holds more than the caller: whoever sets somebody's password or keys
    /// can be that user from then on.
    ///
    /// - Throws: ``MusterError`` with code `access.escalation`.
    func requirePower(over target: User) throws(MusterError) {
        try requirePower(over: GroupMember(target))
    }

    /// Refuses to take a user who holds more than the caller out of a group.
    ///
    /// - Throws: ``MusterError`` with code `access.escalation`.
    func requirePower(over target: GroupMember) throws(MusterError) {
        guard target.id != user.id, role != .administrator else { return }
        let held = masks
        let effective = Masks(
            read: held.read | held.write,
            write: held.write,
            liveview: held.liveview
        )
        guard target.role <= role, effective.covers(target.masks) else {
            throw MusterError(
                .escalation,
                "permission denied: \(target.username.text) holds rights that you do not"
            )
        }
    }
}
