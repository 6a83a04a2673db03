extension GroupReader {
    /// Refuses a name that differs from another group's in nothing that a reader sees: in the case of ASCII letters,
    /// or in how accented letters are put together.
    ///
    /// Everywhere else names are compared by their bytes, ASCII letters without regard to case, and so they are in the
    /// store.
    func refuseLookalike(
        _ name: String,
        besides own: GroupID?
    ) throws(MusterError) {
        guard try !hasGroup(lookingLike: name, besides: own) else {
            throw MusterError(.groupAlreadyExists, "Duplicate Group name")
        }
    }
}
