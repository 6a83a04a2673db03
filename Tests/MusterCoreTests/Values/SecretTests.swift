import MusterCore
import Testing

@Suite("Secrets do not show themselves")
struct SecretTests {
    private static let planted = "planted-7f3a"

    struct Holder {
        let name = "holder"
        let secret = Secret(SecretTests.planted)
        let list = [Secret(SecretTests.planted)]
        let map = ["key": Secret(SecretTests.planted)]
        let maybe: Secret<String>? = Secret(SecretTests.planted)
    }

    enum Answer {
        case right(Secret<String>)
    }

    @Test("neither as text nor for debugging")
    func descriptions() {
        let secret = Secret(Self.planted)
        #expect(String(describing: secret) == "<redacted>")
        #expect(String(reflecting: secret) == "<redacted>")
        #expect(secret.description == "<redacted>")
        #expect(secret.debugDescription == "<redacted>")
    }

    @Test("nor printed or dumped")
    func printed() {
        var text = ""
        print(Secret(Self.planted), Holder(), Answer.right(Secret(Self.planted)), to: &text)
        debugPrint(Secret(Self.planted), Holder(), to: &text)
        dump(Secret(Self.planted), to: &text)
        dump(Holder(), to: &text)
        dump(Answer.right(Secret(Self.planted)), to: &text)
        #expect(!text.contains("7f3a"))
        #expect(text.contains("<redacted>"))
        #expect(text.contains("holder"))
    }

    @Test("nor through a mirror")
    func mirrored() {
        #expect(Mirror(reflecting: Secret(Self.planted)).children.isEmpty)
        #expect(Mirror(reflecting: Secret([1, 2, 3])).children.isEmpty)
    }

    @Test("nor in the parts of requests that carry one")
    func carriers() {
        let secret = Secret(Self.planted)
        let carriers: [Any] = [
            LoginRequest(username: "u", password: secret, code: secret),
            PasswordChange(new: secret, current: secret),
            Credentials.apiKeys(accessKey: "a", secretKey: secret),
            Credentials.session(token: secret), Credentials.consoleSession(token: secret),
        ]
        for carrier in carriers {
            var text = String(describing: carrier) + String(reflecting: carrier)
            dump(carrier, to: &text)
            #expect(!text.contains("7f3a"), "\(type(of: carrier))")
        }
    }

    @Test("whoever asks by name has the value for the time of the call")
    func exposed() {
        #expect(Secret(Self.planted).withExposedValue { $0 + "!" } == "planted-7f3a!")
    }
}
