import ClientTransport
import NIOHTTP1

extension MusterClient {
    /// Groups.
    public var groups: Groups { Groups(client: self) }

    /// Groups; who is in one is what ``Users/list(_:pageSize:)`` with a filter by group lists.
    ///
    /// All but the list is for administrators.
    public struct Groups: Sendable {
        let client: MusterClient
    }
}

extension MusterClient.Groups {
    /// Lists all groups, the built-in one first.
    ///
    /// - Throws: ``MusterClientError``.
    public func list() async throws(MusterClientError) -> [GroupRecord] {
        try await client.record(Request(.GET, RequestPath("/groups"))) {
            object throws(FieldError) in
            try RecordList(object, "groups") { group throws(FieldError) in try GroupRecord(group) }
                .records
        }
    }

    /// Reads a group.
    ///
    /// - Throws: ``MusterClientError``: with code `group.not_found` if there is none.
    public func get(_ group: MusterClient.Reference) async throws(MusterClientError) -> GroupRecord
    {
        try await record(Request(.GET, RequestPath("/groups/{}", group.text)))
    }

    /// Creates a group.
    ///
    /// - Throws: ``MusterClientError``: with code `group.already_exists` where the name is taken.
    @discardableResult
    public func create(_ body: GroupBody) async throws(MusterClientError) -> GroupRecord {
        try await record(Request(.POST, RequestPath("/groups")) { body.write(to: &$0) })
    }

    /// Renames a group.
    ///
    /// - Returns: The group as it is then.
    /// - Throws: ``MusterClientError``: with code `group.already_exists` where the name is taken.
    @discardableResult
    public func change(
        _ group: MusterClient.Reference,
        _ body: GroupBody
    ) async throws(MusterClientError) -> GroupRecord {
        let path = RequestPath("/groups/{}", group.text)
        return try await record(Request(.PATCH, path) { body.write(to: &$0) })
    }

    /// Removes a group that has no members.
    ///
    /// - Throws: ``MusterClientError``: with code `group.not_empty` where somebody is in it.
    public func remove(_ group: MusterClient.Reference) async throws(MusterClientError) {
        try await client.send(Request(.DELETE, RequestPath("/groups/{}", group.text)))
    }

    /// Puts a user into a group; done, too, if it is in it.
    ///
    /// - Throws: ``MusterClientError``.
    public func add(
        _ user: MusterClient.Reference,
        to group: MusterClient.Reference
    ) async throws(MusterClientError) {
        try await client.send(Request(.PUT, member(user, group)))
    }

    /// Takes a user out of a group; done, too, if it is not in it.
    ///
    /// - Throws: ``MusterClientError``.
    public func remove(
        _ user: MusterClient.Reference,
        from group: MusterClient.Reference
    ) async throws(MusterClientError) {
        try await client.send(Request(.DELETE, member(user, group)))
    }

    private func member(
        _ user: MusterClient.Reference,
        _ group: MusterClient.Reference
    ) -> RequestPath {
        RequestPath("/groups/{}/members/{}", group.text, user.text)
    }

    private func record(_ request: Request) async throws(MusterClientError) -> GroupRecord {
        try await client.record(request) { object throws(FieldError) in try GroupRecord(object) }
    }
}
