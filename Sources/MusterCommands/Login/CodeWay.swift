import ArgumentParser
import MusterAPI

/// By which way a code can be sent.
enum CodeWay: String, CaseIterable, ExpressibleByArgument, Sendable {
    case email
    case sms

    /// What it is called in sentences.
    var noun: String {
        switch self {
        case .email: "e-mail"
        case .sms: "SMS"
        }
    }
}

extension LoginChallengeRecord {
    /// The ways by which codes can be sent.
    var ways: [CodeWay] { CodeWay.allCases.filter { has($0.rawValue) } }

    /// Whether the server has sent a code by itself, as it does where nothing stronger is there.
    var hasSentCode: Bool { !ways.isEmpty && !has("totp") && !has("webauthn") }

    /// Whether anything can be typed that is taken.
    var takesCodes: Bool { has("totp") || has("recovery") || !ways.isEmpty }

    /// What of all this a terminal takes, in words: `of your authenticator app, or a recovery code`.
    ///
    /// - Parameter isUnasked: Whether the server sends codes by itself.
    /// - Returns: The words; empty if none of it is typed.
    func words(_ isUnasked: Bool = true) -> String {
        let isSent = isUnasked && hasSentCode
        let sent = ways.map(\.noun).joined(separator: " and ")
        let codes = [
            has("totp") ? "of your authenticator app" : nil,
            ways.isEmpty ? nil : isSent ? "that was sent by \(sent)" : "sent by \(sent)",
            has("recovery") ? "a recovery code" : nil,
        ]
        return codes.compactMap(\.self).joined(separator: ", or ")
    }

    /// What to type for a code that is sent; empty if none can be.
    func advice(_ isUnasked: Bool = true) -> String {
        guard !ways.isEmpty, login != nil else { return "" }
        let another = isUnasked && hasSentCode ? "another one" : "one to be sent"
        let typed =
            ways.count == 1
            ? "\"send\"" : ways.map { "\"send \($0.rawValue)\"" }.joined(separator: " or ")
        return " For \(another) type \(typed)."
    }
}
