import SCIMAPI
import TextBytes

/// The query by which providers look for somebody before they make or change it: `filter=userName eq "..."` and nothing else.
///
/// It is read where its bytes lie, in the one form in which nearly every query of this kind comes. What is not read here may still be
/// such a query: ``QueryItems`` and ``SCIMPage`` read all others, and these in the same way.
enum SCIMSoughtName {
    private static let beginning = Array("filter=".utf8)
    /// The longest query that is read: no such filter is longer, with every sign of it escaped.
    private static let maximumBytes = 1_024

    /// The login name; nil for any other query.
    static func read(_ query: String) -> String? {
        var query = query
        return query.withUTF8 { bytes in
            guard bytes.count > beginning.count, bytes.count <= maximumBytes else { return nil }
            for place in beginning.indices
            where bytes[place].asciiLowercased != beginning[place] { return nil }
            let value = UnsafeBufferPointer(rebasing: bytes[beginning.count...])
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: value.count) { room in
                decode(value, into: room).flatMap { SCIMFilter.soughtUserName($0) }
            }
        }
    }

    /// Decodes the one value of a query; nil if another item follows, or an escape is wrong.
    private static func decode(
        _ value: UnsafeBufferPointer<UInt8>,
        into room: UnsafeMutableBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8>? {
        var (place, count) = (0, 0)
        while place < value.count {
            var byte = value[place]
            place += 1
            switch byte {
            case UInt8(ascii: "&"): return nil
            case UInt8(ascii: "+"): byte = UInt8(ascii: " ")
            case UInt8(ascii: "%"):
                guard place + 1 < value.count, let high = value[place].hexValue,
                    let low = value[place + 1].hexValue
                else { return nil }
                byte = high << 4 | low
                place += 2
            default: break
            }
            room[count] = byte
            count += 1
        }
        return UnsafeBufferPointer(rebasing: room[..<count])
    }
}
