import ArgumentParser
import TextBytes
import WireJSON

/// A group on the command line: an id, a UUID or a name.
struct GroupArgument: ReferenceArgument {
    static let noun = "group"

    let text: String
}

extension Server {
    /// All groups.
    ///
    /// - Throws: ``CommandError``.
    func groups() async throws(CommandError) -> [JSONObject] {
        try await ask(.get, ServerPath("/groups")).list("groups")
    }

    /// The record of a group; a number is an id before it is a name.
    ///
    /// - Throws: ``CommandError`` with status `notFound` where there is none.
    func group(_ group: GroupArgument) async throws(CommandError) -> JSONObject {
        let groups = try await groups()
        let wanted = group.text
        let found =
            groups.first { $0.integer("id").map { String($0) } == wanted }
            ?? groups.first { $0.text("uuid")?.hasSameFoldedBytes(as: wanted) == true }
            ?? groups.first { $0.text("name")?.hasSameFoldedBytes(as: wanted) == true }
        guard let found else {
            throw CommandError(.notFound, group.missing)
        }
        return found
    }

    /// The number of a group.
    ///
    /// - Throws: ``CommandError`` with status `notFound` where there is none.
    func groupID(_ group: GroupArgument) async throws(CommandError) -> String {
        try groupID(of: try await self.group(group))
    }

    /// The number in a group's record.
    ///
    /// - Throws: ``CommandError`` with status `protocolMismatch` where there is none.
    func groupID(of record: JSONObject) throws(CommandError) -> String {
        guard let id = record.integer("id") else {
            throw CommandError(
                .protocolMismatch,
                "The answer of \(address) holds no group. Check the address."
            )
        }
        return String(id)
    }
}
