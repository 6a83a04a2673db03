import MusterCore

/// What was read of callers in one snapshot, so that it need not be read again as long as that lasts.
///
/// Every call asks whose key, session or password it has come in with, and as long as nothing is committed the answer is
/// the same. It is rows, and no verdict: what time decides, as whether an account has expired, is judged each time.
struct CallerMemory {
    /// The most of each kind that are kept: those of the present callers, not of everybody.
    ///
    /// Whoever comes beyond them is read each time until the snapshot ends. That is soon: of keys and sessions it is
    /// written each second when they were used, and every bind with a password is a change.
    static let limit = 64

    typealias Keys = [String: (owner: User, key: StoredAPIKey)]

    /// Whose API keys they are, by their names.
    private(set) var keys: Keys = [:]
    /// Where among them those are that came last.
    private var latestKeys: (name: String, place: Keys.Index)?
    /// Whose sessions they are, by their digests.
    private(set) var sessions: [DigestKey: SessionHolder] = [:]
    /// Whose passwords they are.
    private(set) var passwords: [UserID: PasswordHolder] = [:]

    /// Whose API keys they are; nil if that is not known.
    @inline(__always)
    func owner(of accessKey: String) -> (owner: User, key: StoredAPIKey)? {
        // To compare a name takes a tenth of what it takes to hash it, and many calls come from few callers.
        if let latestKeys, latestKeys.name == accessKey { return keys.values[latestKeys.place] }
        return keys[accessKey]
    }

    /// Keeps whose API keys they are.
    mutating func add(_ found: (owner: User, key: StoredAPIKey)) {
        guard keys.count < CallerMemory.limit else { return }
        let name = found.key.accessKey
        keys[name] = found
        // What is added may move the others.
        latestKeys = keys.index(forKey: name).map { (name, $0) }
    }

    /// Keeps whose session it is.
    mutating func add(_ found: SessionHolder) {
        guard sessions.count < CallerMemory.limit else { return }
        sessions[DigestKey(found.session.digest)] = found
    }

    /// Keeps whose password it is.
    mutating func add(_ found: PasswordHolder) {
        guard passwords.count < CallerMemory.limit else { return }
        passwords[found.owner.id] = found
    }

    /// Forgets everybody, because something was committed or may have been.
    mutating func forget() {
        // Most snapshots end with callers of one kind, or none.
        latestKeys = nil
        if !keys.isEmpty { keys.removeAll(keepingCapacity: true) }
        if !sessions.isEmpty { sessions.removeAll(keepingCapacity: true) }
        if !passwords.isEmpty { passwords.removeAll(keepingCapacity: true) }
    }
}
