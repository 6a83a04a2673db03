import MusterCore

extension SettingFindings {
    /// What is of no use in how SCIM is spoken.
    var scim: [Finding] {
        guard settings.servesSCIM, settings.tls == nil, settings.rules.publicURL == nil else {
            return []
        }
        return [
            warning(
                "scim.enabled is true without TLS and without http.publicURL, so that providers behind a proxy are "
                    + "told addresses that begin with http://. Set http.publicURL."
            )
        ]
    }
}
