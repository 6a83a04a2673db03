/// Foreign text on its way to a terminal.
///
/// A name may hold the sequences by which a terminal clears its screen, changes its title, or writes from
/// right to left. Here they become something to look at.
enum SafeText {
    /// The text with each character that would act instead of being seen written as `\u{1b}`.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: acts) else { return text }
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if acts(scalar) {
                safe.append(contentsOf: escape(scalar).unicodeScalars)
            } else {
                safe.append(scalar)
            }
        }
        return String(safe)
    }

    /// Whether a character does something to a terminal, or to the order of what is read, instead of
    /// standing in a place of its own.
    static func acts(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20..<0x7F).contains(scalar.value) { return false }
        return switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // The joiners shape letters and emoji (UAX #31 section 2.3); the others hide or turn text round.
        case .format: !(0x200C...0x200D).contains(scalar.value)
        default: false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": #"\n"#
        case "\r": #"\r"#
        case "\t": #"\t"#
        default: #"\u{"# + String(scalar.value, radix: 16) + "}"
        }
    }
}
