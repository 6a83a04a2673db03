import HTTPTypes
import Hummingbird
import HummingbirdCore
import MusterCore
import MusterTesting
import NIOCore
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

/// A copy of a ``RaceStage`` in which two changes meet.
struct RaceScene: Sendable {
    /// When the second change is made, whole, while the first one is on its way.
    enum Meeting: Sendable, Equatable {
        /// When the first one has ended.
        case after
        /// When the first one's caller was admitted, before its body comes.
        case body
        /// Before the change of this number that the first one makes.
        case change(Int)
    }

    let stage: RaceStage
    let store: FaultyStore
    let test: TestDirectory
    let server: TestServer

    /// Makes a change, and the other one in the midst of it; answers how both were answered and what is left.
    func run(
        _ first: RacingChange,
        _ second: RacingChange,
        _ meeting: Meeting
    ) async throws -> (outcome: RaceOutcome, hasMet: Bool) {
        let other = Mutex<String?>(nil)
        let act: @Sendable () async -> Void = {
            do {
                let answer = try await send(second)
                other.withLock { $0 = answer }
            } catch {
                Issue.record(error, "\(second.testDescription)")
            }
        }
        if case .change(let number) = meeting { store.before(change: number, act) }
        let answer = try await send(first) { if meeting == .body { await act() } }
        if meeting == .after { await act() }
        let otherAnswer = other.withLock(\.self)
        let outcome = try await RaceOutcome(of: self, answers: [answer, otherAnswer ?? "none"])
        return (outcome, otherAnswer != nil)
    }

    /// How many changes of the store a call makes.
    func count(_ change: RacingChange) async throws -> Int {
        store.before(change: -1) {}
        _ = try await send(change)
        return store.changes
    }

    /// Makes a change; `arriving` runs when its body begins to arrive.
    private func send(
        _ change: RacingChange,
        _ arriving: @escaping @Sendable () async -> Void = {}
    ) async throws -> String {
        switch change.call {
        case .request(let route): return try await send(route, by: change.caller, arriving)
        case .form(let form):
            let (fields, body) = stage.sent(form)
            let response = try await send(.post, stage.fill(form.path), fields, body, arriving)
            let place = response.headers[.location] ?? ""
            let isMade =
                response.status == .ok
                || response.status == .seeOther && place != "/account/security"
                    && !place.hasPrefix("/sign-in")
            // Whoever loses its session meanwhile is refused for that, for the form's token or for what is to be done
            // first, by the moment; and a page that is shown again has all of the user in it, as it is then.
            return isMade ? "\(response.status.code) \(place)" : "403 "
        case .operation(let operation):
            await arriving()
            let caller = stage.bound(change.caller)
            return try await operation.answer(by: caller, in: test) { stage.fill($0) }
        }
    }

    private func send(
        _ route: ChangingRoute,
        by caller: RacingChange.Caller,
        _ arriving: @escaping @Sendable () async -> Void
    ) async throws -> String {
        var fields = stage.fields(of: caller)
        if route.pattern.hasSuffix("/import") { fields[.contentType] = "application/x-ndjson" }
        let (path, body) = (stage.fill(route.path), stage.fill(route.body))
        let response = try await send(route.method, path, fields, body, arriving)
        let answer = try await response.text()
        // New keys and tokens are others each time.
        let secrets = [
            "secretKey", "secret_key", "token", "secret", "recovery_codes", "challenge", "login",
            "reply:State",
        ]
        let isSecret = secrets.contains { answer.contains("\"\($0)\":") }
        return "\(response.status.code) \(isSecret ? "" : answer)"
    }

    private func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ fields: HTTPFields,
        _ text: String,
        _ arriving: @escaping @Sendable () async -> Void
    ) async throws -> Response {
        let body = ArrivingBody([
            {
                await arriving()
                return ByteBuffer(string: text)
            }
        ])
        return try await server.send(
            method,
            path,
            fields: fields,
            content: RequestBody(asyncSequence: body)
        )
    }
}

/// How two changes were answered, and what is left of both.
struct RaceOutcome: Equatable {
    let answers: [String]
    /// The user, all that belongs to it, and the records of what was done.
    let lines: [String]
    /// What is kept of attempts that failed.
    let guesses: [String]
    /// How many logins have failed so far.
    let failures: Int?

