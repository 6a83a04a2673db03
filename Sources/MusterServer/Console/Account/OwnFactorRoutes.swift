import Hummingbird
import MusterAPI
import MusterConsole
import MusterCore
import WireJSON

/// One's own second factors.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET | /account/security | what there is |
/// | GET, POST | /account/security/app | the form; the secret of a new app, shown once |
/// | POST | /account/security/app/confirm | the app counts, or the form again |
/// | POST | /account/security/passkeys/options | for the script: what a new passkey has to sign |
/// | POST | /account/security/passkeys | the passkey counts |
/// | GET, POST | /account/security/factors/{id} | the question; the factor is gone |
/// | POST | /account/security/recovery | recovery codes, shown once |
/// | POST | /account/security/recovery/file | what the page has shown, as a file |
struct OwnFactorRoutes {
    private let front: ConsoleFront
    private let view: SecurityView
    let factors: FactorService

    init(_ front: ConsoleFront) {
        self.front = front
        view = SecurityView(front.directory)
        factors = FactorService(front.directory)
    }

    var routes: [Route] {
        let root = "/account/security"
        return [
            front.page(root, needs: .password) { visit in try await view.show(visit) },
            front.page(root + "/app", needs: .password) { visit in
                let page = FactorPages.newApp(visit.frame, label: FieldState(), password: nil)
                return ConsoleResponse.page(page)
            },
            front.form(root + "/app", needs: .password, addApp),
            front.form(root + "/app/confirm", needs: .password, confirmApp),
            front.script(root + "/passkeys/options", needs: .password, passkeyOptions),
            front.form(root + "/passkeys", needs: .password, addPasskey),
            front.page(root + "/factors/:id", needs: .password) { visit in
                try await askToRemove(visit, nil)
            },
            front.form(root + "/factors/:id", needs: .password, remove),
            front.form(root + "/recovery", needs: .password, renewRecoveryCodes),
            front.form(
                root + "/recovery/file",
                needs: .password,
                asks: { _ in true },
                saveRecoveryCodes
            ),
        ]
    }

    /// Goes on once a factor was added: by the recovery codes that came with the first.
    func answer(_ added: AddedFactor, _ visit: Visit) -> Response {
        guard let codes = added.recoveryCodes else {
            return visit.done("/account/security", .factorAdded)
        }
        return show(codes, visit)
    }

    @Sendable private func passkeyOptions(_ visit: Visit) async throws -> Response {
        let options = try await factors.passkeyOptions(by: try visit.principal) {
            () throws(MusterError) in
            try visit.call.readObject(PasswordBody.init).password.map { Secret($0) }
        }
        let record = CreationOptionsRecord(options)
        return ConsoleResponse.json(Answer.json { record.write(to: &$0) }.body ?? [])
    }

    @Sendable private func addPasskey(_ visit: Visit) async throws -> Response {
        do {
            let added = try await factors.addPasskey(by: try visit.principal) {
                () throws(MusterError) in
                let text = visit.text("credential")
                guard case .object(let object)? = try? JSONValue(parsing: Array(text.utf8)),
                    let body = try? NewPasskeyBody(object)
                else {
                    throw MusterError(
                        .inputMalformed,
                        "The browser has sent no passkey. Try again."
                    )
                }
                return (body.label, PasskeyAttestation(body.credential))
            }
            return answer(added, visit)
        } catch {
            guard !error.isOfServer else { throw error }
            return try await view.show(visit, error) { $0.label = visit.state("label", error) }
        }
    }

    private func askToRemove(_ visit: Visit, _ error: MusterError?) async throws -> Response {
        let list = try await factors.list(of: .oneself, by: try visit.principal)
        let id = Int64(visit.call.parameter("id"))
        guard let factor = list.factors.first(where: { $0.id.rawValue == id }) else {
            throw MusterError(.factorNotFound, "There is no such factor any more.")
        }
        let asks = error?.asksForProof ?? false
        let state = asks ? FieldState(error: error.flatMap(Visit.confirmationComplaint)) : nil
        let page = FactorPages.remove(try await visit.frame(for: error), factor, password: state)
        return ConsoleResponse.page(page, telling: error)
    }

    @Sendable private func remove(_ visit: Visit) async throws -> Response {
        let id = Int64(visit.call.parameter("id")).map(FactorID.init(rawValue:))
        do {
            try await factors.remove(id, by: try visit.principal) { visit.secret("password") }
        } catch {
            guard !error.isOfServer else { throw error }
            return try await askToRemove(visit, error)
        }
        return visit.done("/account/security", .factorRemoved)
    }
}

extension Visit {
    /// What is wrong with the password that a change asked for; nil if none was given yet.
    static func confirmationComplaint(_ error: MusterError) -> String? {
        error.code == .currentPasswordInvalid ? error.message : nil
    }
}
