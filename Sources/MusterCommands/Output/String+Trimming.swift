extension StringProtocol {
    /// The text without the characters at both ends for which a condition holds.
    func trimming(_ isLeftOut: (Character) -> Bool) -> String {
        let start = drop(while: isLeftOut)
        guard let end = start.lastIndex(where: { !isLeftOut($0) }) else { return "" }
        return String(start[...end])
    }

    /// The text without full stops at its ends, for what becomes a part of a sentence.
    var withoutStop: String {
        trimming { $0 == "." }
    }

    /// The text without blanks and tabs at both ends.
    var trimmingBlanks: String {
        trimming { $0 == " " || $0 == "\t" }
    }
}