    init(of scene: RaceScene, answers: [String]) async throws(MusterError) {
        let (stage, jane) = (scene.stage, scene.stage.jane.id)
        self.answers = answers
        (lines, guesses, failures) = try await scene.test.directory.store.read(.bounded) {
            reader throws(MusterError) in
            var lines: [String] = []
            func note(_ name: String, _ value: Any) { lines.append("\(name): \(value)") }
            var user = try reader.user(.id(jane))
            let logins = user?.logins
            user?.logins = LoginRecord(lastSuccess: logins?.lastSuccess)
            note("user", user.map { "\($0)" } ?? "none")
            note("person", try reader.person(of: jane).map { "\($0)" } ?? "none")
            let password = try reader.password(of: jane)
            note("password", password.map { RaceOutcome.text(of: $0.hash) } ?? "none")
            note("temporary", password?.isTemporary == true)
            note("former passwords", try reader.formerPasswords(of: jane).map(RaceOutcome.text))
            note("has key", try reader.hasAPIKey(jane))
            note("has former key", try reader.apiKey(stage.janesKeys.accessKey) != nil)
            note("ssh keys", try reader.sshKeys(of: jane).map(\.fingerprint).sorted())
            note("sessions", try reader.sessionCount(of: jane))
            note("own session", try reader.session(stage.janesDigest) != nil)
            let end = try reader.sessionEnd(stage.janesDigest)
            note("end of own session", end?.rawValue ?? "none")
            let code = try reader.verificationCode(of: jane)
            note("code", code.map { "\($0.purpose) \($0.issuedAt) \($0.triesLeft)" } ?? "none")
            let factors = try reader.factors(of: jane)
            note("factors", factors.map { "\($0.id) \($0.label) \($0.isConfirmed)" })
            note("recovery codes", try reader.recoveryCodeCount(of: jane))
            let groups = try reader.groups()
            note("groups", groups.map { "\($0.name) \($0.userCount)" }.sorted())
            note("revision", try reader.revision())
            for event in try reader.auditEvents(AuditQuery(limit: AuditQuery.maximumLimit))
            where !event.isFailure {
                let fields = event.fields.map { "\($0.key)=\($0.value)" }
                lines.append(
                    "\(event.action.rawValue) \(event.actor?.name ?? "nobody") "
                        + "\(event.target?.name ?? "nobody") \(fields)"
                )
            }
            let guesses = try reader.loginSources(of: jane).map {
                "\($0.source.text) \($0.record)"
            }
            let refusals = try reader.auditEvents(AuditQuery(limit: AuditQuery.maximumLimit))
                .filter(\.isFailure).map { "\($0.action.rawValue) \($0.fields.map(\.value))" }
            let record = logins.map { "\($0)" } ?? "none"
            return (lines, guesses.sorted() + refusals + [record], logins?.failureTotal)
        }
    }

    /// A hash without its salt, which is another one each time.
    private static func text(of hash: PasswordHash) -> String {
        let parts = hash.text.split(separator: "$", omittingEmptySubsequences: false)
        return parts.count == 4 ? "\(parts[1]) \(parts[3])" : hash.text
    }

    /// Whether this is what one order leaves, where at the beginning so many logins had failed.
    ///
    /// One thing may differ. A password that was right when it was checked, and is another one when the change is made, is
    /// refused as in the order in which it was wrong; but it was no guess, and is not counted as one.
    func isOutcome(of order: RaceOutcome, failuresBefore: Int) -> Bool {
        if self == order { return true }
        let isRefused = answers[0].hasPrefix("4") && (failures ?? failuresBefore) == failuresBefore
        return isRefused && answers == order.answers && lines == order.lines
    }

    /// What of this outcome is not in another one, and the answers.
    func difference(from other: RaceOutcome) -> String {
        let (own, others) = (lines + guesses, other.lines + other.guesses)
        let lines = own.filter { !others.contains($0) }
        let missing = others.filter { !own.contains($0) }
        return "\(answers) \(lines) instead of \(other.answers) \(missing)"
    }
}
