import LDAPWire
import MusterCore
import TextBytes

/// Lets clients say who they are.
struct LDAPBinder: Sendable {
    let service: BindService
    let tree: LDAPTree
    let settings: LDAPSettings
    let ids: RequestIDs

    /// Judges a bind by its form alone.
    ///
    /// - Returns: The name and password to be checked; nil for an anonymous bind.
    /// - Throws: ``LDAPResult`` where it is refused.
    func request(
        _ bind: LDAPBind,
        isSecure: Bool,
        from address: IPAddress?
    ) throws(LDAPResult) -> LoginRequest? {
        guard bind.version == 3 else {
            throw LDAPResult(
                .protocolError,
                "only version 3 of LDAP is spoken, not \(bind.version)"
            )
        }
        guard case .simple(let password) = bind.proof else {
            throw LDAPResult(.authMethodNotSupported, "only simple binds are known")
        }
        guard !password.isEmpty else {
            // RFC 4513 section 5.1.2: a name without a password shows nothing, and must not look as if it did.
            guard bind.name.isEmpty else {
                throw LDAPResult(.unwillingToPerform, "a name needs a password")
            }
            return nil
        }
        guard settings.mayCarryPassword(isSecure: isSecure, from: address) else {
            throw LDAPResult(.confidentialityRequired, "use TLS before a password is sent")
        }
        // Nobody has a longer password, and nothing is hashed for it.
        guard password.count <= TextLimit.password,
            let text = String(validating: password, as: UTF8.self),
            let username = tree.username(bindingAs: bind.name)
        else { throw LDAPResult(.invalidCredentials) }
        return LoginRequest(username: username, password: Secret(text))
    }

    /// Checks a name and a password; one that has to be changed is good for that, with clients that know how to say so.
    ///
    /// - Parameters:
    ///   - request: The name and the password.
    ///   - address: Where the client is.
    ///   - place: Where the person is, by the word of whoever had bound on the connection; nil if nobody says so.
    ///   - knowsPolicy: Whether the client has sent the control for password policies.
    /// - Returns: Who it is.
    /// - Throws: ``LDAPResult`` with code `invalidCredentials`, `busy` or `unavailable`.
    func principal(
        _ request: LoginRequest,
        from address: IPAddress?,
        toldBy place: ToldPlace? = nil,
        knowsPolicy: Bool
    ) async throws(LDAPResult) -> Principal {
        do {
            return try await service.bind(
                request,
                from: address,
                toldBy: place,
                requestID: ids.next(),
                takesTemporary: knowsPolicy
            )
        } catch {
            throw LDAPResult(binding: error)
        }
    }
}
