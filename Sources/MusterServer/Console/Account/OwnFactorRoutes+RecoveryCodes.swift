import Hummingbird
import MusterConsole
import MusterCore

extension OwnFactorRoutes {
    func show(_ codes: [Secret<String>], _ visit: Visit) -> Response {
        let texts = codes.map { code in code.withExposedValue { $0 } }
        return ConsoleResponse.page(FactorPages.recoveryCodes(visit.frame, texts))
    }

    /// Hands the codes that a page has shown back as a file; nothing is kept of them, and nothing changes.
    @Sendable func saveRecoveryCodes(_ visit: Visit) async throws -> Response {
        let codes = visit.text("codes").utf8.split(separator: UInt8(ascii: " "))
            .map { String(Substring($0)) }
        guard (1...RecoveryCode.setSize).contains(codes.count),
            codes.allSatisfy(RecoveryCode.isWritten)
        else {
            throw MusterError.invalid("codes", visit.frame.texts.security.noCodes)
        }
        let t = visit.frame.texts.security
        let owner = try visit.principal.user.username.text
        let head = "\(t.codesFileTitle) \(owner), Muster, \(visit.day)"
        // Editors of all systems show these ends of lines.
        let text = ([head, t.codesFileHint, ""] + codes + [""]).joined(separator: "\r\n")
        return ConsoleResponse.file(
            Array(text.utf8),
            type: "text/plain; charset=utf-8",
            name: "muster-recovery-codes-\(visit.day).txt"
        )
    }

    @Sendable func renewRecoveryCodes(_ visit: Visit) async throws -> Response {
        do {
            let codes = try await factors.renewRecoveryCodes(by: try visit.principal) {
                visit.secret("password")
            }
            return show(codes, visit)
        } catch {
            guard error.asksForProof else { throw error }
            let page = FactorPages.confirm(
                try await visit.askingForProof(),
                path: "/account/security/recovery",
                fields: [],
                password: FieldState(error: Visit.confirmationComplaint(error))
            )
            return ConsoleResponse.page(page, telling: error)
        }
    }
}
