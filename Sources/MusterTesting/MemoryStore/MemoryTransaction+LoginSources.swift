import MusterCore

extension MemoryTransaction {
    func loginSource(
        _ source: LoginSource,
        of user: UserID
    ) throws(MusterError) -> LoginSourceRecord {
        state.loginSources[user]?[source] ?? LoginSourceRecord()
    }

    func updateLoginSource(
        _ source: LoginSource,
        of user: UserID,
        to record: LoginSourceRecord
    ) throws(MusterError) {
        state.loginSources[user, default: [:]][source] = record
        let all = state.loginSources[user, default: [:]]
        let familiar = all.filter(\.value.isFamiliar).sorted {
            ($1.value.lastSuccess?.rawValue ?? 0, $0.key.text)
                < ($0.value.lastSuccess?.rawValue ?? 0, $1.key.text)
        }
        let failing = all.filter { !$0.value.isFamiliar }.sorted {
            ($1.value.lastFailure?.rawValue ?? 0, $0.key.text)
                < ($0.value.lastFailure?.rawValue ?? 0, $1.key.text)
        }
        let gone =
            familiar.dropFirst(LoginSourceLimits.familiar)
            + failing.dropFirst(LoginSourceLimits.failing)
        for (source, _) in gone { state.loginSources[user]?[source] = nil }
    }

    func forgetLoginFailures(of user: UserID) throws(MusterError) {
        state.loginSources[user] = state.loginSources[user]?.compactMapValues { record in
            record.isFamiliar ? LoginSourceRecord(lastSuccess: record.lastSuccess) : nil
        }
    }

    func forgetLoginFailures(before limit: Timestamp) throws(MusterError) {
        state.loginSources = state.loginSources.mapValues { sources in
            sources.filter { $0.value.isFamiliar || ($0.value.lastFailure ?? limit) >= limit }
        }
    }

    func countRefusal(
        from source: LoginSource,
        in minute: Timestamp
    ) throws(MusterError) -> Int {
        let key = RefusalKey(minute: minute, source: source)
        state.refusals[key, default: 0] += 1
        return state.refusals[key, default: 0]
    }

    func takeRefusals(
        before limit: Timestamp,
        most: Int
    ) throws(MusterError) -> [(source: LoginSource, minute: Timestamp, count: Int)] {
        let taken = state.refusals.filter { $0.key.minute < limit }
            .sorted { ($0.key.minute, $0.key.source.text) < ($1.key.minute, $1.key.source.text) }
            .prefix(most)
        for (key, _) in taken { state.refusals[key] = nil }
        return taken.map { ($0.key.source, $0.key.minute, $0.value) }
    }

    func sentCodes(
        _ filter: SentCodeFilter,
        after start: Timestamp,
        upTo end: Timestamp,
        limit: Int
    ) throws(MusterError) -> [SentCode] {
        let matching = state.sentCodes.reversed().filter { code in
            let isMeant =
                switch filter {
                case .recipient(let recipient): code.recipient == recipient
                case .user(let user): code.user == user
                case .channel(let channel): code.channel == channel
                }
            return isMeant && code.at > start && code.at <= end
        }
        return Array(matching.sorted { $0.at > $1.at }.prefix(limit))
    }

    func noteSentCode(_ code: SentCode) throws(MusterError) {
        state.sentCodes.append(code)
    }

    func forgetSentCode(_ code: SentCode) throws(MusterError) {
        state.sentCodes.removeAll { $0 == code }
    }

    func forgetSentCodes(before limit: Timestamp) throws(MusterError) {
        state.sentCodes.removeAll { $0.at < limit }
    }
}

/// The minute and source of refused attempts.
struct RefusalKey: Hashable, Sendable {
    let minute: Timestamp
    let source: LoginSource
}
