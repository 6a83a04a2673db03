import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterServer

extension Settings {
    /// What authenticator apps show as the service.
    static func issuer(_ reader: SettingsReader) throws(MusterError) -> String {
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

    static func weakForms(
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

    static func limits(_ reader: SettingsReader) throws(MusterError) -> RequestLimits {
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

    /// The domains of user names; nobody could have a name in what is none.
    static func approvedDomains(
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

    /// The certificate that settings name whose names begin so; nil if they name none.
    static func tls(
        _ reader: SettingsReader,
        _ setting: String = TLSFiles.ofServer
    ) throws(MusterError) -> TLSFiles? {
        let names = ["\(setting).certificate", "\(setting).privateKey"]
        let certificate = try reader.path(names[0])
        let key = try reader.path(names[1])
        guard let certificate, let key else {
            guard certificate == nil, key == nil else {
                let (present, missing) = key == nil ? (names[0], names[1]) : (names[1], names[0])
                throw reader.invalid(present, "needs \(missing) beside it", isQuoted: true)
            }
            return nil
        }
        let files = TLSFiles(certificate: certificate, privateKey: key, setting: setting)
        // What the server could not start with is no setting.
        _ = try files.keeper()
        return files
    }

    static func passwordPolicy(
        _ reader: SettingsReader
    ) throws(MusterError) -> PasswordPolicy {
        let kind: PasswordPolicy.Kind = try choice("password.policy", reader, else: .basic)
        guard kind.needsCommonPasswords else { return PasswordPolicy(kind) }
        guard let path = try reader.text("password.commonList") else {
            throw reader.invalid(
                "password.commonList",
                "must name a file of common passwords, one a line, for the policy \(kind.rawValue)"
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
        return PasswordPolicy(kind, commonPasswords: lines.lazy.map { String($0) })
    }
}
