/// What the changes of one group add to counts that stand in one row each, so that they are written once for all of them.
final class GroupTally {
    /// How many changes have changed users: by so much the revision grows.
    private(set) var growth: Int64 = 0
    /// By how many the users have become more; negative where they have become fewer.
    private(set) var users = 0

    /// Counts a change of users that went well.
    func count(users difference: Int) {
        growth += 1
        users += difference
    }
}
