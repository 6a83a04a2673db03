import FoundationEssentials
import MusterCore
import MusterServer

/// What is unsafe in the settings.
struct SettingFindings {
    /// The cheapest Argon2id parameters that are recommended: memory in KiB, and passes over it.
    ///
    /// OWASP Password Storage Cheat Sheet, section Argon2id.
    private static let leastArgon2 = [
        (47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5),
    ]
    /// The widest networks of proxies that raise no question, by the length of their prefixes.
    private static let leastProxyPrefix = (v4: 8, v6: 16)

    let settings: Settings
    let reader: SettingsReader
    /// How many files a process may have open; nil for what the system says.
    var limit: Int?

    /// Everything that was found.
    func all() throws -> [Finding] {
        let network = self.network + scim + (try ldap()) + radius
        return (network + (try argon2()) + policy + socket + certificate + descriptors)
            .orFine(.settings, "No setting is unsafe.")
    }

    func warning(_ text: String) -> Finding {
        Finding(.warning, .settings, text)
    }

    private var network: [Finding] {
        var findings: [Finding] = []
        if settings.tls == nil, !SettingFindings.isLoopback(settings.host) {
            findings.append(
                warning(
                    "http.bind \(settings.host) can be reached from other machines without TLS, so passwords "
                        + "can be read on the way. Set http.tls.certificate and http.tls.privateKey, or listen "
                        + "on 127.0.0.1 behind a proxy."
                )
            )
        }
        for network in settings.trustedProxies.networks {
            let least =
                network.base.family == .v4
                ? SettingFindings.leastProxyPrefix.v4 : SettingFindings.leastProxyPrefix.v6
            if network.prefixLength == 0 {
                findings.append(
                    Finding(
                        .error,
                        .settings,
                        "http.trustedProxies \(network) believes everybody, so anybody can claim any address "
                            + "and passes every user's hosts. Name the proxies."
                    )
                )
            } else if network.prefixLength < least {
                findings.append(
                    warning(
                        "http.trustedProxies \(network) is very wide, and each address in it can claim any "
                            + "other. Name the proxies."
                    )
                )
            }
        }
        return findings
    }

    /// Whether a host is this machine, for callers on it alone.
    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" { return true }
        guard let address = IPAddress(host) else { return false }
        let loopback = try? AllowedNetworks(["127.0.0.0/8", "::1"])
        return loopback?.allow(address) ?? false
    }

    private func argon2() throws(MusterError) -> [Finding] {
        let kibibytes = try reader.number("password.argon2.kibibytes")
        let iterations = try reader.number("password.argon2.iterations")
        let isEnough = SettingFindings.leastArgon2.contains {
            kibibytes >= $0 && iterations >= $1
        }
        guard !isEnough else { return [] }
        return [
            warning(
                "password.argon2: \(kibibytes) KiB and \(iterations) passes make a stolen hash cheap to guess. "
                    + "Use 19456 and 2, or more."
            )
        ]
    }

    private var certificate: [Finding] {
        settings.certificates.flatMap {
            CertificateFindings(files: $0, now: SystemClock().now()).all()
        }
    }

    /// Whether there are descriptors for as many connections as are set.
    private var descriptors: [Finding] {
        // The server raises its own limit as far as it may.
        let limit = limit ?? ResourceLimit.get(.descriptors)?.most ?? .max
        do {
            let descriptors = try FileDescriptors(
                limit: limit,
                wanted: settings.limits.connections,
                processors: ProcessInfo.processInfo.activeProcessorCount
            )
            guard descriptors.isShort else { return [] }
            return [
                warning(
                    "http.limits.connections is \(descriptors.wanted), but a process of this user may have only "
                        + "\(limit) files open, which is enough for \(descriptors.connections). "
                        + descriptors.advice
                )
            ]
        } catch {
            return [Finding(.error, .settings, error.message)]
        }
    }

    private var policy: [Finding] {
        guard settings.rules.passwords.kind == .basic else { return [] }
        return [
            warning(
                "password.policy basic asks for 8 characters and no more. Use nist, strict or tenable."
            )
        ]
    }

    private var socket: [Finding] {
        guard let socket = settings.localSocket, socket.mode & 0o006 != 0 else { return [] }
        return [
            warning(
                "local.socketMode \(FileModes.text(socket.mode)) lets every user of this machine ask about "
                    + "passwords. Use 0600, or 0660 with local.socketGroup."
            )
        ]
    }
}
