import MusterCore
import WireJSON

/// Proof of who somebody is, for the length of a command or longer.
enum Credentials: Sendable {
    /// The token of a session.
    case token(Secret<String>)
    /// A pair of API keys.
    case keys(access: String, secret: Secret<String>)
}

/// What `muster login` keeps: a server, and who somebody is there.
struct Profile: Sendable {
    /// The name it is kept under when no other is given.
    static let standardName = "default"

    /// The server's address.
    let url: String
    /// A file with the authority of the server's certificate; nil for those of the system.
    let authority: String?
    /// Who logged in.
    let username: String
    /// With what.
    let credentials: Credentials

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
    /// Reads a profile; nil where the object is none.
    init?(_ object: JSONObject) {
        guard let url = object.text("url"), let username = object.text("username") else {
            return nil
        }
        if let token = object.text("token") {
            credentials = .token(Secret(token))
        } else if let access = object.text("access_key"), let secret = object.text("secret_key") {
            credentials = .keys(access: access, secret: Secret(secret))
        } else {
            return nil
        }
        self.url = url
        self.username = username
        authority = object.text("ca")
    }

    /// Writes the profile, secrets and all.
    func write(named name: String, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("url", url)
            json.member("username", username)
            if let authority { json.member("ca", authority) }
            switch credentials {
            case .token(let token):
                token.withExposedValue { json.member("token", $0) }
            case .keys(let access, let secret):
                json.member("access_key", access)
                secret.withExposedValue { json.member("secret_key", $0) }
            }
        }
    }
}
