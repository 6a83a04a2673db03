import ArgumentParser
import FoundationEssentials
import MusterClient
import MusterCore
import TextBytes

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
    func find(among groups: [GroupRecord]) throws(CommandError) -> GroupRecord {
        let found: GroupRecord? =
            if text.utf8.starts(with: Self.namePrefix.utf8) {
                named(String(Substring(text.utf8.dropFirst(Self.namePrefix.utf8.count))), groups)
            } else if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                groups.first { String($0.id) == text }
            } else if UUID(uuidString: text) != nil {
                groups.first { $0.uuid.hasSameFoldedBytes(as: text) }
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

    private func named(_ name: String, _ groups: [GroupRecord]) -> GroupRecord? {
        groups.looking(like: name) { $0.name }
    }
}

extension Server {
    /// All groups.
    ///
    /// - Throws: ``CommandError``.
    func groups() async throws(CommandError) -> [GroupRecord] {
        try await ask(GroupArgument.noun) { try await $0.groups.list() }
    }

    /// The record of a group.
    ///
    /// - Throws: ``CommandError`` with status `notFound` if there is none.
    func group(_ group: GroupArgument) async throws(CommandError) -> GroupRecord {
        try group.find(among: try await groups())
    }
}
