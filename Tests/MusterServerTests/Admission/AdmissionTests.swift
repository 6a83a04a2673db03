import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import NIOCore
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Every rule of admission through every way in", .serialized, .everyStore)
struct AdmissionTests {
    @Test(
        "whoever a rule bars is barred from every way, or the table says why not",
        arguments: WayIn.all
    )
    func table(_ way: WayIn) async throws {
        var answers: Set<String> = []
        for bar in Bar.allCases {
            let scene = try await AdmissionScene(bar)
            let (verdict, text) = try await scene.verdict(way)
            #expect(verdict == way.expected(bar), "\(bar.rawValue): \(text.prefix(300))")
            if way.method == .machineAccount, bar == .expired {
                // PAM tells it to whoever has proved itself already.
                #expect(text == #"{"allowed":false,"reason":"expired"}"#)
            } else if verdict == .refused, !(way.isWordInConsole && bar == .sessionTooOld) {
                answers.insert(text)
            }
        }
        // The owner of a session is told why it ended, and whoever has given the right password, or a passkey, that its login
        // is over; every other refusal looks like the next.
        switch way.call {
        case .secondStep, .passkey:
            answers = answers.filter {
                !$0.contains(#""login.expired""#) && !$0.contains("done=expired")
            }
        default: break
        }
        if way.method != .session { #expect(answers.count <= 1, "\(answers)") }
    }

    @Test("each rule has a row that names each way in once", arguments: Bar.allCases)
    func rows(_ bar: Bar) {
        let row = BarRow.row(of: bar)
        let named = [row.refused, row.limited] + row.free.values
        #expect(named.reduce(Set()) { $0.union($1) } == Set(SignInMethod.allCases))
        #expect(named.map(\.count).reduce(0, +) == SignInMethod.allCases.count)
    }

    @Test("every way in that has a name is in the table")
    func ways() {
        #expect(Set(WayIn.all.map(\.method)) == Set(SignInMethod.allCases))
        let questions = Set(WayIn.questions).union([.troubles])
        #expect(questions == Set(LocalQuestion.allCases), "the socket answers nobody else")
    }

    @Test(
        "every route that answers strangers is known, and begins a session or tells nothing of users"
    )
    func strangers() async throws {
        let routes = MusterApplication.everyRoute(try await TestDirectory().directory)
        let told = [
            "GET /healthz", "GET /readyz", "GET /server/status", "GET /openapi.yaml",
            "GET /muster/v1/server/status", "GET /scim/v2/ServiceProviderConfig",
            "GET /scim/v2/ResourceTypes", "GET /scim/v2/ResourceTypes/:id",
            "GET /scim/v2/Schemas", "GET /scim/v2/Schemas/:id", "GET /console/:name",
        ]
        // After a password, or for a passkey.
        let factors = [
            "POST /muster/v1/logins/webauthn", "POST /muster/v1/logins/:handle",
            "POST /muster/v1/logins/:handle/send", "GET /muster/v1/logins/:handle/webauthn",
        ]
        let logins = WayIn.logins.filter { $0 != WayIn.signIn }.map { "POST \($0)" }
        #expect(Set(routes.filter(\.isOpen).map(\.name)) == Set(told + factors + logins))
    }

    @Test("every page and form is for who has signed in, but for those by which one does")
    func pages() async throws {
        let test = try await TestDirectory()
        let routes = MusterApplication.everyRoute(test.directory).filter(\.admitsStrangers)
        #expect(routes.count > 50 && routes.allSatisfy { $0.dialect.root == Dialect.console.root })
        let server = TestServer(test, dialects: .served)
        var shown: Set<String> = []
        for route in routes {
            var fields = AdmissionScene.formFields
            fields[.accept] = "text/html"
            let answer = try await server.send(route.method, route.sample, body: "", fields: fields)
            let place = answer.headers[.location] ?? ""
            // Forms are refused, or kept until their sender has signed in.
            let isShut = place.hasPrefix(WayIn.signIn) || answer.status == .forbidden
            if !isShut { shown.insert(route.name) }
            let text = try await answer.text()
            #expect(!text.contains(TestDirectory.administratorName), "\(route.name)")
        }
        #expect(
            shown == [
                "GET /sign-in", "POST /sign-in", "POST /sign-in/passkey/options",
                "POST /sign-in/passkey", "POST /sign-in/factor/options",
                "POST /sign-in/factor/passkey",
            ]
        )
    }

    @Test(
        "no other route lets in whom a rule bars, whatever it does",
        arguments: [Bar.disabled, .expired, .deleted, .notPermitted, .elsewhere, .addressUnknown]
    )
    func routes(_ bar: Bar) async throws {
        let scene = try await AdmissionScene(bar)
        let visit = try await scene.visit(.consoleCookie)
        try await scene.fallNow()
        for route in MusterApplication.everyRoute(scene.test.directory) where !route.isOpen {
            guard !route.admitsStrangers else {
                try await expectStranger(route, scene, visit)
                continue
            }
            for proof in [WayIn.Proof.keys, .keysInName, .bearer, .cookie, .xCookie] {
                let answer = try await scene.send(route.method, route.sample, scene.fields(proof))
                #expect(answer.status == .unauthorized, "\(route.path) \(proof.rawValue)")
            }
        }
    }

    /// Demands that whom a rule bars is answered as who has never signed in.
    private func expectStranger(
        _ route: Route,
        _ scene: AdmissionScene,
        _ visit: ConsoleVisit
    ) async throws {
        var fields = AdmissionScene.formFields
        fields[.xMusterToken] = visit.token
        let form = "token=\(visit.token)&name=x"
        let stranger = try await scene.send(route.method, route.sample, fields, [form.arriving])
        fields[.cookie] = visit.cookies
        let barred = try await scene.send(route.method, route.sample, fields, [form.arriving])
        #expect(barred.status == stranger.status, "\(route.name)")
        #expect(barred.headers[.location] == stranger.headers[.location], "\(route.name)")
        // What a passkey has to sign is another text each time.
        guard !route.path.hasSuffix("/options") else { return }
        #expect(try await barred.text() == (try await stranger.text()), "\(route.name)")
    }

    @Test("every reason that the audit log knows is given by one of the rules")
    func reasons() async throws {
        var reasons: Set<String> = []
        let ways = WayIn.all.filter { way in
            switch way.call {
            case .login("/session"), .secondStep("/session"), .check: true
            default: false
            }
        }
        for way in ways {
            for bar in Bar.allCases {
                let scene = try await AdmissionScene(bar)
                _ = try await scene.verdict(way)
                reasons.formUnion(try await scene.reasons())
            }
        }
        let known = Set(Refusal.allCases.map(\.rawValue))
        #expect(reasons.isSuperset(of: known), "\(known.subtracting(reasons))")
    }

    @Test(
        "who is barred from keys and passwords does not count as an administrator who is left",
        arguments: Bar.allCases
    )
    func counts(_ bar: Bar) async throws {
        let scene = try await AdmissionScene(bar)
        try await scene.fallNow()
        let owner = scene.test.administrator.id
        let isLeft = try await scene.test.directory.store.read(.bounded) {
            reader throws(MusterError) in
            try reader.hasAdministrator(otherThan: owner)
        }
        // What passes by itself, or what the user or its administrators mend, is no reason.
        let isGone = [Bar.disabled, .expired, .deleted, .notPermitted, .demoted].contains(bar)
        #expect(isLeft == !isGone)
    }
}

extension AdmissionScene {
    /// Lets the rule hold.
    func fallNow() async throws(MusterError) {
        try await bar.fall(on: jane, in: test)
    }
}

extension Route {
    /// The method and the path.
    fileprivate var name: String { "\(method) \(path)" }

    /// The path, about the second of whatever it names.
    fileprivate var sample: String {
        let parts = path.split(separator: "/").map { $0.first == ":" ? "2" : $0 }
        return "/" + parts.joined(separator: "/")
    }
}

extension String {
    /// The text as what arrives of a body.
    fileprivate var arriving: ArrivingBody.Piece { { ByteBuffer(string: self) } }
}
