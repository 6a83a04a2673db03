public import FoundationEssentials
import TextBytes

/// Where alone those groups can be that somebody looks for.
public enum GroupCandidates: Sendable {
    case everywhere
    /// Among the groups of a user.
    case ofMember(UUID)
    /// The one of this UUID.
    case uuid(UUID)
    /// Those that have this name, whatever the case of its ASCII letters.
    case named(String)
}

extension DirectoryReader {
    /// The groups that come into question, in order of their numbers; never the built-in one.
    func groups(among candidates: GroupCandidates) throws(MusterError) -> [Group] {
        switch candidates {
        case .everywhere: return try groups()
        case .ofMember(let member):
            let user = try user(.uuid(member))
            return try groups(user?.groups ?? [])
        case .uuid(let uuid):
            guard uuid != Group.everyoneUUID else { return [] }
            return try groups([uuid])
        case .named(let name):
            guard name.utf8.count <= Group.maximumNameBytes, let group = try group(.name(name))
            else { return [] }
            // A directory of before names were compared by their looks may have several that look alike.
            return group.name.hasSameFoldedBytes(as: name) ? [group] : try groups()
        }
    }
}
