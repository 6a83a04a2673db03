import MusterConsole

/// What a page tells that was done on the way to it: one of a few words, so that nobody else's words are shown.
enum DoneWord: String, CaseIterable {
    case saved, expired
    case signedOut = "signed-out"
    case passwordChanged = "password-changed"
    case sessionEnded = "session-ended"
    case sessionsEnded = "sessions-ended"
    case factorAdded = "factor-added"
    case factorRemoved = "factor-removed"
    case codesChanged = "codes-changed"
    case codeSent = "code-sent"
    case fewCodes = "few-codes"
    case keyAdded = "key-added"
    case keyKnown = "key-known"
    case keyRemoved = "key-removed"
    case keysRevoked = "keys-revoked"
    case created, deleted, unlocked, reset, confirmed
    case memberAdded = "member-added"
    case memberRemoved = "member-removed"

    /// Reads a word.
    init?(text: String) {
        guard text.utf8.count <= 32 else { return nil }
        self.init(rawValue: text)
    }

    /// What is told.
    func notice(_ texts: Texts) -> Frame.Notice {
        switch self {
        case .expired, .fewCodes: Frame.Notice(.warn, "\(text(texts.done))")
        default: Frame.Notice(.good, "\(text(texts.done))")
        }
    }

    private func text(_ done: DoneTexts) -> String {
        switch self {
        case .saved: done.saved
        case .expired: done.expired
        case .signedOut: done.signedOut
        case .passwordChanged: done.passwordChanged
        case .sessionEnded: done.sessionEnded
        case .sessionsEnded: done.sessionsEnded
        case .factorAdded: done.factorAdded
        case .factorRemoved: done.factorRemoved
        case .codesChanged: done.codesChanged
        case .codeSent: done.codeSent
        case .fewCodes: done.fewCodes
        case .keyAdded: done.keyAdded
        case .keyKnown: done.keyKnown
        case .keyRemoved: done.keyRemoved
        case .keysRevoked: done.keysRevoked
        case .created: done.created
        case .deleted: done.deleted
        case .unlocked: done.unlocked
        case .reset: done.reset
        case .confirmed: done.confirmed
        case .memberAdded: done.memberAdded
        case .memberRemoved: done.memberRemoved
        }
    }
}
