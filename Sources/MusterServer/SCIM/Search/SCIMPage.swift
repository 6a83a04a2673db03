import FoundationEssentials
import Hummingbird
import MusterAPI
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// Which part of a list is asked for, in which order, and what is shown of it.
struct SCIMPage: Sendable {
    /// How many resources a page has where nobody says it.
    static let usualCount = 100
    /// The most resources of a page.
    static let maximumCount = 1_000

    /// The place of the first resource, from 1; nil if a cursor says where the page begins.
    var startIndex: Int? = 1
    /// The most resources.
    var count = SCIMPage.usualCount
    /// The text of a cursor, empty for the first page; nil if pages are counted.
    var cursor: String?
    /// The filter as it was written; nil if all pass.
    var filterText: String?
    /// By what is sorted, as it was written.
    var sortBy: String?
    /// Whether the order is turned round.
    var isDescending = false
    /// The names of attributes that are wanted, or not wanted.
    var attributes: [String]?
    var excluded: [String]?
    /// Whether it came in a body, where nothing is written into an address.
    private var isInBody = false

    /// What a query says once: of two filters nobody could say which one is meant.
    private static let single = [
        "filter", "sortBy", "sortOrder", "startIndex", "count", "cursor",
    ]

    /// Reads the page from a query.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    init(_ items: QueryItems) throws(MusterError) {
        let pairs = items.pairs
        guard pairs.count > 1 else {
            try self.init { name in items.folded(name).map { .string($0) } }
            return
        }
        func values(_ name: String) -> [String] {
            pairs.filter { $0.name.hasSameFoldedBytes(as: name) }.map(\.value)
        }
        if let name = SCIMPage.single.first(where: { values($0).count > 1 }) {
            throw SCIMFailure(.invalidValue, "\"\(name)\" stands in the query twice: send it once.")
                .error
        }
        // Names of attributes come with commas between them, or one by one.
        try self.init { name in
            let found = values(name)
            return found.isEmpty ? nil : .string(found.joined(separator: ","))
        }
    }

    /// Reads the page from the body of a search (RFC 7644 section 3.4.3).
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    init(_ body: JSONObject) throws(MusterError) {
        try self.init { name in
            body.members.first { $0.name.hasSameFoldedBytes(as: name) }?.value
        }
        isInBody = true
    }

    private init(_ value: (String) -> JSONValue?) throws(MusterError) {
        let cursor = SCIMPage.text(value("cursor"))
        let countKind: SCIMFailure.Kind = cursor == nil ? .invalidValue : .invalidCount
        if let number = try SCIMPage.number("count", value("count"), countKind) {
            count = min(max(number, 0), SCIMPage.maximumCount)
        }
        if let number = try SCIMPage.number("startIndex", value("startIndex"), .invalidValue) {
            guard cursor == nil else {
                throw SCIMFailure(.invalidValue, "Send \"cursor\" or \"startIndex\", not both.")
                    .error
            }
            startIndex = max(number, 1)
        }
        if let cursor {
            self.cursor = cursor
            startIndex = nil
        }
        filterText = SCIMPage.text(value("filter")).flatMap { $0.isEmpty ? nil : $0 }
        sortBy = SCIMPage.text(value("sortBy")).flatMap { $0.isEmpty ? nil : $0 }
        switch SCIMPage.text(value("sortOrder")) {
        case nil, "": break
        case let order? where order.hasSameFoldedBytes(as: "ascending"): break
        case let order? where order.hasSameFoldedBytes(as: "descending"): isDescending = true
        case let order?:
            throw SCIMFailure(
                .invalidValue,
                "\"sortOrder\" must be ascending or descending, not \(order.quoted(40))."
            ).error
        }
        attributes = SCIMPage.names(value("attributes"))
        excluded = SCIMPage.names(value("excludedAttributes"))
    }

    /// The filter over the resources of a kind; nil if all pass.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` or `access.insufficient_scope`.
    func filter(over type: SCIMResourceType) throws(MusterError) -> SCIMFilter? {
        guard let filterText else { return nil }
        let isInBody = isInBody
        return try scim { () throws(SCIMFailure) in
            do throws(SCIMFailure) {
                return try SCIMFilter(filterText, over: type)
            } catch {
                // RFC 7644 section 7.5.2 is about addresses, which are logged; in a body it is a filter like others.
                guard isInBody, error.kind == .sensitive else { throw error }
                throw SCIMFailure(.invalidFilter, error.detail)
            }
        }
    }

    /// The login name of the one user who is looked for, where nothing else is asked for; nil for any other list.
    var soughtUserName: String? {
        guard startIndex == 1, count > 0, sortBy == nil, let filterText else { return nil }
        return SCIMFilter.soughtUserName(filterText)
    }

    /// What is shown of resources of a kind.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    func projection(of type: SCIMResourceType) throws(MusterError) -> SCIMProjection {
        try scim { () throws(SCIMFailure) in
            try SCIMProjection(attributes: attributes, excluded: excluded, of: type)
        }
    }

    private static func text(_ value: JSONValue?) -> String? {
        guard case .string(let text)? = value else { return nil }
        return text
    }

    private static func number(
        _ name: String,
        _ value: JSONValue?,
        _ kind: SCIMFailure.Kind
    ) throws(MusterError) -> Int? {
        switch value {
        case nil, .null, .string(""): return nil
        case .integer(let number): return Int(clamping: number)
        case .string(let text) where text.utf8.count <= 20:
            if let number = Int(text) { return number }
        default: break
        }
        throw SCIMFailure(kind, "\"\(name)\" must be a whole number.").error
    }

    /// Names with commas between them, or in an array.
    private static func names(_ value: JSONValue?) -> [String]? {
        switch value {
        case .string(let text)?:
            let names = text.utf8.split(separator: UInt8(ascii: ","))
                .map { String(decoding: $0, as: UTF8.self) }
            return names.isEmpty ? nil : names
        case .array(let elements)?:
            let names = elements.compactMap { text($0) }
            return names.isEmpty ? nil : names
        default: return nil
        }
    }
}

