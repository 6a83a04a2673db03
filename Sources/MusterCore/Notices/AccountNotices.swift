/// Tells owners of accounts what was changed for them.
final class AccountNotices: Sendable {
    /// How many records of what was held back are written in one change.
    private static let batch = 500

    private let sender: any CodeSender
    private let rules: DeliveryRules
    private let clock: any DirectoryClock
    /// How often users were told of changes of late.
    private let budget = NoticeBudget()
    /// What they are told of later.
    private let held = HeldNotices()

    init(_ sender: any CodeSender, _ rules: DeliveryRules, _ clock: any DirectoryClock) {
        self.sender = sender
        self.rules = rules
        self.clock = clock
    }

    /// Tells a user by e-mail what became of its account, if mail can go there.
    ///
    /// To be called when the change is committed. A notice that cannot be handed over is dropped, and whoever carries
    /// messages has said so in the log: a change that was made is not taken back because of it. One of which the
    /// user was told often enough of late (``NoticeBudget``) is told with others, later.
    func tell(_ change: AccountChange) async {
        let recipient = change.before.displayEmail
        guard !change.news.isEmpty, rules.isEmailOn, rules.canMail(to: recipient) else { return }
        let now = clock.now()
        // One change may be of several kinds: that one of them was told often enough keeps none of the others back.
        let open = change.news.map(\.purpose).first { purpose in
            budget.take(
                change.before.id,
                purpose,
                by: change.doer,
                isStrong: !change.before.administratorRights.isEmpty,
                at: now
            )
        }
        guard let purpose = open else { return held.note(change, at: now) }
        let notice = Notice(
            purpose: purpose,
            recipient: recipient,
            party: AuditParty(change.before),
            text: change.text,
            at: now
        )
        try? await sender.send(notice)
    }

    /// Tells a user that a recovery code was used, if one was.
    func tellOfRecovery(_ user: User, _ taken: TakenFactor) async {
        guard taken.kind == .recovery else { return }
        let left = taken.recoveryCodesLeft ?? 0
        await tell(AccountChange(ofOwn: user, .recoveryUsed(left)))
    }

    /// Records of whom something was held back, and tells those who have waited long enough; or, when the server stops, all.
    ///
    /// What cannot be recorded is recorded with the next sweep.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func settle(_ access: DirectoryAccess, all: Bool) async throws(MusterError) {
        let due = held.takeDue(at: clock.now(), all: all)
        for (place, one) in due.enumerated() {
            do throws(MusterError) {
                try await sender.send(one.notice(at: clock.now()))
            } catch {
                // Too many wait already: it is told with the next sweep, and so are those after it.
                for left in due[place...] { held.giveBack(left) }
                break
            }
        }
        while true {
            let (unrecorded, lost) = held.takeUnrecorded(most: AccountNotices.batch)
            guard !unrecorded.isEmpty || lost > 0 else { return }
            do {
                try await access.record(unrecorded, lost: lost)
            } catch {
                held.giveBack(unrecorded: unrecorded, lost: lost)
                throw error
            }
        }
    }
}

extension DirectoryAccess {
    /// Records that users were not told at once of what was done to them.
    fileprivate func record(
        _ held: [HeldNotices.Held],
        lost: Int
    ) async throws(MusterError) {
        var events = held.map { held in
            event(
                heldBack: Notice.Purpose.allCases.filter { held.counts[$0] != nil }
                    .map(\.rawValue).joined(separator: " "),
                held.counts.values.reduce(0, +),
                "told often enough of late; told together later",
                of: AuditParty(held.user)
            )
        }
        if lost > 0 {
            events.append(
                event(heldBack: "any", lost, "too many are told later; not told", of: nil)
            )
        }
        try await store.write { [events] transaction throws(MusterError) in
            try transaction.appendAuditEvents(events)
        }
    }

    private func event(
        heldBack purposes: String,
        _ count: Int,
        _ reason: String,
        of party: AuditParty?
    ) -> AuditEvent {
        event(
            .messageDeliver,
            isFailure: true,
            actor: nil,
            origin: RequestSource(address: nil, requestID: "delivery"),
            on: party,
            fields: [
                AuditField("channel", CodeMessage.Channel.email.rawValue),
                AuditField("purpose", purposes), AuditField("count", "\(count)"),
                AuditField("reply", reason),
            ]
        )
    }
}
