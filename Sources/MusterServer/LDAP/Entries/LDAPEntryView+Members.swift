import MusterCore

extension LDAPEntryView {
    /// The login names of a group's members whom the caller sees, and no more of them, since there may be very many.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func memberNames(of group: Group) throws(MusterError) -> [Username] {
        if let members, members.group == group.id { return members.names }
        var names: [Username] = []
        try eachPage(ofMembersOf: group, with: []) { names += $0.map(\.username) }
        members = (group.id, names)
        return names
    }

    /// Goes through the members of a group whom the caller sees, page by page.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func eachPage(
        ofMembersOf group: Group,
        with parts: UserParts,
        _ body: ([User]) -> Void
    ) throws(MusterError) {
        if group.isEveryone { return }
        var last: UserID?
        repeat {
            let page = try entries.users(
                after: last,
                limit: UserQuery.maximumLimit,
                of: group.id,
                with: parts
            )
            body(page.users)
            last = page.last
        } while last != nil
    }
}
