import MusterCore
import MusterDelivery

/// What keeps codes from getting to people, and secrets of that which are open to others.
struct DeliveryFindings {
    let settings: Settings
    let reader: SettingsReader

    /// Everything that was found; nothing where codes go into a folder or nowhere.
    func all() async throws(MusterError) -> [Finding] {
        try files() + (await mail())
    }

    private func files() throws(MusterError) -> [Finding] {
        try reader.openSecrets().map { Finding(.error, .delivery, $0) }
            + LeftMessages(settings).advice.map { Finding(.warning, .delivery, $0) }
    }

    private func mail() async -> [Finding] {
        guard case .smtp(let server) = settings.delivery.mail else { return [] }
        do throws(SMTPFailure) {
            let (isSignedIn, _) = try await SMTPCarrier(server, connections: 1).look()
            guard server.username == nil || isSignedIn else {
                return [
                    Finding(
                        .warning,
                        .delivery,
                        "\(server.shown) has not asked for the password that smtp.passwordFile has. It may refuse mail."
                    )
                ]
            }
            return [Finding(.ok, .delivery, "\(server.shown) takes mail from here.")]
        } catch {
            return [
                Finding(
                    .warning,
                    .delivery,
                    "\(server.shown) takes no mail from here: \(error.reason.withoutStop). See: muster server mail-test"
                )
            ]
        }
    }
}
