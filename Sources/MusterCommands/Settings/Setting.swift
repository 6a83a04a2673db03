/// One thing that an operator can set, by the same name everywhere.
struct Setting: Sendable {
    /// What a value looks like.
    enum Kind: Sendable {
        /// Any text.
        case text
        /// A whole number within bounds.
        case number(ClosedRange<Int>)
        /// Texts, separated by commas where they stand on one line.
        case list
    }

    /// The name, as it stands in a file and after `--set`.
    let key: String
    /// What a value looks like.
    let kind: Kind
    /// The value where nobody sets one, as text; nil if there is none.
    let fallback: String?
    /// Whether the value is kept from view.
    var isSecret = false
    /// What it is for, in one sentence.
    let summary: String

    /// The name of the environment variable.
    var variable: String {
        var name = "MUSTER_"
        var isInWord = false
        for character in key {
            let startsWord = character.isUppercase && isInWord
            isInWord = character.isLowercase
            if startsWord { name += "_" }
            name += character == "." ? "_" : character.uppercased()
        }
        return name
    }

    /// All settings, in the order in which they are shown.
    static let all: [Setting] = store + service + ldap + radius + delivery + log

    /// The service, its callers and their passwords.
    private static let service: [Setting] = [
        Setting(
            key: "dataDir",
            kind: .text,
            fallback: "./muster-data",
            summary: "The folder of the directory's files."
        ),
        Setting(
            key: "http.bind",
            kind: .text,
            fallback: "127.0.0.1:8834",
            summary: "The address and port to listen on."
        ),
        Setting(
            key: "http.publicURL",
            kind: .text,
            fallback: nil,
            summary:
                "The address under which people reach the server, such as https://muster.example.com."
        ),
        Setting(
            key: "http.tls.certificate",
            kind: .text,
            fallback: nil,
            summary: "A PEM file with the certificate chain; with a private key it turns TLS on."
        ),
        Setting(
            key: "http.tls.privateKey",
            kind: .text,
            fallback: nil,
            isSecret: true,
            summary: "A PEM file with the certificate's private key."
        ),
        Setting(
            key: "http.trustedProxies",
            kind: .list,
            fallback: "",
            summary:
                "Networks of proxies that are believed when they say where a request came from."
        ),
        Setting(
            key: "http.forwardedHeader",
            kind: .text,
            fallback: "x-forwarded-for",
            summary:
                "Where trusted proxies say it: x-forwarded-for (with X-Forwarded-Proto) or forwarded (RFC 7239)."
        ),
        Setting(
            key: "console.enabled",
            kind: .text,
            fallback: "true",
            summary: "Whether browsers get the console: true or false."
        ),
        Setting(
            key: "http.limits.bodyBytes",
            kind: .number(1024...104_857_600),
            fallback: "1048576",
            summary: "The most bytes of a request's body."
        ),
        Setting(
            key: "http.limits.headerBytes",
            kind: .number(1024...262_144),
            fallback: "32768",
            summary: "The most bytes of a request's target and header."
        ),
        Setting(
            key: "http.limits.arrivalBytes",
            kind: .number(0...1_099_511_627_776),
            fallback: "0",
            summary:
                "The most bytes of all requests that are arriving, together; 0 means 64 MiB, or four times bodyBytes if that is more."
        ),
        Setting(
            key: "http.limits.connections",
            kind: .number(1...1_000_000),
            fallback: "15000",
            summary: "The most connections at a time."
        ),
        Setting(
            key: "http.limits.requestSeconds",
            kind: .number(1...3600),
            fallback: "30",
            summary: "The time in which a request has to arrive."
        ),
        Setting(
            key: "http.limits.stallSeconds",
            kind: .number(1...3600),
            fallback: "30",
            summary: "How long an answer may wait for a client that takes nothing of it."
        ),
        Setting(
            key: "http.limits.idleSeconds",
            kind: .number(1...3600),
            fallback: "60",
            summary: "How long a connection may wait for its next request."
        ),
        Setting(
            key: "http.limits.requestsPerMinute",
            kind: .number(0...10_000_000),
            fallback: "0",
            summary:
                "The most requests by one session or key in a minute, four times as many by all of a user's; 0 means any number."
        ),
        Setting(
            key: "local.socket",
            kind: .text,
            fallback: nil,
            summary:
                "The Unix domain socket where sshd and PAM ask; agent.sock in the data folder if unset, none if empty."
        ),
        Setting(
            key: "local.socketMode",
            kind: .text,
            fallback: "0600",
            summary: "The socket's file mode, in octal: 0600 for its owner, 0660 for its group too."
        ),
        Setting(
            key: "local.socketGroup",
            kind: .text,
            fallback: nil,
            summary: "The group that owns the socket; the server's own if unset."
        ),
        Setting(
            key: "users.approvedDomains",
            kind: .list,
            fallback: "",
            summary: "The domains of user names in the Tenable dialect; empty means any."
        ),
        Setting(
            key: "password.policy",
            kind: .text,
            fallback: "basic",
            summary: "What a new password has to be: basic, tenable, strict or nist."
        ),
        Setting(
            key: "password.commonList",
            kind: .text,
            fallback: nil,
            summary:
                "A file of common passwords, one a line, that the policies strict and nist refuse."
        ),
        Setting(
            key: "password.argon2.kibibytes",
            kind: .number(1024...4_194_304),
            fallback: "19456",
            summary: "Argon2id: memory for a hash, in KiB."
        ),
        Setting(
            key: "password.argon2.iterations",
            kind: .number(1...100),
            fallback: "2",
            summary: "Argon2id: passes over the memory."
        ),
        Setting(
            key: "password.hashing.threads",
            kind: .number(0...256),
            fallback: "0",
            summary:
                "How many passwords are hashed at a time; 0 means as many as there are processors."
        ),
        Setting(
            key: "password.hashing.queue",
            kind: .number(0...100_000),
            fallback: "256",
            summary: "How many more passwords may wait to be hashed."
        ),
        Setting(
            key: "password.import.milliseconds",
            kind: .number(1...60_000),
            fallback: "2000",
            summary: "How long a check of an imported hash may take on this machine."
        ),
        Setting(
            key: "password.import.weakForms",
            kind: .list,
            fallback: "",
            summary: "Weak hashes that an import takes all the same: SSHA256, SSHA512."
        ),
        Setting(
            key: "login.lockoutSeconds",
            kind: .number(1...31_536_000),
            fallback: "900",
            summary: "How long more than five failed logins lock the password."
        ),
        Setting(
            key: "login.passwordOnly",
            kind: .text,
            fallback: "append",
            summary:
                "What PAM and authenticate do about second factors: append (an app's code after the password), ignore or refuse."
        ),
        Setting(
            key: "totp.issuer",
            kind: .text,
            fallback: nil,
            summary:
                "What authenticator apps show as the service, up to 32 bytes without a colon; the host of http.publicURL if unset."
        ),
        Setting(
            key: "login.lockout",
            kind: .text,
            fallback: "network",
            summary:
                "For whom failed logins close the password: network (that from which they failed) or account (everybody)."
        ),
        Setting(
            key: "login.networkBits.ipv4",
            kind: .number(16...32),
            fallback: "32",
            summary: "How many leading bits of an IPv4 address make one network of callers."
        ),
        Setting(
            key: "login.networkBits.ipv6",
            kind: .number(48...128),
            fallback: "64",
            summary: "How many leading bits of an IPv6 address make one network of callers."
        ),
        Setting(
            key: "session.lifetimeSeconds",
            kind: .number(60...31_536_000),
            fallback: "86400",
            summary: "How long a session lasts at most."
        ),
        Setting(
            key: "scim.enabled",
            kind: .text,
            fallback: "false",
            summary: "Whether SCIM 2.0 is spoken under /scim/v2: true or false."
        ),
        Setting(
            key: "scim.publicDiscovery",
            kind: .text,
            fallback: "true",
            summary:
                "Whether SCIM tells those who have not come in what it can do: true or false."
        ),
        Setting(
            key: "scim.sshKeys",
            kind: .text,
            fallback: "false",
            summary: "Whether SCIM shows and takes users' public keys: true or false."
        ),
    ]

    /// The log.
    private static let log: [Setting] = [
        Setting(
            key: "log.level",
            kind: .text,
            fallback: "info",
            summary:
                "The least serious messages to log: trace, debug, info, notice, warning, error or critical."
        ),
        Setting(
            key: "log.format",
            kind: .text,
            fallback: "logfmt",
            summary: "How lines of the log are written: logfmt, or json for one object a line."
        ),
        Setting(
            key: "log.access",
            kind: .text,
            fallback: "off",
            summary: "Whether each request is a line of the log: on or off."
        ),
        Setting(
            key: "metrics.bind",
            kind: .text,
            fallback: nil,
            summary:
                "The address and port at which GET /metrics answers whoever can reach it; nowhere if unset."
        ),
    ]
}
