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
        ldap = try Settings.ldap(reader, hasCertificate: tls != nil)
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

    /// What authenticator apps show as the service.
    private static func issuer(_ reader: SettingsReader) throws(MusterError) -> String {
        guard let text = try reader.text("totp.issuer") else {
            let host = try Settings.publicURL(reader)?.host
            return host.flatMap { KeyURI.isIssuer($0) ? $0 : nil } ?? "Muster"
        }
        guard KeyURI.isIssuer(text) else {
            throw reader.invalid(
                "totp.issuer",
                "must have 1 to \(KeyURI.maximumIssuerBytes) bytes, no colon and no control characters"
            )
        }
        return text
    }

    /// The value of a setting that is one of a few words; `fallback` if it is empty.
    static func choice<Value: CaseIterable & RawRepresentable<String>>(
        _ key: String,
        _ reader: SettingsReader,
        else fallback: Value
    ) throws(MusterError) -> Value {
        guard let text = try reader.text(key) else { return fallback }
        guard let value = Value(rawValue: text) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.invalid(key, "must be one of \(names)")
        }
        return value
    }

    private static func weakForms(
        _ reader: SettingsReader
    ) throws(MusterError) -> Set<WeakHashForm> {
        let key = "password.import.weakForms"
        var forms: Set<WeakHashForm> = []
        for name in try reader.list(key) {
            guard let form = WeakHashForm(rawValue: name.uppercased()) else {
                let names = WeakHashForm.allCases.map(\.rawValue).joined(separator: ", ")
                throw reader.invalid(key, "must hold none but \(names)")
            }
            forms.insert(form)
        }
        return forms
    }

    private static func limits(_ reader: SettingsReader) throws(MusterError) -> RequestLimits {
        let perMinute = try reader.number("http.limits.requestsPerMinute")
        let bodyBytes = try reader.number("http.limits.bodyBytes")
        var arrivalBytes = try reader.number("http.limits.arrivalBytes")
        if arrivalBytes == 0 { arrivalBytes = max(67_108_864, bodyBytes * 4) }
        // A buffer of so many bytes may be twice as large.
        guard arrivalBytes >= bodyBytes * 2 else {
            throw reader.invalid(
                "http.limits.arrivalBytes",
                "must be at least twice http.limits.bodyBytes, or 0"
            )
        }
        return RequestLimits(
            bodyBytes: bodyBytes,
            headerBytes: try reader.number("http.limits.headerBytes"),
            arrivalBytes: arrivalBytes,
            connections: try reader.number("http.limits.connections"),
            requestTime: .seconds(try reader.number("http.limits.requestSeconds")),
            stallTime: .seconds(try reader.number("http.limits.stallSeconds")),
            idleTime: .seconds(try reader.number("http.limits.idleSeconds")),
            requestsPerMinute: perMinute == 0 ? nil : perMinute
        )
    }

    /// A switch that is a text, as all settings are.
    enum Truth: String, CaseIterable {
        case `true`
        case `false`
    }

    enum Switch: String, CaseIterable {
        case on
        case off
    }

    /// An address and a port; nil if the setting has no value and none by default.
    static func address(
        _ key: String,
        _ reader: SettingsReader
    ) throws(MusterError) -> (host: String, port: Int)? {
        let written = try reader.text(key)
        if written == nil, reader.source(of: key) == .fallback { return nil }
        let text = written ?? ""
        guard let colon = text.lastIndex(of: ":"), let host = Settings.host(text[..<colon]),
            let port = Int(text[text.index(after: colon)...])
        else { throw reader.invalid(key, "must be an address, a colon and a port") }
        guard (0...65_535).contains(port) else {
            throw reader.invalid(key, "must have a port from 0 to 65535")
        }
        return (host, port)
    }

    /// A host as it is written before a port; brackets stand around the whole of an IPv6 address (RFC 3986 section 3.2.2)
    /// or not at all.
    private static func host(_ text: Substring) -> String? {
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]") && text.contains(":")
        let host = isBracketed ? text.dropFirst().dropLast() : text
        return host.isEmpty || host.contains { "[]".contains($0) } ? nil : String(host)
    }

    /// The domains of user names; nobody could have a name in what is none.
    private static func approvedDomains(
        _ reader: SettingsReader
    ) throws(MusterError) -> Set<String> {
        let domains = try reader.list("users.approvedDomains")
        guard domains.allSatisfy({ (try? Username("a@" + $0))?.domain != nil }) else {
            throw reader.invalid(
                "users.approvedDomains",
                "must hold domains as they stand after the @ of a user name, such as example.com"
            )
        }
        return Set(domains)
    }

    private static func tls(_ reader: SettingsReader) throws(MusterError) -> TLSFiles? {
        let certificate = try reader.path("http.tls.certificate")
        let key = try reader.path("http.tls.privateKey")
        guard let certificate, let key else {
            guard certificate == nil, key == nil else {
                let names = ["http.tls.certificate", "http.tls.privateKey"]
                let (present, missing) = key == nil ? (names[0], names[1]) : (names[1], names[0])
                throw reader.invalid(present, "needs \(missing) beside it", isQuoted: true)
            }
            return nil
        }
        let files = TLSFiles(certificate: certificate, privateKey: key)
        // What the server could not start with is no setting.
        _ = try files.keeper()
        return files
    }

    private static func passwordPolicy(
        _ reader: SettingsReader
    ) throws(MusterError) -> PasswordPolicy {
        let kind: PasswordPolicy.Kind = try choice("password.policy", reader, else: .basic)
        guard kind == .strict else { return PasswordPolicy(kind) }
        guard let path = try reader.text("password.commonList") else {
            throw reader.invalid(
                "password.commonList",
                "must name a file of common passwords, one a line, for the policy strict"
            )
        }
        guard !FileModes.isFolder(path) else {
            throw reader.invalid(
                "password.commonList",
                "names a folder, and has to name a file: \(path)",
                isQuoted: true
            )
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw reader.invalid(
                "password.commonList",
                "names a file that cannot be read: \(path)",
                isQuoted: true
            )
        }
        guard !ForeignText.isUTF16(data) else {
            throw reader.invalid(
                "password.commonList",
                "names a file in UTF-16, which has to be UTF-8: \(path)",
                isQuoted: true
            )
        }
        let text = String(decoding: ForeignText.withoutMark(data), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline)
        return PasswordPolicy(.strict, commonPasswords: lines.lazy.map { String($0) })
    }
}