/// Where a list goes on, for the one list that it was given out for (RFC 9865).
///
/// Nothing is kept of it here: it says the last resource of the page before, and is sealed with the server's own key.
struct SCIMCursor {
    /// Where a page ends: its last resource, and when that had been changed last, by which lists are sorted, too.
    struct Place {
        let id: Int64
        let changed: Timestamp

        init(_ id: Int64, _ changed: Timestamp) {
            self.id = id
            self.changed = changed
        }
    }

    private static let version: UInt8 = 2
    private static let placeLength = 17
    private static let sealLength = 16

    let digester: any Digester
    /// What list it is: the kind, the filter and the order.
    let list: String

    init(_ digester: any Digester, _ page: SCIMPage, of type: SCIMResourceType) {
        self.digester = digester
        list = [
            type.name, page.filterText ?? "", page.sortBy ?? "", page.isDescending ? "-" : "+",
        ].joined(separator: "\u{0}")
    }

    /// The text after a resource.
    func text(after place: Place) -> String {
        let bytes =
            [SCIMCursor.version]
            + [place.id, place.changed.rawValue].flatMap { number in
                withUnsafeBytes(of: number.bigEndian) { Array($0) }
            }
        return Base64URL.text(bytes + seal(bytes))
    }

    /// Where the page before a text ends; nil for the first page.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where the text was not given out for this list.
    func position(_ text: String) throws(MusterError) -> Place? {
        guard !text.isEmpty else { return nil }
        let failure = SCIMFailure(
            .invalidCursor,
            "The cursor was not given out for this list: begin again with an empty one."
        )
        guard text.utf8.count <= 64, let bytes = Base64URL.bytes(text),
            bytes.count == SCIMCursor.placeLength + SCIMCursor.sealLength,
            bytes[0] == SCIMCursor.version
        else { throw failure.error }
        let (place, sealed) = (
            Array(bytes.prefix(SCIMCursor.placeLength)), bytes.dropFirst(SCIMCursor.placeLength)
        )
        guard Digest(Array(sealed)).matches(Digest(seal(place))) else { throw failure.error }
        let numbers = [place[1..<9], place[9...]].map { $0.reduce(0) { $0 << 8 | Int64($1) } }
        return Place(numbers[0], Timestamp(rawValue: numbers[1]))
    }

