import ClientTransport

/// The users of a server.
///
/// Opened by ``ActiveLogic/Connection/users(cacheEnabled:strict:)``. Changes take effect at once. Reading needs
/// Read on Users, changing needs Write; everybody may read and list the keys of its own account and change its
/// own password.
public final class Users: Sendable {
    let session: Session

    private let userCache: ListCache<Bool, User>?
    private let keyCache: ListCache<UserRef.Target, UserPubKey>?
    private let strictView: StrictView?

    init(_ session: Session, cacheEnabled: Bool, strict: Bool) {
        self.session = session
        userCache = cacheEnabled ? ListCache() : nil
        keyCache = cacheEnabled ? ListCache() : nil
        strictView = strict ? StrictView() : nil
    }

    /// Lists all users, by id.
    ///
    /// Read in pages. With `cacheEnabled` the list may come from memory.
    ///
    /// - Parameter type: `User.self`.
    /// - Returns: The users.
    /// - Throws: ``ActiveLogicError``: `PLDBError` without Read on Users, `PLDBNewDataCommitted` from a strict
    ///   handle, `PLDBDetached`, `PLDBIOError`.
    public func list(_ type: User.Type) async throws(ActiveLogicError) -> [User] {
        let pages = UserPages(session: session, isStrict: strictView != nil)
        return try await list(in: userCache, under: true) { known throws(ActiveLogicError) in
            try await pages.fetch(known: known)
        }
    }

    /// Lists the public keys of a user, in the order in which they were added.
    ///
    /// With `cacheEnabled` the list may come from memory.
    ///
    /// - Parameters:
    ///   - type: `UserPubKey.self`.
    ///   - user: Whose keys.
    /// - Returns: The keys; none where the user has none.
    /// - Throws: ``ActiveLogicError``: `ValueError` where the user does not exist, `PLDBError` without Read on
    ///   Users, `PLDBNewDataCommitted` from a strict handle, `PLDBDetached`, `PLDBIOError`.
    public func list(
        _ type: UserPubKey.Type,
        user: UserRef
    ) async throws(ActiveLogicError) -> [UserPubKey] {
        let keys = KeyList(session: session, target: user.target)
        return try await list(in: keyCache, under: user.target) { known throws(ActiveLogicError) in
            try await keys.fetch(known: known)
        }
    }

    /// Reads the page of users after one of them; the first if there is none.
    ///
    /// - Throws: ``ActiveLogicError``.
    func page(
        after last: Int64?,
        size: Int
    ) async throws(ActiveLogicError) -> UserPages.Page {
        try requireRevisions()
        try session.requireOpen()
        let pages = UserPages(session: session, size: size, isStrict: strictView != nil)
        let page = try await pages.page(after: last)
        try admit(page.revision)
        return page
    }

    /// Forgets what was read: the next list asks the server, and a strict handle begins again.
    public func refresh() {
        userCache?.doubt()
        keyCache?.doubt()
        strictView?.reset()
    }

    /// Sends a change.
    ///
    /// - Returns: The answer.
    /// - Throws: ``ActiveLogicError``.
    func change(_ request: Request) async throws(ActiveLogicError) -> Answer {
        try requireRevisions()
        var request = request
        request.expect(try strictView?.expectedRevision())
        defer {
            userCache?.forget()
            keyCache?.forget()
        }
        do {
            let answer = try await session.send(request)
            strictView?.advance(to: answer.revision)
            return answer
        } catch {
            if error.isOutcomeUnknown { strictView?.lose() }
            throw error
        }
    }

    private func list<Key, Element>(
        in cache: ListCache<Key, Element>?,
        under key: Key,
        _ fetch: (Int64?) async throws(ActiveLogicError) -> Fetched<Element>
    ) async throws(ActiveLogicError) -> [Element] {
        try requireRevisions()
        try session.requireOpen()
        if let elements = cache?.elements(key, at: session.pacing.now()) { return elements }
        let generation = cache?.generation ?? 0
        let known = cache?.entry(key)
        let checkedAt = session.pacing.now()
        let elements: [Element]
        let revision: Int64?
        switch try await fetch(known?.revision) {
        case .unchanged:
            guard let known else { throw .malformedAnswer(requestID: nil) }
            (elements, revision) = (known.elements, known.revision)
        case .list(let fetched, let present):
            (elements, revision) = (fetched, present)
        }
        try admit(revision)
        let entry = ListCache<Key, Element>.Entry(
            elements: elements,
            revision: revision,
            checkedAt: checkedAt
        )
        cache?.keep(entry, under: key, since: generation)
        return elements
    }

    /// Takes note of the revision at which something was read.
    ///
    /// - Throws: ``ActiveLogicError`` where a strict handle stands on another.
    private func admit(_ revision: Int64?) throws(ActiveLogicError) {
        userCache?.doubt(allBut: revision)
        keyCache?.doubt(allBut: revision)
        guard let strictView else { return }
        guard let revision else { throw .revisionsUnsupported }
        try strictView.admit(revision)
    }

    private func requireRevisions() throws(ActiveLogicError) {
        guard strictView == nil || session.capabilities.contains(.revision) else {
            throw .revisionsUnsupported
        }
    }
}

extension Users: CustomStringConvertible, CustomReflectable {
    /// The name of the type.
    public var description: String { "Users" }

    /// A mirror without children: behind them are requests on their way, which hold tokens and passwords.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
