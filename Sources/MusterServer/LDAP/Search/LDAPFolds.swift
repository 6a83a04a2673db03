import MusterCore

/// Which characters filters take for which others (``LDAPValue/folded(_:by:isWhole:)``), and so what may stand in a text in which
/// they find a piece.
enum LDAPFolds {
    /// What else is folded to a character.
    private struct Sources {
        /// To it and nothing else.
        var alone: [Unicode.Scalar] = []
        /// To it and something behind it.
        var leading: [Unicode.Scalar] = []
        /// To something and it behind that.
        var trailing: [Unicode.Scalar] = []
    }

    private struct Pair: Hashable {
        let first: Unicode.Scalar
        let second: Unicode.Scalar
    }

    private struct Table {
        var sources: [Unicode.Scalar: Sources] = [:]
        /// What stands one behind the other where one character is folded to several.
        var pairs: Set<Pair> = []
    }

    /// Where characters beyond ASCII stand that are folded to others: the blocks of scripts that have cases.
    static let folded: [ClosedRange<UInt32>] = [
        0x80...0x587, 0x10A0...0x10FF, 0x13A0...0x13FF, 0x1C80...0x1CBF, 0x1E00...0x1FFF,
        0x2100...0x218F, 0x24B0...0x24EF, 0x2C00...0x2D2F, 0xA640...0xA69F, 0xA720...0xA7FF,
        0xAB30...0xABBF, 0xFB00...0xFB1F, 0xFF20...0xFF5F, 0x1_0400...0x1_04FF,
        0x1_0570...0x1_05BF, 0x1_0C80...0x1_0CFF, 0x1_0D50...0x1_0D8F, 0x1_18A0...0x1_18DF,
        0x1_6E40...0x1_6EDF, 0x1_E900...0x1_E943,
    ]

    private static let table: Table = {
        var table = Table()
        for scalar in folded.joined().lazy.compactMap({ Unicode.Scalar($0) }) {
            let bytes = LDAPValue.folded(String(Character(scalar)).utf8, isWhole: false) ?? []
            let image = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
            guard let first = image.first, let last = image.last, image != [scalar] else {
                continue
            }
            guard image.count > 1 else {
                table.sources[first, default: Sources()].alone.append(scalar)
                continue
            }
            table.sources[first, default: Sources()].leading.append(scalar)
            table.sources[last, default: Sources()].trailing.append(scalar)
            for (one, other) in zip(image, image.dropFirst()) {
                table.pairs.insert(Pair(first: one, second: other))
            }
        }
        return table
    }()

    /// Reads what characters are folded to, which takes milliseconds, before anybody asks.
    static func prepare() { _ = table }

    /// The most runs that the index is asked for, and the most texts for one of them; of more, the filter tells.
    private static let (most, mostTexts) = (12, 32)
    /// How many pieces are looked at, and how many characters of each.
    private static let (mostPieces, mostScalars) = (32, 64)

    /// For runs of three characters in folded pieces the texts of which each text has one that a filter finds by them
    /// (``MusterCore/UserQuery/clues``); none if there is no run that can be asked for.
    ///
    /// - Parameters:
    ///   - pieces: The pieces.
    ///   - isPlain: Whether the texts have characters of ASCII alone.
    /// - Returns: Lists of texts.
    static func clues(of pieces: [[UInt8]], isPlain: Bool) -> [[String]] {
        let choices = pieces.prefix(mostPieces).flatMap(runs(of:)).compactMap { run in
            isPlain ? run.scalars.map { [$0] } : Self.choices(for: run)
        }
        let step = max(1, (choices.count + most - 1) / most)
        return stride(from: 0, to: choices.count, by: step).map { place in
            choices[place].reduce([""]) { texts, choice in
                texts.flatMap { text in choice.map { text + String(Character($0)) } }
            }
        }
    }

    /// Three characters in a row of a piece as a filter sees it, where one blank stands for any number of them.
    private struct Run {
        let scalars: [Unicode.Scalar]

        /// Whether its last character may stand behind more blanks, so that another one is in its place.
        var endsBehindBlank: Bool { scalars[1] == LDAPFolds.blank }
    }

    private static let blank: Unicode.Scalar = " "

    private static func runs(of piece: [UInt8]) -> [Run] {
        let scalars = String(decoding: piece, as: UTF8.self).unicodeScalars.prefix(mostScalars)
        // Of what is not seen nobody asks the index.
        let parts = scalars.split(whereSeparator: { $0.value < 0x20 || $0.value == 0x7F })
        return parts.flatMap { part -> [Run] in
            var seen: [Unicode.Scalar] = []
            // How many blanks there are is not seen.
            for scalar in part where scalar != blank || seen.last != blank { seen.append(scalar) }
            return (0..<max(0, seen.count - UserQuery.minimumInfix + 1)).map { place in
                Run(scalars: Array(seen[place..<(place + UserQuery.minimumInfix)]))
            }
        }
    }

    /// What may stand in each place of a run.
    ///
    /// The first may be the end of what is folded to several, and the last its beginning. Where two of them may come of one
    /// character, nobody knows what stands beside that: nil then, or if there are too many.
    private static func choices(for run: Run) -> [[Unicode.Scalar]]? {
        let (table, scalars) = (table, run.scalars)
        for (one, other) in zip(scalars, scalars.dropFirst())
        where table.pairs.contains(Pair(first: one, second: other)) { return nil }
        var choices = scalars.enumerated().map { place, scalar -> [Unicode.Scalar] in
            guard let sources = table.sources[scalar] else { return [scalar] }
            let ends =
                place == 0 ? sources.trailing : place == scalars.count - 1 ? sources.leading : []
            return [scalar] + sources.alone + ends
        }
        if run.endsBehindBlank { choices[scalars.count - 1].append(blank) }
        return choices.reduce(1) { $0 * $1.count } <= mostTexts ? choices : nil
    }
}
