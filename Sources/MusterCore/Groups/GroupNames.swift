extension GroupReader {
    /// Refuses a name that differs from another group's in nothing that ``GroupLook`` tells apart.
    ///
    /// A store by itself refuses only what differs in the case of ASCII letters.
    func refuseLookalike(
        _ name: String,
        besides own: GroupID?
    ) throws(MusterError) {
        guard try !hasGroup(lookingLike: name, besides: own) else {
            throw MusterError(.groupAlreadyExists, "Duplicate Group name")
        }
    }
}
