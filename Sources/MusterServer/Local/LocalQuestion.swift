/// The questions that programs on this machine may ask; there are no others.
///
/// | path | body | answer |
/// |---|---|---|
/// | /authorized-keys | `{"username", "fingerprint", "type"}`, the last two may be absent | `{"lines": [...]}` |
/// | /password | `{"username", "password", "address"}`, the last may be absent | `{"allowed": true or false}` |
/// | /account | `{"username", "address"}`, the last may be absent | `{"allowed": true or false}`; beside false `"reason": "expired"` if the account has expired |
/// | /troubles | `{}` | `{"failed": [...], "troubles": [{"trouble", "count", "last_at"}]}`, the last may be absent |
///
/// Each is a POST over HTTP/1.1 and is answered with 200, or with a status above 399 if there is no
/// answer. The socket's file mode says who may ask.
public enum LocalQuestion: String, CaseIterable, Sendable {
    /// With which keys may this user come in?
    case authorizedKeys = "/authorized-keys"
    /// Do this name and this password belong together?
    case password = "/password"
    /// May this user, who has proved itself otherwise, come in from there?
    case account = "/account"
    /// What fails now (``ReadinessCheck``), and which limits were reached since the server started?
    case troubles = "/troubles"
}
