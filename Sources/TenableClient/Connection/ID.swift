public import FoundationEssentials

extension TenableIO {
    /// The id of a user or a group: its number or its UUID, whichever is at hand.
    ///
    /// ```swift
    /// let one = try await tio.users.details(4)
    /// let same = try await tio.users.details("60f73e4f-8983-41c2-a13c-39074cbb6229")
    /// try await tio.users.delete(one.id)
    /// ```
    ///
    /// Names are no ids. The number and the UUID of one user are two ids that are not equal.
    public struct ID: Hashable, Sendable {
        private enum Form: Hashable {
            case number(Int64)
            case uuid(String)
            case neither(String)
        }

        private let form: Form

        /// Takes a number.
        public init(_ number: Int64) {
            form = .number(number)
        }

        /// Takes a UUID.
        public init(_ uuid: UUID) {
            form = .uuid(uuid.uuidString.lowercased())
        }

        /// Takes the digits of a number, or a UUID in any case.
        ///
        /// What is neither names nothing: calls with it fail as those for an unknown user do.
        public init(_ text: String) {
            if let number = Int64(text), String(number) == text {
                form = .number(number)
            } else if text.utf8.count == 36, UUID(uuidString: text) != nil {
                form = .uuid(text.lowercased())
            } else {
                form = .neither(text)
            }
        }

        /// The number; nil if the UUID is known only.
        public var number: Int64? {
            if case .number(let number) = form { number } else { nil }
        }

        /// The UUID in lower case; nil if the number is known only.
        public var uuid: String? {
            if case .uuid(let uuid) = form { uuid } else { nil }
        }

        /// What stands in a path.
        ///
        /// - Throws: ``TenableError`` of kind ``TenableError/Kind/notFound``.
        func path() throws(TenableError) -> String {
            guard case .neither = form else { return description }
            throw .nothing("An id is a number or a UUID. Look a name up in the list.")
        }
    }
}

extension TenableIO.ID: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// Takes a literal number.
    public init(integerLiteral value: Int64) {
        self.init(value)
    }

    /// Takes a literal UUID.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension TenableIO.ID: CustomStringConvertible {
    /// The number, or the UUID.
    public var description: String {
        switch form {
        case .number(let number): "\(number)"
        case .uuid(let text), .neither(let text): text
        }
    }
}
