import Hummingbird
import MusterConsole
import MusterCore

/// One's own keys, and the codes that are sent.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET | /account/keys | public keys, and whether there are API keys |
/// | POST | /account/keys/ssh, /account/keys/ssh/remove | a public key is added, or removed |
/// | POST | /account/keys/api, /account/keys/api/revoke | a new pair, shown once; no pair any more |
/// | POST | /account/security/codes | codes are switched on and off |
/// | POST | /account/security/phone, /account/security/phone/verify | a phone is proved |
struct OwnKeyRoutes {
    private let front: ConsoleFront
    private let users: UserService
    private let sshKeys: SSHKeyService
    private let apiKeys: APIKeyService
    private let codes: SecondFactorService
    private let security: SecurityView

    init(_ front: ConsoleFront) {
        self.front = front
        users = UserService(front.directory)
        sshKeys = SSHKeyService(front.directory)
        apiKeys = APIKeyService(front.directory)
        codes = SecondFactorService(front.directory)
        security = SecurityView(front.directory)
    }

    var routes: [Route] {
        [
            front.page("/account/keys") { visit in try await show(visit, nil) },
            front.form("/account/keys/ssh", asks: { $0["confirmed"] == nil }, addKey),
            front.form("/account/keys/ssh/remove", removeKey),
            front.form("/account/keys/api", rotate),
            front.form("/account/keys/api/revoke", revoke),
            front.form("/account/security/codes", needs: .password, configure),
            front.form("/account/security/phone", needs: .password, sendCode),
            front.form("/account/security/phone/verify", needs: .password, verify),
        ]
    }

    private func show(_ visit: Visit, _ error: MusterError?) async throws -> Response {
        let principal = try visit.principal
        let account = try await users.ownAccount(by: principal)
        let keys = try await sshKeys.list(of: .id(principal.user.id), by: principal).keys
        var page = KeysPage(
            keys,
            hasAPIKeys: account.hasAPIKeys,
            lastUse: account.user.lastKeyUse
        )
        page.line = FieldState(visit.text("key"), error: error?.message)
        return ConsoleResponse.page(page.html(visit.frame), telling: error)
    }

    /// Shows what was pasted; keeps it when that was confirmed.
    @Sendable private func addKey(_ visit: Visit) async throws -> Response {
        let line = visit.text("key")
        do throws(MusterError) {
            guard visit.isOn("confirmed") else {
                let key = try sshKeys.look(at: line)
                let page = KeysPage.check(visit.frame, key, line: line, password: nil)
                return ConsoleResponse.page(page)
            }
            let added = try await sshKeys.addOwn(
                line,
                by: try visit.principal,
                password: visit.secret("password")
            )
            return visit.done("/account/keys", added.isNew ? .keyAdded : .keyKnown)
        } catch {
            guard !error.isOfServer else { throw error }
            guard error.asksForProof else { return try await show(visit, error) }
            let page = KeysPage.check(
                try await visit.askingForProof(),
                try sshKeys.look(at: line),
                line: line,
                password: FieldState(error: Visit.confirmationComplaint(error))
            )
            return ConsoleResponse.page(page, telling: error)
        }
    }

    @Sendable private func removeKey(_ visit: Visit) async throws -> Response {
        try await sshKeys.removeOwn(
            fingerprint: visit.text("fingerprint"),
            by: try visit.principal
        )
        return visit.done("/account/keys", .keyRemoved)
    }

    @Sendable private func rotate(_ visit: Visit) async throws -> Response {
        do throws(MusterError) {
            let pair = try await apiKeys.rotate(.oneself, by: try visit.principal) {
                visit.secret("password")
            }
            return ConsoleResponse.page(visit.frame.newKeys(pair, of: nil, back: "/account/keys"))
        } catch {
            guard error.asksForProof else { throw error }
            let page = FactorPages.confirm(
                try await visit.askingForProof(),
                path: "/account/keys/api",
                fields: [],
                password: FieldState(error: Visit.confirmationComplaint(error))
            )
            return ConsoleResponse.page(page, telling: error)
        }
    }

    @Sendable private func revoke(_ visit: Visit) async throws -> Response {
        _ = try await apiKeys.revoke(.oneself, by: try visit.principal)
        return visit.done("/account/keys", .keysRevoked)
    }

    @Sendable private func configure(_ visit: Visit) async throws -> Response {
        do throws(MusterError) {
            try await codes.configure(.oneself, by: try visit.principal) {
                SecondFactorSettings(
                    isEmailEnabled: visit.isOn("email"),
                    isSMSEnabled: visit.isOn("sms"),
                    phone: nil,
                    password: visit.secret("password")
                )
            }
        } catch {
            guard !error.isOfServer else { throw error }
            return try await security.show(visit, error) { page in
                page.ways = (visit.isOn("email"), visit.isOn("sms"))
                page.waysPassword = FieldState(error: Visit.currentPasswordComplaint(error))
            }
        }
        return visit.done("/account/security", .codesChanged)
    }

    @Sendable private func sendCode(_ visit: Visit) async throws -> Response {
        do throws(MusterError) {
            try await codes.sendVerification(to: .oneself, by: try visit.principal) {
                () throws(MusterError) in
                (try codes.phone(visit.text("phone")), visit.secret("password"))
            }
        } catch {
            guard !error.isOfServer else { throw error }
            return try await security.show(visit, error) { page in
                let complaint = Visit.complaint(error, of: "sms_phone")
                page.phone = FieldState(visit.text("phone"), error: complaint)
                page.phonePassword = FieldState(error: Visit.currentPasswordComplaint(error))
            }
        }
        return ConsoleResponse.page(FactorPages.phoneCode(visit.frame, code: FieldState()))
    }

    @Sendable private func verify(_ visit: Visit) async throws -> Response {
        do {
            try await codes.verify(.oneself, by: try visit.principal) { Secret(visit.text("code")) }
        } catch {
            guard error.code == .codeInvalid else { throw error }
            let page = FactorPages.phoneCode(visit.frame, code: FieldState(error: error.message))
            return ConsoleResponse.page(page, telling: error)
        }
        return visit.done("/account/security", .factorAdded)
    }
}
