import MusterCore
import TextBytes

/// The names and values of a query or of a form body (`application/x-www-form-urlencoded`).
///
/// Taken apart, measured and compared as bytes.
struct QueryItems: Sendable {
    /// How many names there may be; no call has as many.
    ///
    /// Each costs some hundred bytes and a microsecond, and 16 KiB have room for eight thousand.
    static let most = 100

    private let items: [(name: String, value: String)]

    /// Reads `name=value&name=value`.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` where an escape is wrong or the text not UTF-8 or there
    ///   are more than a hundred, and `input.invalid` where a name or a value is too long.
    init(_ text: some StringProtocol) throws(MusterError) {
        try self.init(bytes: Array(text.utf8))
    }

    /// Reads `name=value&name=value`.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` where an escape is wrong or the text not UTF-8 or there
    ///   are more than a hundred, and `input.invalid` where a name or a value is too long.
    init(
        bytes: some Collection<UInt8>,
        upTo limit: Int = TextLimit.parameter
    ) throws(MusterError) {
        var items: [(name: String, value: String)] = []
        // Bytes of a buffer are counted and copied one by one, those of an array are not.
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let part = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest.dropFirst(part.count + 1)
            guard !part.isEmpty else { continue }
            guard items.count < QueryItems.most else {
                throw MusterError(
                    .inputMalformed,
                    "The query or form has more than \(QueryItems.most) names."
                )
            }
            let name = part.prefix { $0 != UInt8(ascii: "=") }
            let value = part.dropFirst(name.count + 1)
            let item = (
                name: try PercentEncoding.decode(name, plusIsSpace: true),
                value: try PercentEncoding.decode(value, plusIsSpace: true)
            )
            guard max(item.name.utf8.count, item.value.utf8.count) <= limit else {
                throw QueryItems.tooLong(item.name, limit)
            }
            items.append(item)
        }
        self.items = items
    }

    private static func tooLong(_ name: String, _ limit: Int) -> MusterError {
        .invalid(name.head(60), rule: "must have at most \(limit) bytes")
    }

    /// All names and values, in the order in which they were written.
    var pairs: [(name: String, value: String)] { items }

    /// The first value under a name; nil if there is none.
    subscript(_ name: String) -> String? {
        items.first { $0.name.hasSameBytes(as: name) }?.value
    }

    /// The first value under a name in any case; nil if there is none.
    func folded(_ name: String) -> String? {
        items.first { $0.name.hasSameFoldedBytes(as: name) }?.value
    }

    /// The first value under a name, of at most so many bytes; nil if there is none.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where it is longer.
    func text(
        _ name: String,
        upTo limit: Int = TextLimit.field
    ) throws(MusterError) -> String? {
        guard let text = self[name] else { return nil }
        guard text.utf8.count <= limit else { throw QueryItems.tooLong(name, limit) }
        return text
    }

    /// The first value under a name that is one of a few words, to be told apart; nil if there is none.
    func word(_ name: String) -> ByteText? {
        self[name].map { ByteText($0) }
    }

    /// All values under a name, in the order in which they were written.
    func all(_ name: String) -> [String] {
        items.filter { $0.name.hasSameBytes(as: name) }.map(\.value)
    }
}
