/// Looks for entries (RFC 4511 section 4.5.1).
public struct LDAPSearch: Sendable, Equatable {
    /// The most attributes that a request may name; clients ask for some dozens.
    public static let maximumAttributes = 512

    /// How far below the base entries are looked at.
    public enum Scope: Int, Sendable {
        case base = 0
        case oneLevel = 1
        case subtree = 2
    }

    /// Where to begin.
    public let base: ArraySlice<UInt8>
    /// How far to go.
    public let scope: Scope
    /// The most entries the client wants; 0 for all.
    public let sizeLimit: Int
    /// How many seconds it will wait; 0 for as long as it takes.
    public let timeLimit: Int
    /// Whether it wants the names of attributes alone.
    public let typesOnly: Bool
    /// Which entries it wants.
    public let filter: LDAPFilter
    /// The same as it came, which tells one filter from another.
    public let filterBytes: ArraySlice<UInt8>
    /// Which attributes it wants; none for all that people use.
    public let attributes: [ArraySlice<UInt8>]

    /// Reads a request.
    ///
    /// - Throws: ``BERError``; or ``LDAPResult`` inside of `refusal` for what is understood and too large.
    init(_ bytes: ArraySlice<UInt8>, refusal: inout LDAPResult?) throws(BERError) {
        var reader = BERReader(bytes)
        base = try reader.octets()
        let scope = Scope(rawValue: try reader.integer(BERTag.enumerated))
        // Aliases there are none of, whatever is to be done with them.
        _ = try reader.integer(BERTag.enumerated)
        sizeLimit = try reader.integer()
        timeLimit = try reader.integer()
        typesOnly = try reader.boolean()
        var budget = LDAPFilter.Budget()
        let behindFlags = reader.rest
        filter = try LDAPFilter(reading: &reader, &budget)
        filterBytes = behindFlags.dropLast(reader.rest.count)
        var wanted = try reader.constructed()
        try reader.requireEnd()
        var attributes: [ArraySlice<UInt8>] = []
        while !wanted.isAtEnd, attributes.count <= Self.maximumAttributes {
            attributes.append(try wanted.octets())
        }
        self.attributes = attributes
        self.scope = scope ?? .base
        if scope == nil {
            refusal = LDAPResult(.protocolError, "the scope is unknown")
        } else if sizeLimit < 0 || timeLimit < 0 {
            refusal = LDAPResult(.protocolError, "a limit is negative")
        } else if budget.isExceeded {
            refusal = LDAPResult(
                .adminLimitExceeded,
                "a filter has at most \(LDAPFilter.maximumTerms) terms, \(LDAPFilter.maximumDepth) deep"
            )
        } else if attributes.count > Self.maximumAttributes {
            refusal = LDAPResult(
                .adminLimitExceeded,
                "a search names at most \(Self.maximumAttributes) attributes"
            )
        }
    }
}
