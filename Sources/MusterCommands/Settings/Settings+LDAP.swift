import LDAPWire
import MusterCore
import MusterServer

/// How LDAP is spoken, and where.
struct LDAPListener: Sendable {
    /// How the directory is shown.
    let settings: LDAPSettings
    /// Where, with StartTLS where there is a certificate; nil for nowhere.
    let plain: (host: String, port: Int)?
    /// Where, over TLS from the first byte; nil for nowhere.
    let secure: (host: String, port: Int)?
    /// The certificate that is shown: its own, or else that of the whole server; nil if there is none.
    let tls: TLSFiles?

    /// The addresses to listen on.
    ///
    /// - Throws: What a host is that has no address.
    func listeners() throws -> [LDAPApplication.Listener] {
        try [(plain, false), (secure, true)].compactMap { address, isSecure in
            guard let address else { return nil }
            let taken = try ListenAddress(host: address.host, port: address.port)
            return LDAPApplication.Listener(
                host: taken.host,
                port: address.port,
                isSecure: isSecure
            )
        }
    }
}

extension Settings {
    /// The files of the certificates that are shown: of the whole server, and of LDAP where it has others.
    var certificates: [TLSFiles] {
        [tls, ldap?.tls].compactMap(\.self).reduce(into: []) { files, more in
            if !files.contains(more) { files.append(more) }
        }
    }

    /// How LDAP is spoken; nil if it is not.
    ///
    /// - Parameters:
    ///   - reader: Where settings are read.
    ///   - certificate: The one of the whole server; nil if there is none.
    /// - Returns: How, and where.
    /// - Throws: ``MusterError`` with code `setting.invalid`, naming the key.
    static func ldap(
        _ reader: SettingsReader,
        _ certificate: TLSFiles?
    ) throws(MusterError) -> LDAPListener? {
        let tls = try tls(reader, TLSFiles.ofLDAP) ?? certificate
        let plain = try address("ldap.bind", reader)
        let secure = try address("ldap.tlsBind", reader)
        let suffix = try suffix(reader)
        let home = try path("ldap.homeDirectory", reader)
        let shell = try path("ldap.loginShell", reader)
        let plaintext: LDAPSettings.PlaintextBind = try choice(
            "ldap.plaintextBind",
            reader,
            else: .loopback
        )
        let showsDisabled = try choice("ldap.showDisabled", reader, else: Switch.off) == .on
        let takesWrites = try choice("ldap.writes", reader, else: Switch.off) == .on
        let connections = try reader.number("ldap.limits.connections")
        let numbers = AccountNumbers(
            firstUser: Int64(try reader.number(LDAPListener.firstUserKey)),
            firstGroup: Int64(try reader.number(LDAPListener.firstGroupKey))
        )
        guard plain != nil || secure != nil else { return nil }
        guard let suffix else {
            throw reader.invalid(
                plain == nil ? "ldap.tlsBind" : "ldap.bind",
                "needs ldap.suffix beside it, such as dc=example,dc=com"
            )
        }
        guard secure == nil || tls != nil else {
            throw reader.invalid(
                "ldap.tlsBind",
                "needs a certificate beside it: ldap.tls.certificate and ldap.tls.privateKey, or http.tls.certificate and http.tls.privateKey"
            )
        }
        return LDAPListener(
            settings: LDAPSettings(
                suffix: suffix,
                numbers: numbers,
                plaintextBind: plaintext,
                showsDisabled: showsDisabled,
                takesWrites: takesWrites,
                homeDirectory: home,
                loginShell: shell,
                connections: connections,
                version: Version.text
            ),
            plain: plain,
            secure: secure,
            tls: tls
        )
    }

    /// The name of the uppermost entry: parts of one attribute each, the first of them dc or o.
    private static func suffix(_ reader: SettingsReader) throws(MusterError) -> DistinguishedName? {
        let key = "ldap.suffix"
        guard let text = try reader.text(key) else { return nil }
        guard let name = DistinguishedName(text.utf8), let first = name.parts.first,
            first.value(of: "dc") != nil || first.value(of: "o") != nil,
            name.parts.allSatisfy({ $0.pairs.count == 1 && $0.pairs.first?.value.isEmpty == false })
        else {
            throw reader.invalid(
                key,
                "must be a distinguished name that begins with dc= or o=, such as dc=example,dc=com"
            )
        }
        return name
    }

    /// A path as other machines have it, in ASCII.
    private static func path(
        _ key: String,
        _ reader: SettingsReader
    ) throws(MusterError) -> String {
        let text = try reader.text(key) ?? ""
        guard MachinePath.isPath(text) else {
            throw reader.invalid(key, "must be a path from the root, in ASCII and without a colon")
        }
        return text
    }
}