    private func seal(_ bytes: [UInt8]) -> [UInt8] {
        Array(
            digester.keyedDigest(Array("scim cursor ".utf8) + bytes + Array(list.utf8)).bytes
                .prefix(SCIMCursor.sealLength)
        )
    }
}

/// Lists of resources (RFC 7644 section 3.4.2).
enum SCIMList {
    private static let schema = "urn:ietf:params:scim:api:messages:2.0:ListResponse"

    /// A list of everything of its kind.
    static func all<Resource>(
        _ resources: [Resource],
        _ write: (Resource, inout JSONWriter) -> Void
    ) -> Response {
        Response.json(reserving: 8192) { json in
            json.object { json in
                json.name("schemas")
                json.array { $0.string(schema) }
                json.member("totalResults", resources.count)
                json.member("startIndex", 1)
                json.member("itemsPerPage", resources.count)
                json.name("Resources")
                json.array { json in
                    for resource in resources { write(resource, &json) }
                }
            }
        }
    }

    /// Answers a call that asks for a page, which is read once it is known that the caller may read.
    static func page(
        for call: Call,
        at place: SCIMPlace,
        _ read: @autoclosure () throws -> SCIMPage,
        _ find: (SCIMPage, Principal, String) async throws(MusterError) -> SCIMFound
    ) async throws -> Response {
        let principal = try call.principal
        try principal.requireReader()
        let asked = try read()
        let found = try await find(asked, principal, place.root(of: call))
        return try page(found, asked, for: principal.payer)
    }

    /// A page of resources.
    static func page(
        _ found: SCIMFound,
        _ page: SCIMPage,
        for caller: UserID
    ) throws(MusterError) -> Response {
        guard var long = found.long else {
            return try Response.page(answer(found, page), for: caller)
        }
        var json = JSONWriter(reserving: 1_048_576)
        begin(
            total: found.total,
            from: page.startIndex,
            count: found.resources.count + 1,
            next: found.next,
            to: &json
        )
        for resource in found.resources { resource.write(to: &json) }
        let held = json.byteCount / ListShares.bytesOfPlace
        long.list = json
        return try Response.list(long, for: caller, places: long.places + held)
    }

    /// The answer with a page of resources.
    static func answer(_ found: SCIMFound, _ page: SCIMPage) -> Answer {
        Answer.json(reserving: 256 + found.resources.count * 1024) { json in
            write(
                total: found.total,
                from: page.startIndex,
                count: found.resources.count,
                next: found.next,
                to: &json
            ) { json in
                for resource in found.resources { resource.write(to: &json) }
            }
        }
    }

    /// The answer with all resources of a list that begins at the first one; as much room as one needs, which malloc gives from what
    /// the thread has at hand.
    static func answer(total: Int, _ resources: (inout JSONWriter) -> Void) -> Answer {
        Answer.json(reserving: 960) { json in
            write(total: total, from: 1, count: total, next: nil, to: &json, resources)
        }
    }

    private static func write(
        total: Int?,
        from start: Int?,
        count: Int,
        next: String?,
        to json: inout JSONWriter,
        _ resources: (inout JSONWriter) -> Void
    ) {
        begin(total: total, from: start, count: count, next: next, to: &json)
        resources(&json)
        end(&json)
    }

    /// Writes a list as far as its first resource.
    private static func begin(
        total: Int?,
        from start: Int?,
        count: Int,
        next: String?,
        to json: inout JSONWriter
    ) {
        json.beginObject()
        json.name("schemas")
        json.beginArray()
        json.string(schema)
        json.endArray()
        if let total { json.member("totalResults", total) }
        if let start { json.member("startIndex", start) }
        json.member("itemsPerPage", count)
        if let next { json.member("nextCursor", next) }
        json.name("Resources")
        json.beginArray()
    }

    /// Writes what comes after the last resource of a list.
    static func end(_ json: inout JSONWriter) {
        json.endArray()
        json.endObject()
    }
}

/// What a search has found: one page of resources.
struct SCIMFound: Sendable {
    var resources: [SCIMShown]
    /// One more resource after these, a group that is written piece by piece; nil if there is none.
    var long: SCIMGroupBatches?
    /// How many there are in all; nil if nobody counted.
    var total: Int?
    /// The cursor of the next page; nil if there is none, or pages are counted.
    var next: String?
}
