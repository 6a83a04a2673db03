import MusterCore
import MusterServer

extension SettingFindings {
    /// What is unsafe, or of no use, in how LDAP is spoken.
    func ldap() throws(MusterError) -> [Finding] {
        guard let ldap = settings.ldap else { return [] }
        var findings: [Finding] = []
        if let plain = ldap.plain, !SettingFindings.isLoopback(plain.host) {
            if ldap.settings.plaintextBind == .always {
                findings.append(
                    warning(
                        "ldap.plaintextBind always takes passwords without TLS at ldap.bind \(plain.host), so they can "
                            + "be read on the way. Use loopback or never."
                    )
                )
            } else if ldap.tls == nil {
                findings.append(
                    warning(
                        "ldap.bind \(plain.host) can be reached from other machines, and without TLS no password is "
                            + "taken there. Set ldap.tls.certificate and ldap.tls.privateKey, or those of http.tls."
                    )
                )
            }
        }
        if settings.rules.bindSecondFactor == .ignore {
            findings.append(
                warning(
                    "ldap.secondFactor ignore lets the password alone in over LDAP, whatever second factor a user has. "
                        + "Use refuse, and API keys for services."
                )
            )
        }
        return findings
    }
}
