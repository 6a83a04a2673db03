/// A piece of a page: what is put into it as text is escaped, what is put into it as ``HTML`` is not.
///
/// Pages are written as literals, so that the compiler checks what stands in them, and no template is read while the
/// server runs. Attributes stand in double quotes.
package struct HTML: Sendable, ExpressibleByStringInterpolation {
    /// What is being put together from a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var bytes: [UInt8] = []

        /// Makes room.
        package init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 24)
        }

        /// Adds what the page's author wrote.
        package mutating func appendLiteral(_ literal: String) {
            bytes.append(contentsOf: literal.utf8)
        }

        /// Adds a text, escaped.
        package mutating func appendInterpolation(_ text: String) {
            HTML.escape(text.utf8, into: &bytes)
        }

        /// Adds a text, escaped; nothing if there is none.
        package mutating func appendInterpolation(_ text: String?) {
            if let text { HTML.escape(text.utf8, into: &bytes) }
        }

        /// Adds a number in decimal digits.
        package mutating func appendInterpolation(_ number: some BinaryInteger) {
            bytes.append(contentsOf: "\(number)".utf8)
        }

        /// Adds a piece of a page.
        package mutating func appendInterpolation(_ piece: HTML) {
            bytes.append(contentsOf: piece.bytes)
        }

        /// Adds a piece of a page; nothing if there is none.
        package mutating func appendInterpolation(_ piece: HTML?) {
            if let piece { bytes.append(contentsOf: piece.bytes) }
        }

        /// Adds pieces of a page, one after the other.
        package mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { bytes.append(contentsOf: piece.bytes) }
        }
    }

    /// The markup, in UTF-8.
    package private(set) var bytes: [UInt8]

    /// A piece as its author wrote it.
    package init(stringLiteral value: String) {
        bytes = Array(value.utf8)
    }

    /// A piece with texts and other pieces in it.
    package init(stringInterpolation: StringInterpolation) {
        bytes = stringInterpolation.bytes
    }

    /// Markup that another part of the program has made, such as a drawing.
    ///
    /// Nothing from outside goes in here.
    package init(trusted markup: String) {
        bytes = Array(markup.utf8)
    }

    /// Nothing.
    package static let empty: HTML = ""

    /// Whether there is nothing in it.
    package var isEmpty: Bool { bytes.isEmpty }

    /// Adds another piece.
    package static func += (left: inout HTML, right: HTML) {
        left.bytes.append(contentsOf: right.bytes)
    }

    /// Escapes what means something in markup, within elements and within attributes in double quotes.
    ///
    /// Characters that control something and not only stand there would let a text reach out of its place: they become
    /// the sign for what cannot be shown.
    private static func escape(_ text: String.UTF8View, into output: inout [UInt8]) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): output.append(contentsOf: "&#39;".utf8)
            case 0..<0x20 where byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\t"):
                output.append(contentsOf: "\u{FFFD}".utf8)
            case 0x7F: output.append(contentsOf: "\u{FFFD}".utf8)
            default: output.append(byte)
            }
        }
    }
}
