import NIOHTTP1
import TextBytes

extension MusterClient {
    /// The revision of all users: what an answer was read at, and what a change may be bound to.
    ///
    /// Every change of a user makes it larger by one, whichever user that is.
    public struct Revision: Sendable, Hashable {
        /// The number.
        public let number: Int64

        /// Takes a number that an earlier answer gave.
        public init(number: Int64) {
            self.number = number
        }

        /// Reads the entity tag of an answer (RFC 9110 section 8.8.3); nil if there is none, or another one.
        init?(_ fields: HTTPHeaders) {
            guard let tag = fields.first(name: "ETag"), tag.utf8.count <= TextLimit.word else {
                return nil
            }
            let digits = tag.utf8.filter { $0 != UInt8(ascii: "\"") }
            guard let number = Int64(String(decoding: digits, as: UTF8.self)), number >= 0 else {
                return nil
            }
            self.number = number
        }

        /// The entity tag.
        var tag: String { "\"\(number)\"" }
    }

    /// A record, and the revision at which it was read.
    public struct Revised<Record: Sendable>: Sendable {
        /// The record; it may be newer than the revision says, but never older.
        public let record: Record
        /// The revision; nil if the server could not say it any more.
        public let revision: Revision?
    }
}
