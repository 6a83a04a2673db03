import MusterCore
import TextBytes

extension QueryItems {
    /// Reads `limit`, `after`, `sort` and what names, usernames or addresses begin with.
    ///
    /// - Parameters:
    ///   - prefixName: The parameter that holds the beginning.
    ///   - takesInfix: Whether a text between stars is what is contained.
    /// - Returns: The query, and whether it has a limit of its own.
    /// - Throws: ``MusterError`` with code `input.invalid`, naming the parameter.
    func userQuery(
        prefix prefixName: String = "q",
        takesInfix: Bool = false
    ) throws(MusterError) -> (query: UserQuery, hasLimit: Bool) {
        let limit = try limit(upTo: UserQuery.maximumLimit)
        var query = UserQuery(limit: limit ?? UserPages.batchSize)
        if let text = self["after"] {
            guard let id = Int(digits: text) else {
                throw .invalid("after", rule: "must be the id of a user")
            }
            query.after = UserID(rawValue: Int64(id))
        }
        if let prefix = self[prefixName] {
            guard prefix.utf8.count <= Username.maximumLength, !prefix.utf8.contains(0) else {
                throw .invalid(
                    prefixName,
                    rule: "must have at most \(Username.maximumLength) bytes"
                )
            }
            if takesInfix, let infix = try infix(of: prefix, prefixName) {
                query.infix = infix
            } else {
                query.prefix = prefix.isEmpty ? nil : prefix
            }
        }
        if let text = self["sort"] {
            query.isDescending = text.utf8.first == UInt8(ascii: "-")
            let name = text.utf8.dropFirst(query.isDescending ? 1 : 0)
            guard name.count <= TextLimit.word,
                let field = Self.userOrders.first(where: { $0.rawValue.utf8.elementsEqual(name) })
            else {
                let names = Self.userOrders.map(\.rawValue).joined(separator: ", ")
                throw .invalid(
                    "sort",
                    rule: "must be one of \(names), with - in front to turn it round"
                )
            }
            query.sort = field
        }
        return (query, limit != nil)
    }

    /// The orders that have a place for `after` with a user alone: in that by changes a user moves.
    private static let userOrders: [UserQuery.SortField] = [.id, .username, .name, .email]

    /// What stands between the stars of `*text*`, every character as it is; nil if there are none.
    private func infix(of text: String, _ name: String) throws(MusterError) -> String? {
        let star = UInt8(ascii: "*")
        guard text.utf8.count > 1, text.utf8.first == star, text.utf8.last == star else {
            return nil
        }
        let infix = String(decoding: text.utf8.dropFirst().dropLast(), as: UTF8.self)
        guard infix.unicodeScalars.count >= UserQuery.minimumInfix else {
            throw .invalid(
                name,
                rule:
                    "needs at least \(UserQuery.minimumInfix) characters between its stars, not \(text.quoted(40))"
            )
        }
        return infix
    }

    /// Reads `limit`; nil if there is none.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    func limit(upTo maximum: Int) throws(MusterError) -> Int? {
        guard let text = self["limit"] else { return nil }
        guard let limit = Int(digits: text), (1...maximum).contains(limit) else {
            throw .invalid("limit", rule: "must be from 1 to \(maximum)")
        }
        return limit
    }
}

extension Int {
    /// Reads a number written in 1 to 18 decimal digits and nothing else.
    init?(digits text: String) {
        guard (1...18).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        self.init(text)
    }
}
