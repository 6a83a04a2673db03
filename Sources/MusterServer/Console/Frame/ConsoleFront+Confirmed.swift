import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

extension ConsoleFront {
    /// Whether a form does what a stolen session must not do.
    typealias Danger = @Sendable (Visit) async throws -> Bool

    /// A form that always does.
    static let always: Danger = { _ in true }

    /// A handler before which whoever has not proved lately who it is gives its own password or passkey; the form is kept and
    /// goes on from there.
    ///
    /// - Parameters:
    ///   - isDangerous: Whether a form is one of those.
    ///   - handler: Deals with it. Where it asks for the password itself, that is asked for here, too.
    /// - Returns: The handler.
    func confirmed(if isDangerous: @escaping Danger, _ handler: @escaping Handler) -> Handler {
        let service = ConfirmationService(directory)
        return { visit in
            let password = visit.secret("current_password")
            var asksForProof = false
            do {
                if try await isDangerous(visit) {
                    asksForProof = true
                    try await service.require(by: try visit.principal, password: password)
                    asksForProof = false
                }
                return try await handler(visit)
            } catch let error as MusterError where error.asksForProof {
                guard let kept = KeptForm(path: visit.call.request.uri.path, visit.items) else {
                    throw error
                }
                var page = ConfirmPage(path: kept.path, values: kept.values)
                page.asksNewPassword = kept.passwords.contains { $0.hasSameBytes(as: "password") }
                page.error = password == nil ? nil : Visit.confirmationComplaint(error)
                let takesProof = asksForProof || error.code == .confirmationRequired
                page.takesPasswordAlone = !takesProof
                let frame = try await takesProof ? visit.askingForProof() : visit.frame
                return ConsoleResponse.page(page.html(frame), telling: error)
            }
        }
    }
}

extension Visit {
    /// The frame of a page that asks its reader to prove who it is: with a passkey, too, where it has one.
    ///
    /// - Throws: ``MusterError`` as ``ConfirmationService/takesPasskeys(of:)``.
    func askingForProof() async throws(MusterError) -> Frame {
        var frame = frame
        let service = ConfirmationService(directory)
        frame.takesPasskey = try await service.takesPasskeys(of: try principal)
        return frame
    }

    /// The frame of a page that is shown again after an error, where the service itself asks for a proof: the reader is asked for
    /// that, or told what went wrong.
    ///
    /// - Throws: as ``askingForProof()``.
    func frame(for error: MusterError?) async throws(MusterError) -> Frame {
        guard let error else { return frame }
        return try await error.asksForProof ? askingForProof() : frame(telling: error)
    }
}

extension MusterError {
    /// Whether it asks the caller to prove who it is, or says that its password was wrong.
    var asksForProof: Bool { code == .confirmationRequired || code == .currentPasswordInvalid }
}
