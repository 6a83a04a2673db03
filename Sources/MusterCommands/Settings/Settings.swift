import FoundationEssentials
import Logging
import MusterCore
import MusterCrypto
import MusterServer

/// Everything that was set, checked and in its own type.
struct Settings: Sendable {
    /// The folder of the directory's files.
    let dataDirectory: String
    /// What keeps the directory.
    let store: StoreChoice
    let replica: ReplicaChoice
    /// The host to listen on.
    let host: String
    /// The port to listen on.
    let port: Int
    /// The files of the certificate and its key, if TLS is on.
    let tls: TLSFiles?
    /// The proxies that are believed.
    let trustedProxies: AllowedNetworks
    /// Where they say where a request came from.
    let forwardingField: ForwardingField
    /// How much a caller may ask.
    let limits: RequestLimits
    /// Where programs on this machine ask; nil if they may not.
    let localSocket: LocalSocket?
    /// The directory's rules.
    let rules: DirectoryRules
    /// What a hash costs.
    let argon2: Argon2Parameters
    /// How many passwords are hashed at a time.
    let hashingThreads: Int
    /// How many more may wait.
    let hashingQueue: Int
    /// How long a check of an imported hash may take.
    let importLimit: Duration
    /// Which weak hashes an import takes.
    let weakForms: Set<WeakHashForm>
    /// The folder of messages.
    let outbox: String
    /// How codes and notices get to people.
    let delivery: DeliverySettings
    /// The least serious messages to log.
    let logLevel: Logger.Level
    let logFormat: LogFormat
    let logsAccess: Bool
    /// Whether browsers get the console.
    let servesConsole: Bool
    /// Whether SCIM is spoken.
    let servesSCIM: Bool
    /// What SCIM shows, and to whom.
    let scim: SCIMSettings
    /// Where metrics are told; nil for nowhere.
    let metrics: (host: String, port: Int)?
    /// How LDAP is spoken, and where; nil for nowhere.
    let ldap: LDAPListener?
    /// How RADIUS servers are answered; nil if they are not.
    let radius: RadiusSettings?

    /// Checks everything that was read.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`, naming the key.
    init(_ reader: SettingsReader) throws(MusterError) {
        dataDirectory = try reader.path("dataDir") ?? "./muster-data"
        store = try StoreChoice(reader)
        replica = try ReplicaChoice(reader)
        (host, port) = try Settings.address("http.bind", reader) ?? ("127.0.0.1", 8834)
        metrics = try Settings.address("metrics.bind", reader)
        tls = try Settings.tls(reader)
        ldap = try Settings.ldap(reader, tls)
        radius = try Settings.radius(reader)
        let proxies = try reader.list("http.trustedProxies")
        do {
            trustedProxies = try AllowedNetworks(proxies)
        } catch {
            throw reader.invalid(
                "http.trustedProxies",
                "is refused: \(error.message)",
                isQuoted: true
            )
        }
        forwardingField = try Settings.choice(
            "http.forwardedHeader",
            reader,
            else: .xForwardedFor
        )
        limits = try Settings.limits(reader)
        localSocket = try LocalSocket.read(reader, dataDirectory: dataDirectory)
        argon2 = try Argon2Parameters(
            kibibytes: try reader.number("password.argon2.kibibytes"),
            iterations: try reader.number("password.argon2.iterations")
        )
        let threads = try reader.number("password.hashing.threads")
        hashingThreads = threads == 0 ? ProcessInfo.processInfo.activeProcessorCount : threads
        hashingQueue = try reader.number("password.hashing.queue")
        importLimit = .milliseconds(try reader.number("password.import.milliseconds"))
        weakForms = try Settings.weakForms(reader)
        outbox = try reader.path("codes.outbox") ?? dataDirectory + "/outbox"
        let publicURL = try Settings.publicURL(reader)
        delivery = try DeliverySettings(reader, publicURL: publicURL)
        logLevel = try Settings.choice("log.level", reader, else: .info)
        logFormat = try Settings.choice("log.format", reader, else: .logfmt)
        servesConsole = try Settings.choice("console.enabled", reader, else: Truth.true) == .true
        logsAccess = try Settings.choice("log.access", reader, else: Switch.off) == .on
        servesSCIM = try Settings.choice("scim.enabled", reader, else: Truth.false) == .true
        scim = SCIMSettings(
            publicDiscovery: try Settings.choice(
                "scim.publicDiscovery",
                reader,
                else: Truth.true
            ) == .true,
            sshKeys: try Settings.choice("scim.sshKeys", reader, else: Truth.false) == .true
        )
        var rules = DirectoryRules(
            passwords: try Settings.passwordPolicy(reader),
            lockout: LockoutRule(
                duration: .seconds(try reader.number("login.lockoutSeconds")),
                scope: try Settings.choice("login.lockout", reader, else: .network)
            ),
            networks: SourceNetwork.Widths(
                v4: try reader.number("login.networkBits.ipv4"),
                v6: try reader.number("login.networkBits.ipv6")
            ),
            codes: CodeBudget(
                smsHourly: try reader.number("codes.smsPerHour"),
                emailHourly: try reader.number("codes.emailPerHour")
            ),
            delivery: delivery.rules,
            phonePrefix: try Settings.phonePrefix(reader),
            publicURL: publicURL,
            sessionLifetime: .seconds(try reader.number("session.lifetimeSeconds")),
            approvedDomains: try Settings.approvedDomains(reader),
            passwordOnlyLogins: try Settings.choice(
                "login.passwordOnly",
                reader,
                else: .append
            ),
            issuer: try Settings.issuer(reader)
        )
        rules.bindSecondFactor = try Settings.choice("ldap.secondFactor", reader, else: .refuse)
        self.rules = rules
    }
}
