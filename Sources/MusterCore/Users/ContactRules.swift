import TextBytes

/// What a user's name, e-mail address and note have to be.
public enum ContactRules {
    /// The longest name, in bytes of UTF-8.
    public static let maximumNameBytes = TextLimit.personName
    /// The longest address, in bytes (RFC 5321 section 4.5.3.1.3).
    public static let maximumEmailBytes = TextLimit.username

    /// The longest note, in bytes of UTF-8.
    public static let maximumNoteBytes = TextLimit.note

    /// Checks a note; nil and empty pass.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `note`.
    public static func note(_ note: String?) throws(MusterError) -> String? {
        guard let note else { return nil }
        guard note.utf8.count <= maximumNoteBytes,
            !note.unicodeScalars.contains(where: { $0 != "\n" && isControl($0) })
        else {
            throw .invalid(
                "note",
                rule:
                    "must have at most \(maximumNoteBytes) bytes and no control characters but newlines"
            )
        }
        return note
    }

    /// Checks a name; nil and empty pass.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `name`.
    public static func name(_ name: String?) throws(MusterError) -> String? {
        guard let name else { return nil }
        guard name.utf8.count <= maximumNameBytes, !hasControls(name) else {
            throw .invalid(
                "name",
                rule: "must have at most \(maximumNameBytes) bytes and no control characters"
            )
        }
        return name
    }

    /// Checks an address; nil and empty pass.
    ///
    /// An address has one `@` with something on both sides, and nothing that would make two of it, or an option,
    /// for a program that carries mail (RFC 5322 section 3.2.3: specials are no part of an address without
    /// quotes). The username is taken as it is, because clients send back what they were shown.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `email`.
    public static func email(
        _ email: String?,
        of username: Username
    ) throws(MusterError) -> String? {
        guard let email, !email.isEmpty, !email.hasSameBytes(as: username.text) else {
            return email
        }
        guard email.utf8.count <= maximumEmailBytes, isAddress(email.utf8), !hasControls(email),
            !hasSeparators(email)
        else {
            throw .invalid("email", rule: "must be a valid email")
        }
        return email
    }

    /// Whether messages can go to this text.
    static func canReceive(_ email: String) -> Bool {
        email.utf8.count <= maximumEmailBytes && isAddress(email.utf8)
    }

    private static func isAddress(_ bytes: String.UTF8View) -> Bool {
        let at = UInt8(ascii: "@")
        var count = 0
        for byte in bytes {
            switch Unicode.Scalar(byte) {
            case "@": count += 1
            case " ", ",", ";", ":", "<", ">", "(", ")", "\"", "\\": return false
            default: break
            }
        }
        return count == 1 && bytes.first != at && bytes.last != at
            && bytes.first != UInt8(ascii: "-")
    }

    /// Whether it has a blank or an end of a line beyond ASCII, which some programs take for theirs.
    private static func hasSeparators(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            // ASCII has one, and asking Unicode for each character's category is far slower.
            guard scalar.value > 0x7F else { return scalar == " " }
            return switch scalar.properties.generalCategory {
            case .spaceSeparator, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }

    static func hasControls(_ text: String) -> Bool {
        text.unicodeScalars.contains(where: isControl)
    }

    /// Whether it has characters that turn the direction of writing (Unicode's `Bidi_Control`), by which a text is read as
    /// another one.
    static func hasDirections(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        // ASCII first: asking Unicode for each character's category is far slower.
        scalar.value < 0x7F
            ? scalar.value < 0x20 : scalar.properties.generalCategory == .control
    }
}
