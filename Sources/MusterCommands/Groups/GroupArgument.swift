import ArgumentParser
import Foundation
import MusterCore
import TextBytes
import WireJSON

/// A group on the command line: an id, a UUID or a name; `name:` before a name that reads like one of those.
struct GroupArgument: ReferenceArgument {
    static let noun = "group"

    let text: String
}

extension GroupArgument {
    private static let namePrefix = "name:"

    /// The group among all of them.
    ///
    /// - Throws: ``CommandError`` with status `notFound` if there is none.
    func find(among groups: [JSONObject]) throws(CommandError) -> JSONObject {
        let found: JSONObject? =
            if text.utf8.starts(with: Self.namePrefix.utf8) {
                named(String(Substring(text.utf8.dropFirst(Self.namePrefix.utf8.count))), groups)
            } else if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                groups.first { $0.integer("id").map { String($0) } == text }
            } else if UUID(uuidString: text) != nil {
                groups.first { $0.text("uuid")?.hasSameFoldedBytes(as: text) == true }
            } else {
                named(text, groups)
            }
        if let found { return found }
        guard named(text, groups) == nil else {
            throw CommandError(
                .notFound,
                "\(missing) For the one of that name, say \(Self.namePrefix)\(text)."
            )
        }
        throw CommandError(.notFound, missing)
    }

    /// The advice of a sentence that tells of a new name, where commands take the name for an id or a UUID.
    static func advice(for name: String) -> String {
        // A name may have a colon, so that one that begins like the word itself is to be named by it, too.
        let isOther =
            name.utf8.allSatisfy { (0x30...0x39).contains($0) } || UUID(uuidString: name) != nil
            || name.utf8.starts(with: namePrefix.utf8)
        return isOther ? " To name the group in commands, say \(namePrefix)\(name)." : ""
    }

    /// Refuses what can be no group's name, before anything is sent.
    ///
    /// - Throws: ``CommandError`` with status `badInput`, in the server's words.
    static func check(_ name: String) throws(CommandError) {
        do {
            _ = try GroupDraft(name: name, isManagedBySAML: nil)
        } catch {
            throw CommandError(.badInput, error.message + ".")
        }
    }

    private func named(_ name: String, _ groups: [JSONObject]) -> JSONObject? {
        groups.looking(like: name) { $0.text("name") ?? "" }
    }
}

extension Server {
    /// All groups.
    ///
    /// - Throws: ``CommandError``.
    func groups() async throws(CommandError) -> [JSONObject] {
        try await ask(.get, ServerPath("/groups")).list("groups")
    }

    /// The record of a group.
    ///
    /// - Throws: ``CommandError`` with status `notFound` if there is none.
    func group(_ group: GroupArgument) async throws(CommandError) -> JSONObject {
        try group.find(among: try await groups())
    }

    /// The number of a group.
    ///
    /// - Throws: ``CommandError`` with status `notFound` if there is none.
    func groupID(_ group: GroupArgument) async throws(CommandError) -> String {
        try groupID(of: try await self.group(group))
    }

    /// The number in a group's record.
    ///
    /// - Throws: ``CommandError`` with status `protocolMismatch` if there is none.
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
