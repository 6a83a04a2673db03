import MusterCore

extension Setting {
    /// The directory over LDAP.
    static let ldap: [Setting] = [
        Setting(
            key: "ldap.bind",
            kind: .text,
            fallback: nil,
            summary:
                "The address and port at which LDAP is spoken, with StartTLS where there is a certificate; nowhere if unset."
        ),
        Setting(
            key: "ldap.tlsBind",
            kind: .text,
            fallback: nil,
            summary:
                "The address and port at which LDAP is spoken over TLS from the first byte; nowhere if unset."
        ),
        Setting(
            key: "ldap.tls.certificate",
            kind: .text,
            fallback: nil,
            summary:
                "A PEM file with a certificate chain for LDAP alone; that of http.tls if unset."
        ),
        Setting(
            key: "ldap.tls.privateKey",
            kind: .text,
            fallback: nil,
            isSecret: true,
            summary: "A PEM file with that certificate's private key."
        ),
        Setting(
            key: "ldap.suffix",
            kind: .text,
            fallback: nil,
            summary: "The name of the uppermost entry, such as dc=example,dc=com."
        ),
        Setting(
            key: "ldap.plaintextBind",
            kind: .text,
            fallback: "loopback",
            summary:
                "When LDAP takes a password without TLS: never, loopback (from this machine) or always."
        ),
        Setting(
            key: "ldap.secondFactor",
            kind: .text,
            fallback: "refuse",
            summary:
                "What LDAP does with users who have a second factor: refuse, or ignore (the password is enough)."
        ),
        Setting(
            key: "ldap.showDisabled",
            kind: .text,
            fallback: "off",
            summary:
                "Whether administrators of users see over LDAP who is disabled or has expired: on or off."
        ),
        Setting(
            key: "ldap.writes",
            kind: .text,
            fallback: "off",
            summary:
                "Whether administrators of users make, change and delete users and groups over LDAP: on or off."
        ),
        Setting(
            key: LDAPListener.firstUserKey,
            kind: .number(LDAPListener.firstNumbers),
            fallback: String(AccountNumbers.usual.firstUser),
            summary:
                "Where uidNumber begins, to which a user's own number is added; a directory keeps the one that it was first served over LDAP with."
        ),
        Setting(
            key: LDAPListener.firstGroupKey,
            kind: .number(LDAPListener.firstNumbers),
            fallback: String(AccountNumbers.usual.firstGroup),
            summary: "Where gidNumber begins, in the same way."
        ),
        Setting(
            key: "ldap.homeDirectory",
            kind: .text,
            fallback: "/home/{username}",
            summary: "Where users' files are, as LDAP shows it; {username} is the login name."
        ),
        Setting(
            key: "ldap.loginShell",
            kind: .text,
            fallback: "/bin/bash",
            summary: "What users' terminals begin with, as LDAP shows it."
        ),
        Setting(
            key: "ldap.limits.connections",
            kind: .number(1...1_000_000),
            fallback: "1024",
            summary: "The most connections of LDAP at a time."
        ),
    ]
}
