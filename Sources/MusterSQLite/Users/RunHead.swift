/// The beginning of the list that the index of texts has for one run of three characters: the users who have it, in order of their
/// number; and how close they stand further behind.
struct RunHead {
    /// The run: texts of which they have one.
    let run: [String]
    /// The numbers of the first of them.
    let numbers: [Int64]
    /// Whether it is all of the list.
    let isWhole: Bool
    /// Over how many numbers of users as many stand further behind in the list; nil if that is not known.
    var distance: Int64?

    /// Those of some users who may be in the list: of whom stands behind its beginning nothing is known.
    func keep(_ others: Set<Int64>) -> Set<Int64> {
        let own = others.intersection(numbers)
        guard !isWhole, let last = numbers.last else { return own }
        return own.union(others.filter { $0 > last })
    }

    /// Those of some runs, each of which many have, by which the index finds users sooner than their rows tell: that of the
    /// fewest, and each that not nearly everybody has or that is about as rare.
    ///
    /// - Parameters:
    ///   - heads: The beginnings of their lists.
    ///   - length: How many users were read for each.
    /// - Returns: The runs.
    static func rare(of heads: [RunHead], length: Int) -> [[String]] {
        let start = heads.compactMap(\.numbers.first).min() ?? 0
        // Where a beginning reaches far, few have its run; where whoever has it came at the same time, one further behind does.
        let spans = heads.map { head in
            max(1, (head.numbers.last ?? start) - start + 1, head.distance ?? 0)
        }
        let far = spans.max() ?? 1
        let least = min(8 * Int64(length), (far + 1) / 2)
        return zip(heads, spans).filter { $1 >= least }.map(\.0.run)
    }
}
