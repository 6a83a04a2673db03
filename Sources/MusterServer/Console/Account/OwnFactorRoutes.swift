import Hummingbird
import MusterAPI
import MusterConsole
import MusterCore
import QRCode
import TextBytes
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
    private let factors: FactorService

    init(_ front: ConsoleFront) {
        self.front = front
        factors = FactorService(front.directory)
    }

    var routes: [Route] {
        let root = "/account/security"
        return [
            front.page(root, needs: .password) { visit in try await show(visit, nil) },
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

    private func show(_ visit: Visit, _ error: MusterError?) async throws -> Response {
        let principal = try visit.principal
        let list = try await factors.list(of: .oneself, by: principal)
        let delivery = visit.directory.rules.delivery
        let page = SecurityPage(
            list,
            offers: (delivery.isEmailOn, delivery.isSMSOn, visit.offersPasskeys),
            mustEnrol: principal.mustEnrolFactor
        )
        let frame = error.map(visit.frame(telling:)) ?? visit.frame
        return ConsoleResponse.page(page.html(frame), error?.formStatus ?? .ok)
    }

    @Sendable private func addApp(_ visit: Visit) async throws -> Response {
        do {
            let new = try await factors.addTimeCode(by: try visit.principal) {
                (visit.text("label"), visit.secret("password"))
            }
            let (secret, uri) = (
                new.secret.withExposedValue { $0 }, new.uri.withExposedValue { $0 }
            )
            return showSecret(visit.frame, new.id, secret, uri, FieldState())
        } catch {
            guard !error.isOfServer else { throw error }
            let asks = error.asksForProof
            let page = FactorPages.newApp(
                asks ? visit.frame : visit.frame(telling: error),
                label: visit.state("label", error),
                password: asks ? FieldState(error: Visit.confirmationComplaint(error)) : nil
            )
            return ConsoleResponse.page(page, error.formStatus)
        }
    }

    private func showSecret(
        _ frame: Frame,
        _ id: FactorID,
        _ secret: String,
        _ uri: String,
        _ code: FieldState
    ) -> Response {
        let page = FactorPages.confirmApp(
            frame,
            id: id,
            secret: secret,
            uri: uri,
            picture: HTML(trusted: QRCode(uri)?.svg ?? ""),
            code: code
        )
        return ConsoleResponse.page(page, code.error == nil ? .ok : .unprocessableContent)
    }

    @Sendable private func confirmApp(_ visit: Visit) async throws -> Response {
        let id = Int64(visit.text("id").head(20)).map(FactorID.init(rawValue:))
        do {
            let added = try await factors.confirmTimeCode(id, by: try visit.principal) {
                Secret(visit.text("code"))
            }
            return answer(added, visit)
        } catch {
            guard error.code == .codeInvalid else { throw error }
            let uri = visit.text("uri")
            guard let id, uri.utf8.count <= 512, uri.utf8.starts(with: "otpauth://totp/".utf8)
            else {
                throw error
            }
            let code = FieldState(error: error.message)
            return showSecret(visit.frame, id, visit.text("secret"), uri, code)
        }
    }

    /// Goes on once a factor was added: by the recovery codes that came with the first.
    private func answer(_ added: AddedFactor, _ visit: Visit) -> Response {
        guard let codes = added.recoveryCodes else {
            return visit.done("/account/security", .factorAdded)
        }
        return show(codes, visit)
    }

    private func show(_ codes: [Secret<String>], _ visit: Visit) -> Response {
        let texts = codes.map { code in code.withExposedValue { $0 } }
        return ConsoleResponse.page(FactorPages.recoveryCodes(visit.frame, texts))
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
            return try await show(visit, error)
        }
    }

    private func askToRemove(_ visit: Visit, _ error: MusterError?) async throws -> Response {
        let list = try await factors.list(of: .oneself, by: try visit.principal)
        let id = Int64(visit.call.parameter("id"))
        guard let factor = list.factors.first(where: { $0.id.rawValue == id }) else {
            throw MusterError(.factorNotFound, "There is no such factor any more.")
        }
        let asks = error?.asksForProof ?? false
        let frame = asks ? visit.frame : error.map(visit.frame(telling:)) ?? visit.frame
        let state = asks ? FieldState(error: error.flatMap(Visit.confirmationComplaint)) : nil
        let page = FactorPages.remove(frame, factor, password: state)
        return ConsoleResponse.page(page, error?.formStatus ?? .ok)
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

    /// Hands the codes that a page has shown back as a file; nothing is kept of them, and nothing changes.
    @Sendable private func saveRecoveryCodes(_ visit: Visit) async throws -> Response {
        let codes = visit.text("codes").utf8.split(separator: UInt8(ascii: " "))
            .map { String(Substring($0)) }
        guard (1...RecoveryCode.setSize).contains(codes.count),
            codes.allSatisfy(RecoveryCode.isWritten)
        else {
            throw MusterError.invalid("codes", visit.frame.texts.security.noCodes)
        }
        let t = visit.frame.texts.security
        let owner = try visit.principal.user.username.text
        let head = "\(t.codesFileTitle) \(owner), Muster, \(visit.day)"
        // Editors of all systems show these ends of lines.
        let text = ([head, t.codesFileHint, ""] + codes + [""]).joined(separator: "\r\n")
        return ConsoleResponse.file(
            Array(text.utf8),
            type: "text/plain; charset=utf-8",
            name: "muster-recovery-codes-\(visit.day).txt"
        )
    }

    @Sendable private func renewRecoveryCodes(_ visit: Visit) async throws -> Response {
        do {
            let codes = try await factors.renewRecoveryCodes(by: try visit.principal) {
                visit.secret("password")
            }
            return show(codes, visit)
        } catch {
            guard error.asksForProof else { throw error }
            let page = FactorPages.confirm(
                visit.frame,
                path: "/account/security/recovery",
                fields: [],
                password: FieldState(error: Visit.confirmationComplaint(error))
            )
            return ConsoleResponse.page(page, error.formStatus)
        }
    }
}

extension Visit {
    /// What is wrong with the password that a change asked for; nil where none was given yet.
    static func confirmationComplaint(_ error: MusterError) -> String? {
        error.code == .currentPasswordInvalid ? error.message : nil
    }
}
