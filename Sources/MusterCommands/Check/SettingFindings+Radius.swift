import MusterCore
import MusterServer

extension SettingFindings {
    /// What is unsafe, or of no use, in how RADIUS servers are answered.
    var radius: [Finding] {
        guard let radius = settings.radius else { return [] }
        var findings: [Finding] = []
        if settings.tls == nil, settings.rules.publicURL == nil,
            !SettingFindings.isLoopback(settings.host)
        {
            findings.append(
                warning(
                    "radius.enabled is true without TLS, so that passwords and API keys of a RADIUS server can be read on "
                        + "the way. Set http.tls.certificate and http.tls.privateKey, or listen on this machine alone."
                )
            )
        }
        let unknown = radius.unknownAttributes
        if !unknown.isEmpty {
            findings.append(
                warning(
                    "radius.attributesFile names \(unknown.joined(separator: ", ")), which Muster does not know. A RADIUS server "
                        + "leaves out what its dictionaries do not have. Look the name up there."
                )
            )
        }
        return findings
    }
}
