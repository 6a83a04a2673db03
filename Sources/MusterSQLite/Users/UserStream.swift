import MusterSQL

/// Those users who alone can meet a condition, as an index has them in the order of their numbers: a page of them costs what
/// those on it do, whoever else there is.
struct UserStream {
    /// The table that has them.
    let source: StatementText
    /// Where their numbers stand in it.
    let number: StatementText
    /// What those in it meet.
    let condition: UserCondition
    /// Statements of those whom the index does not know, who are few; none if it knows all.
    var others: [UserCondition] = []
    /// Whether all of them meet the condition, or nearly all, so that nothing else finds a page sooner.
    var isTight = true
    /// Whether all of them meet it, so that nobody asks their rows.
    var isExact = false
}

extension UserArm {
    /// Users of these numbers.
    init(numbers: Set<Int64>, isExact: Bool = true) {
        let list = "[" + numbers.sorted().map { String($0) }.joined(separator: ",") + "]"
        self.init(
            parts: [
                UserCondition(
                    text: "SELECT j.value AS id FROM json_each(?) AS j",
                    arguments: [list]
                )
            ],
            isExact: isExact,
            numbers: numbers
        )
    }
}
