extension LocalLoginService {
    /// Whether a user who has proved itself in another way, with a key, may come in from an address.
    public enum Admission: Sendable, Equatable {
        /// It may.
        case admitted
        /// It may not.
        case refused
        /// It might, had the account not expired.
        case expired
    }

    /// Whether a user who has proved itself in another way, with a key, may come in from `address`, which is
    /// read as in ``opens(_:from:requestID:)``.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func admission(
        of username: String,
        from address: String?
    ) async throws(MusterError) -> Admission {
        do throws(MusterError) {
            let admission = try await judge(username, from: address)
            signIns.note(.machineAccount, admission == .admitted ? .accepted : .refused)
            return admission
        } catch {
            signIns.note(.machineAccount, error)
            throw error
        }
    }

    func judge(
        _ username: String,
        from address: String?
    ) async throws(MusterError) -> Admission {
        let client = address.flatMap { IPAddress(reported: $0) }
        let user = try await access.store.read(.bounded) { reader throws(MusterError) in
            try reader.user(.username(username))
        }
        guard let user else { return .refused }
        switch user.refusal(by: .machineAccount, from: client, at: access.clock.now()) {
        case nil: return .admitted
        case .expired: return .expired
        default: return .refused
        }
    }
}
