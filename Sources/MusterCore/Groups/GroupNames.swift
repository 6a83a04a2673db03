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
        // Both have at most so many bytes as a name may have.
        let isTaken = try groups().contains { group in
            group.id != own && group.name.lowercased() == name.lowercased()
        }
        guard !isTaken else { throw MusterError(.groupAlreadyExists, "Duplicate Group name") }
    }
}
