/// What is remembered of the keys that were written last: of half as many as it may hold at least.
///
/// New entries go into one table. When that holds its half it takes the place of the other one, whose entries are forgotten
/// together: no entry is looked at for that. To take an entry out of a full table for each that comes, the first that is
/// found there, would empty the table's front and fill what is behind it, until a look goes through thousands of places, and
/// whoever comes is forgotten for whoever comes next.
///
/// There are no locks in here: whoever has one guards it.
struct RecentTable<Key: Hashable, Value> {
    private let half: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// Remembers nothing.
    ///
    /// - Parameter limit: The most entries.
    init(limit: Int) {
        half = max(1, limit / 2)
    }

    /// How many entries there are.
    var count: Int { young.count + old.count }

    subscript(key: Key) -> Value? {
        get { young[key] ?? old[key] }
        set {
            old[key] = nil
            if newValue != nil, young.count >= half, young[key] == nil {
                swap(&young, &old)
                young.removeAll(keepingCapacity: true)
            }
            young[key] = newValue
        }
    }
}
