import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
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
            } else if verdict == .refused {
                answers.insert(text)
            }
        }
        // The owner of a session is told why it ended, and whoever has given the right password that its login is over;
        // every other refusal looks like the next.
        if case .secondStep = way.call {
            answers = answers.filter { !$0.contains(#""login.expired""#) }
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
        let test = try await TestDirectory()
        let open = MusterApplication.routes(
            test.directory,
            ServerConfiguration(host: "localhost", port: 0, version: "1.2.3"),
            PeerAddress(trustedProxies: AllowedNetworks())
        ).filter(\.isOpen).map { "\($0.method) \($0.path)" }
        let told = [
            "GET /healthz", "GET /readyz", "GET /server/status", "GET /openapi.yaml",
            "GET /muster/v1/server/status", "GET /scim/v2/ServiceProviderConfig",
            "GET /scim/v2/ResourceTypes", "GET /scim/v2/ResourceTypes/:id",
            "GET /scim/v2/Schemas", "GET /scim/v2/Schemas/:id",
        ]
        // After a password, or for a passkey; LoginServiceTests hold the rules against them.
        let factors = [
            "POST /muster/v1/logins/webauthn", "POST /muster/v1/logins/:handle",
            "POST /muster/v1/logins/:handle/send", "GET /muster/v1/logins/:handle/webauthn",
        ]
        #expect(Set(open) == Set(told + factors + WayIn.logins.map { "POST \($0)" }))
    }

    @Test(
        "no other route lets in whom a rule bars, whatever it does",
        arguments: [Bar.disabled, .expired, .deleted, .notPermitted, .elsewhere, .addressUnknown]
    )
    func routes(_ bar: Bar) async throws {
        let scene = try await AdmissionScene(bar)
        let routes = MusterApplication.routes(
            scene.test.directory,
            ServerConfiguration(host: "localhost", port: 0, version: "1.2.3"),
            PeerAddress(trustedProxies: AllowedNetworks())
        )
        try await scene.fallNow()
        for route in routes where !route.isOpen {
            let path = route.path.split(separator: "/").map { $0.first == ":" ? "2" : $0 }
            for proof in [WayIn.Proof.keys, .keysInName, .bearer, .cookie, .xCookie] {
                let answer = try await scene.send(
                    route.method,
                    "/" + path.joined(separator: "/"),
                    scene.fields(proof)
                )
                #expect(answer.status == .unauthorized, "\(route.path) \(proof.rawValue)")
            }
        }
    }

    @Test("every reason that the audit log knows is given by one of the rules")
    func reasons() async throws {
        var reasons: Set<String> = []
        for way in WayIn.all where [.password, .credentialCheck].contains(way.method) {
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
