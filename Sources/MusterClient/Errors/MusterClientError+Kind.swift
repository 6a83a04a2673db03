extension MusterClientError {
    /// What kind of failure it is.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// The address, the credentials or another setting cannot be used; nothing was sent.
        case unusableOption
        /// 400, 413, 415 and 422: the server does not take the request as it is.
        case badRequest
        /// 401: there are no credentials, or they open nothing.
        case unauthorized
        /// 403: the caller may not do this.
        case forbidden
        /// 404: what the request is about does not exist.
        case notFound
        /// 409: a name is taken, or the change would lock somebody out.
        case conflict
        /// 412: users were changed since the revision that the request was bound to.
        case outdated
        /// 429: too many requests in too short a time.
        case tooManyRequests
        /// 5xx: the server has failed, or has no room at present.
        case server
        /// Any other status that is no success, a redirection among them.
        case unexpectedStatus
        /// Nothing could be sent.
        case connectionFailed
        /// The request may have arrived, its answer did not.
        case connectionLost
        /// The time is up.
        case timedOut
        /// The certificate is not trusted, or no encryption was agreed on.
        case untrusted
        /// The task was cancelled.
        case cancelled
        /// The connection was closed here.
        case closed
        /// The answer is not what the API prescribes, or is too large.
        case malformedAnswer
    }
}
