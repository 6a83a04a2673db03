import Foundation
import MusterCore
import MusterTesting

@testable import MusterDelivery

/// Longer than anything here takes where all tests run at once; what would wait for ever never ends its test.
let patience = Duration.seconds(600)

extension Letter {
    /// A letter that tells of something.
    static func notice(_ number: Int = 1, at now: Timestamp = FixedClock.start) -> Letter {
        let notice = Notice(
            purpose: .factorAdded,
            recipient: "jane@example.com",
            party: AuditParty(uuid: UUID(), name: "jane@example.com"),
            text: "A factor was added.",
            at: now
        )
        return Letter(notice, id: Letter.code(number).id)
    }

    /// A letter with a code, handed over at a moment.
    static func code(
        _ number: Int = 1,
        to recipient: String = "jane@example.com",
        channel: CodeMessage.Channel = .email,
        at now: Timestamp = FixedClock.start
    ) -> Letter {
        let digits = String(number, radix: 16)
        return Letter(
            id: String(repeating: "0", count: 32 - digits.utf8.count) + digits,
            channel: channel,
            purpose: codePurpose,
            recipient: recipient,
            subject: MessageTexts.subject,
            text: Secret("The code is 123456."),
            party: AuditParty(uuid: UUID(), name: "jane@example.com"),
            createdAt: now,
            expiresAt: now.advanced(by: VerificationCode.lifetime)
        )
    }
}
