import HTTPTypes
import Hummingbird
import MusterCore

extension RequestAuthenticator {
    /// A caller who was let in, and the answer to it where that was found in the same read.
    struct Entry {
        let principal: Principal
        let answer: Result<Answer?, MusterError>
        /// Whether the route was asked for it.
        let wasRead: Bool
    }

    /// Lets a caller in, and answers it within the same read if the route can; nil if no credentials came.
    ///
    /// Where the call must wait, the answer is wanted of a later moment, and not within this read.
    func enter(
        _ request: Request,
        _ origin: RequestSource,
        _ route: Route,
        _ context: MusterRequestContext,
        mustWait: Bool
    ) async throws -> Entry? {
        let fields = request.headers
        guard let credentials = try route.dialect.credentials(of: fields) else { return nil }
        // Whoever acts in another's name has to be known before, and the audit log is told of it.
        let reading = mustWait || fields.contains(.xImpersonate) ? nil : route.reading
        let parameter = reading == nil ? "" : context.variable(of: route.path)
        let channel = context.channel
        let entry: Entry
        do {
            entry = try await directory.store.read(.bounded) {
                [authenticator, dialect = route.dialect] reader throws(MusterError) in
                let principal = try authenticator.authenticate(
                    credentials,
                    from: origin,
                    by: dialect.permissionModel,
                    under: dialect.policy,
                    in: reader
                )
                let answer = Result { () throws(MusterError) in
                    try reading?(ReadCall(request, channel, principal, parameter, reader))
                }
                return Entry(principal: principal, answer: answer, wasRead: reading != nil)
            }
        } catch {
            directory.signIns.note(credentials.tallied, error)
            guard RefusedCookie.codes.contains(error.code), CredentialsHeader.isCookie(fields)
            else { throw error }
            throw RefusedCookie(
                error: error,
                clearing: cookies.clearing(on: context.channel, fields)
            )
        }
        try admit(entry.principal, isGivingUp: route.isGivingUp)
        return entry
    }

    /// Counts a request of a caller who was let in.
    ///
    /// Who gives up what it has come in by goes on beyond the limit: of that there is no more than there were logins.
    ///
    /// - Throws: ``MusterError`` with code `request.rate_limited` beyond the limit.
    func admit(_ principal: Principal, isGivingUp: Bool = false) throws(MusterError) {
        if let method = principal.method.tallied { directory.signIns.note(method, .accepted) }
        guard let rateLimiter else { return }
        do throws(MusterError) {
            try rateLimiter.admit(
                principal.user.id,
                by: principal.credential,
                at: directory.clock.now()
            )
        } catch {
            guard isGivingUp else { throw error }
        }
    }
}
