import MusterCore
import WireJSON

/// What `muster login` keeps: a server, and who somebody is there.
struct Profile: Sendable {
    /// The name it is kept under when no other is given.
    static let standardName = "default"

    /// The server's address.
    let url: String
    /// A file with the authority of the server's certificate; nil for those of the system.
    let authority: String?
    /// Whether `http://` may be used with another machine.
    let allowsPlaintext: Bool
    /// Who logged in.
    let username: String
    /// With what.
    let credentials: Credentials

    /// The profile with other credentials.
    func with(_ credentials: Credentials) -> Profile {
        Profile(
            url: url,
            authority: authority,
            allowsPlaintext: allowsPlaintext,
            username: username,
            credentials: credentials
        )
    }

    /// Whether a name is one: 1 to 64 letters, digits and `. _ -`.
    static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension Profile {
    /// Reads a profile; nil if the object is none.
    init?(_ object: JSONObject) {
        guard let url = object.text("url"), let username = object.text("username") else {
            return nil
        }
        if let token = object.text("token") {
            credentials = .session(token: Secret(token))
        } else if let access = object.text("access_key"), let secret = object.text("secret_key") {
            credentials = .apiKeys(accessKey: access, secretKey: Secret(secret))
        } else {
            return nil
        }
        self.url = url
        self.username = username
        authority = object.text("ca")
        allowsPlaintext = object.flag("allows_plaintext")
    }

    /// Writes the profile, secrets and all.
    func write(named name: String, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("url", url)
            json.member("username", username)
            if let authority { json.member("ca", authority) }
            if allowsPlaintext { json.member("allows_plaintext", true) }
            switch credentials {
            case .session(let token), .consoleSession(let token):
                token.withExposedValue { json.member("token", $0) }
            case .apiKeys(let access, let secret):
                json.member("access_key", access)
                secret.withExposedValue { json.member("secret_key", $0) }
            }
        }
    }
}
