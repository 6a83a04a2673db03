import MusterCore
import MusterDelivery

/// What keeps codes from getting to people, and secrets of that which are open to others.
struct DeliveryFindings {
    /// The settings that name files with secrets.
    private static let secretFiles = [
        "smtp.passwordFile", "sms.twilio.secretFile", "sms.vonage.secretFile",
        "sms.webhook.secretFile", "sms.webhook.authorizationFile",
    ]

    let settings: Settings
    let reader: SettingsReader

    /// Everything that was found; nothing where codes go into a folder or nowhere.
    func all() async throws(MusterError) -> [Finding] {
        try files() + (await mail())
    }

    private func files() throws(MusterError) -> [Finding] {
        var findings: [Finding] = []
        for key in DeliveryFindings.secretFiles {
            guard let path = try reader.path(key), let mode = FileModes.mode(of: path),
                mode & 0o077 != 0
            else { continue }
            findings.append(
                Finding(
                    .error,
                    .delivery,
                    "\(path), which \(key) names, has mode \(FileModes.text(mode)), so that others may read the secret in "
                        + "it. Run: chmod 600 \(path)"
                )
            )
        }
        return findings
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
                    "\(server.shown) takes no mail from here: \(error.reason). See: muster server mail-test"
                )
            ]
        }
    }
}
