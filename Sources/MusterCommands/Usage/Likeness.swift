/// How like two words are.
enum Likeness {
    /// The word that is most like another, if it is like it at all.
    static func closest(to word: String, in words: [String]) -> String? {
        let bytes = Array(word.utf8)
        let limit = max(1, min(3, bytes.count / 3))
        let ranked = words.map { (word: $0, distance: distance(bytes, Array($0.utf8))) }
        return ranked.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.word
    }

    /// How many letters have to be put in, taken out, changed, or swapped with the next.
    static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var rows = [Array(0...other.count)]
        for row in 0..<one.count {
            var next = [row + 1]
            for column in 0..<other.count {
                let cost = one[row] == other[column] ? 0 : 1
                var least = min(
                    next[column] + 1,
                    rows[row][column + 1] + 1,
                    rows[row][column] + cost
                )
                if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column]
                {
                    least = min(least, rows[row - 1][column - 1] + 1)
                }
                next.append(least)
            }
            rows.append(next)
        }
        return rows[one.count][other.count]
    }
}
