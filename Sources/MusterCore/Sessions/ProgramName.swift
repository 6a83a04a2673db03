/// What a program says that it is when somebody signs in with it: the field `User-Agent` of its request (RFC 9110 section
/// 10.1.5), so that an owner knows one session from another.
///
/// Anybody can say anything there. Of that 128 bytes are kept, as ASCII that can be shown: nothing in it ends a line, turns the
/// direction of writing or looks like something else.
public struct ProgramName: Sendable, Equatable {
    /// The most bytes that are kept: browsers of today say some 110 to 120, and what tells them apart stands at the end.
    public static let maximumBytes = 128

    /// The name, 1 to ``maximumBytes`` bytes from 0x20 to 0x7E, no blank at its ends.
    public let text: String

    /// Takes what a program has said; nil if it has said nothing.
    ///
    /// - Parameter text: As it was sent, of any length. What follows after ``maximumBytes`` is not looked at, and each byte
    ///   that is no ASCII that can be shown becomes a question mark.
    public init?(_ text: String) {
        let blank = UInt8(ascii: " ")
        let bytes = text.utf8.prefix(ProgramName.maximumBytes).map { byte in
            (blank...0x7E).contains(byte) ? byte : UInt8(ascii: "?")
        }
        guard let first = bytes.firstIndex(where: { $0 != blank }),
            let last = bytes.lastIndex(where: { $0 != blank })
        else { return nil }
        self.text = String(decoding: bytes[first...last], as: UTF8.self)
    }

    /// Takes a name that was made before it was kept.
    public init(stored: String) {
        text = stored
    }
}
