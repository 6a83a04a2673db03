/// Tells owners of accounts what was changed for them.
final class AccountNotices: Sendable {
    private let sender: any CodeSender
    private let rules: DeliveryRules
    private let clock: any DirectoryClock
    /// How often users were told of changes of late.
    private let budget = NoticeBudget()

    init(_ sender: any CodeSender, _ rules: DeliveryRules, _ clock: any DirectoryClock) {
        self.sender = sender
        self.rules = rules
        self.clock = clock
    }

    /// Tells a user by e-mail what became of its account, if mail can go there.
    ///
    /// To be called when the change is committed. A notice that cannot be handed over is dropped, and whoever carries
    /// messages has said so in the log: a change that was made is not taken back because of it. Neither is one of which the
    /// user was told often enough of late (``NoticeBudget``).
    func tell(_ change: AccountChange) async {
        let recipient = change.before.displayEmail
        guard !change.news.isEmpty, rules.isEmailOn, rules.canMail(to: recipient) else { return }
        let now = clock.now()
        // One change may be of several kinds: that one of them was told often enough keeps none of the others back.
        let open = change.news.map(\.purpose).first { purpose in
            budget.take(change.before.id, purpose, isOwn: change.isOwn, at: now)
        }
        guard let purpose = open else { return }
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
}
