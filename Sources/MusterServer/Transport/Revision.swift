import HTTPTypes
import Hummingbird
import MusterCore
import TextBytes

/// The directory's revision as an entity tag (RFC 9110 section 8.8.3).
///
/// Every change of a user makes it grow by one.
enum Revision {
    /// The revision as it is now.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    static func present(in directory: Directory) async throws(MusterError) -> Int64 {
        try await directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.revision()
        }
    }

    /// The answer to a list, with the revision at which it was read.
    static func tagged(_ response: Response, _ revision: Int64) -> Response {
        var response = response
        response.headers[.eTag] = tag(revision)
        response.headers[.cacheControl] = "no-cache"
        return response
    }

    /// The answer to a call that has changed no user, with the present revision; without one if the store cannot be
    /// asked any more.
    static func told(_ response: Response, in directory: Directory) async -> Response {
        var response = response
        response.headers[.eTag] = (try? await present(in: directory)).map(tag)
        return response
    }

    /// The answer to whoever reads something, with the revision of the snapshot in which it was read.
    static func tagged(_ answer: Answer, _ revision: Int64) -> Answer {
        var answer = answer
        answer.fields += [(.eTag, tag(revision)), (.cacheControl, "no-cache")]
        return answer
    }

    /// The answer to whoever knows the list already.
    static func unchanged(_ revision: Int64) -> Answer {
        tagged(Answer(status: .notModified), revision)
    }

    /// The answer to a change, with the revision that it has led to, so that the caller can go on from there.
    static func changed(_ response: Response, by principal: Principal) -> Response {
        var response = response
        response.headers[.eTag] = principal.origin.condition?.reached.map(tag)
        return response
    }

    /// The tag of a revision.
    static func tag(_ revision: Int64) -> String {
        "\"\(revision)\""
    }

    /// The revision of `If-Match`; nil if there is no such field, or any will do.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where the field holds something else.
    static func expected(_ fields: HTTPFields) throws(MusterError) -> Int64? {
        guard let text = fields[.ifMatch]?.trimmingBlanks, !text.hasSameBytes(as: "*") else {
            return nil
        }
        let digits = text.utf8.filter { $0 != UInt8(ascii: "\"") }
        guard let number = Int(digits: String(decoding: digits, as: UTF8.self)) else {
            throw .invalid("If-Match", rule: "must hold the revision of an earlier answer")
        }
        return Int64(number)
    }

    /// Whether `If-None-Match`, where it is given, names this revision.
    static func isKnown(_ revision: Int64, _ tags: String?) -> Bool {
        guard let text = tags else { return false }
        let tag = Revision.tag(revision)
        return text.utf8.split(separator: UInt8(ascii: ",")).contains { known in
            let known = known.trimmingBlanks
            return known.elementsEqual(tag.utf8) || known.elementsEqual("W/\(tag)".utf8)
        }
    }
}
