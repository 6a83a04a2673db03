import TextBytes

/// A login name: `^[A-Za-z0-9_][A-Za-z0-9._@+=-]{0,253}$`.
///
/// ASCII only, so that no two names look alike; shown as given, matched without regard to case.
public struct Username: Hashable, Sendable {
    /// The longest name, in characters: 254, as for an e-mail address (RFC 5321 section 4.5.3.1.3).
    public static let maximumLength = TextLimit.username

    /// How long names are, and of what they are made.
    private static let form = "at most \(maximumLength) of A-Z a-z 0-9 . _ @ + = -"

    /// The name as it was given.
    public let text: String

    /// Checks a name.
    ///
    /// - Throws: ``MusterError`` with code `user.username_invalid`.
    public init(_ text: String) throws(MusterError) {
        guard Username.isWellFormed(text) else {
            throw MusterError(
                .usernameInvalid,
                "A user name starts with a letter, a digit or _ and has \(Username.form), not "
                    + text.quoted(40)
            )
            .at(
                "username",
                "must start with a letter, a digit or _ and have \(Username.form), not "
                    + text.quoted(40)
            )
        }
        self.text = text
    }

    /// Takes a name that was checked before it was stored.
    public init(stored text: String) {
        self.text = text
    }

    /// The part after the one `@`, in lower case; nil if the name is not of the form `name@domain`.
    public var domain: String? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, Username.isDomain(parts[1]) else { return nil }
        return String(decoding: parts[1].foldedASCII, as: UTF8.self)
    }

    /// Whether both name the same login: equal without regard to ASCII case.
    public static func == (left: Username, right: Username) -> Bool {
        left.text.hasSameFoldedBytes(as: right.text)
    }

    /// Hashes the name without regard to ASCII case.
    public func hash(into hasher: inout Hasher) {
        let count = text.utf8.count
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { folded in
            _ = folded.initialize(fromContentsOf: text.utf8.lazy.map(\.asciiLowercased))
            hasher.combine(bytes: UnsafeRawBufferPointer(folded))
        }
    }

    private static func isWellFormed(_ text: String) -> Bool {
        // Where the bytes lie in a row, as nearly always, they are read there.
        text.utf8.withContiguousStorageIfAvailable { isWellFormed($0) }
            ?? Array(text.utf8).withUnsafeBufferPointer { isWellFormed($0) }
    }

    private static func isWellFormed(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = bytes.first, bytes.count <= maximumLength else { return false }
        return (first.isASCIIAlphanumeric || first == UInt8(ascii: "_"))
            && bytes.allSatisfy { $0.isASCIIAlphanumeric || $0.isUsernameSign }
    }

    private static func isDomain(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty
            }
    }
}

extension UInt8 {
    /// Whether the byte is one of the signs that may stand in a login name.
    fileprivate var isUsernameSign: Bool {
        switch self {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "+"),
            UInt8(ascii: "="), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }

    /// Whether the byte is an ASCII letter or digit.
    var isASCIIAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default:
            false
        }
    }
}
