public import WireJSON

/// What a browser needs to make a passkey: `PublicKeyCredentialCreationOptionsJSON` (WebAuthn Level 3).
public struct CreationOptionsRecord: Sendable {
    /// `challenge`.
    public var challenge: [UInt8]
    /// `rp.id`.
    public var siteID: String
    /// `rp.name`.
    public var siteName: String
    /// `user.id`.
    public var userHandle: [UInt8]
    /// `user.name`.
    public var username: String
    /// `user.displayName`.
    public var displayName: String
    /// `pubKeyCredParams`: the numbers of the algorithms in COSE, best first.
    public var algorithms: [Int64]
    /// `excludeCredentials`.
    public var known: [[UInt8]]
    /// `timeout`, in milliseconds.
    public var timeout: Int64

    /// Builds options.
    public init(
        challenge: [UInt8],
        siteID: String,
        siteName: String,
        userHandle: [UInt8],
        username: String,
        displayName: String,
        algorithms: [Int64],
        known: [[UInt8]],
        timeout: Int64
    ) {
        self.challenge = challenge
        self.siteID = siteID
        self.siteName = siteName
        self.userHandle = userHandle
        self.username = username
        self.displayName = displayName
        self.algorithms = algorithms
        self.known = known
        self.timeout = timeout
    }

    /// Writes `{"options":{...}}`.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.name("options")
            json.object { json in
                json.name("rp")
                json.object { json in
                    json.member("id", siteID)
                    json.member("name", siteName)
                }
                json.name("user")
                json.object { json in
                    json.member("id", Base64URL.text(userHandle))
                    json.member("name", username)
                    json.member("displayName", displayName)
                }
                json.member("challenge", Base64URL.text(challenge))
                json.name("pubKeyCredParams")
                json.array { json in
                    for algorithm in algorithms {
                        json.object { json in
                            json.member("type", "public-key")
                            json.member("alg", algorithm)
                        }
                    }
                }
                json.member("timeout", timeout)
                json.name("excludeCredentials")
                json.writeCredentials(known)
                json.name("authenticatorSelection")
                json.object { json in
                    json.member("residentKey", "preferred")
                    json.member("userVerification", "preferred")
                }
                json.member("attestation", "none")
            }
        }
    }
}

/// What a browser needs to use a passkey: `PublicKeyCredentialRequestOptionsJSON` (WebAuthn Level 3).
public struct RequestOptionsRecord: Sendable {
    /// `login`: under which name the login is finished; nil if it has one already.
    public var login: String?
    /// `challenge`.
    public var challenge: [UInt8]
    /// `rpId`.
    public var siteID: String
    /// `allowCredentials`; empty for any that its user picks.
    public var allowed: [[UInt8]]
    /// `userVerification`.
    public var userVerification: String
    /// `timeout`, in milliseconds.
    public var timeout: Int64

    /// Builds options.
    public init(
        login: String?,
        challenge: [UInt8],
        siteID: String,
        allowed: [[UInt8]],
        userVerification: String,
        timeout: Int64
    ) {
        self.login = login
        self.challenge = challenge
        self.siteID = siteID
        self.allowed = allowed
        self.userVerification = userVerification
        self.timeout = timeout
    }

    /// Writes `{"login":...,"options":{...}}`.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            if let login { json.member("login", login) }
            json.name("options")
            json.object { json in
                json.member("challenge", Base64URL.text(challenge))
                json.member("timeout", timeout)
                json.member("rpId", siteID)
                json.name("allowCredentials")
                json.writeCredentials(allowed)
                json.member("userVerification", userVerification)
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func writeCredentials(_ ids: [[UInt8]]) {
        array { json in
            for id in ids {
                json.object { json in
                    json.member("type", "public-key")
                    json.member("id", Base64URL.text(id))
                }
            }
        }
    }
}
