import FoundationEssentials
import Hummingbird
import MusterCore
import TenableAPI
import WireJSON

extension TenableUserRoutes {
    @Sendable func authorizations(_ call: ReadCall) throws(MusterError) -> Answer? {
        let reference = UserReference(path: call.parameter)
        let user: User
        do {
            user = try users.details(.user(reference), by: call.principal, in: call.reader)
        } catch {
            throw error.naming(reference)
        }
        return Answer.json { json in
            json.object { json in
                json.member("account_uuid", directory.identity.uuid.text)
                json.member("user_uuid", user.uuid.text)
                json.member("api_permitted", user.authorizations.api)
                json.member("password_permitted", user.authorizations.password)
                json.member("saml_permitted", user.authorizations.saml)
            }
        }
    }

    @Sendable func setAuthorizations(_ call: Call) async throws -> Response {
        let principal = try call.callerForChange
        do throws(MusterError) {
            try await users.setAuthorizations(of: call.user, by: principal) {
                () throws(MusterError) in
                let body = try call.read(AuthorizationsRequest.init)
                var changes = UserChanges()
                changes.isAPIPermitted = body.isAPIPermitted
                changes.isPasswordPermitted = body.isPasswordPermitted
                changes.isSAMLPermitted = body.isSAMLPermitted
                changes.requiresSecondFactorEnrolment = body.isSecondFactorRequired
                return changes
            }
        } catch {
            throw error.naming(call.user)
        }
        return .empty
    }
}

extension MusterError {
    /// The error, which names a user that was missed by UUID, as the service does on the paths of authorizations.
    fileprivate func naming(_ reference: UserReference) -> MusterError {
        guard code == .userNotFound, case .uuid(let uuid) = reference else { return self }
        return MusterError(
            .userNotFound,
            "User[UUID=\(uuid.text)] not found.",
            details: ["uuid": uuid.text]
        )
    }
}
