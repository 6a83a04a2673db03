public import TextBytes

/// The members of an object, read by type and never coerced.
///
/// There is one reader for all dialects: what a body may hold is read alike everywhere, and ``FieldPhrases`` says in
/// which words a dialect complains. Names are compared as bytes, and a text is measured before it is handed out.
public struct JSONFields<Phrases: FieldPhrases>: Sendable {
    /// The members, as they were sent.
    public let object: JSONObject
    /// The most bytes of a text, if a field says nothing else.
    public let limit: Int

    /// Wraps an object that may have any members.
    ///
    /// - Parameters:
    ///   - object: The object.
    ///   - limit: The most bytes of a text, if a field says nothing else.
    @inlinable
    public init(_ object: JSONObject, upTo limit: Int = TextLimit.field) {
        self.object = object
        self.limit = limit
    }

    /// Wraps an object that has no members but these, so that a misspelt name is no silent loss.
    ///
    /// - Throws: ``FieldFault/unknown`` for the first member that is not among them.
    @inlinable
    public init(_ object: JSONObject, only names: Set<ByteText>) throws(Phrases.Failure) {
        self.init(object)
        guard let stranger = object.members.first(where: { !names.contains(ByteText($0.name)) })
        else { return }
        throw Phrases.failure(of: stranger.name, .unknown)
    }

    /// The value of a member; nil if there is none, or null stands for none in this dialect.
    @inlinable
    public func value(_ name: String) -> JSONValue? {
        guard let value = object[name] else { return nil }
        if Phrases.takesNullForAbsent, case .null = value { return nil }
        return value
    }

    /// Whether there is such a member.
    @inlinable
    public func has(_ name: String) -> Bool { object[name] != nil }

    /// The text of a member; nil if there is none, or it is something else.
    @inlinable
    public func textIfAny(_ name: String) -> String? {
        guard case .string(let text)? = object[name] else { return nil }
        return text
    }

    /// A text, if it is there.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - limit: The most bytes that are read; nil for the reader's own limit.
    ///   - told: The most bytes by the text's own rule, if those are fewer.
    /// - Returns: The text; nil if there is none.
    /// - Throws: ``FieldFault/notText(_:)`` or ``FieldFault/tooLong(_:)``.
    @inlinable
    public func text(
        _ name: String,
        upTo limit: Int? = nil,
        telling told: Int? = nil
    ) throws(Phrases.Failure) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else {
            throw Phrases.failure(of: name, .notText(value))
        }
        return try measured(text, name, limit ?? self.limit, telling: told)
    }

    /// A text that has to be there.
    ///
    /// - Throws: ``FieldFault/missing``, ``FieldFault/notText(_:)`` or ``FieldFault/tooLong(_:)``.
    @inlinable
    public func requiredText(
        _ name: String,
        upTo limit: Int? = nil
    ) throws(Phrases.Failure) -> String {
        guard let text = try text(name, upTo: limit) else {
            throw Phrases.failure(of: name, .missing)
        }
        return text
    }

    @usableFromInline
    func measured(
        _ text: String,
        _ name: String,
        _ limit: Int,
        telling told: Int? = nil
    ) throws(Phrases.Failure) -> String {
        guard text.utf8.count <= limit else {
            throw Phrases.failure(of: name, .tooLong(told ?? limit))
        }
        return text
    }

    /// A boolean, if it is there.
    ///
    /// - Throws: ``FieldFault/notFlag(_:)``.
    @inlinable
    public func flag(_ name: String) throws(Phrases.Failure) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let flag) = value else {
            throw Phrases.failure(of: name, .notFlag(value))
        }
        return flag
    }

    /// A boolean that has to be there.
    ///
    /// - Throws: ``FieldFault/missing`` or ``FieldFault/notFlag(_:)``.
    @inlinable
    public func requiredFlag(_ name: String) throws(Phrases.Failure) -> Bool {
        guard let flag = try flag(name) else { throw Phrases.failure(of: name, .missing) }
        return flag
    }

    /// A whole number from 0 to `limit`, if it is there.
    ///
    /// - Throws: ``FieldFault/notNumber(_:upTo:)`` or ``FieldFault/outOfRange(_:upTo:)``.
    @inlinable
    public func number(
        _ name: String,
        upTo limit: Int64 = .max
    ) throws(Phrases.Failure) -> Int64? {
        guard let value = value(name) else { return nil }
        if case .integer(let number) = value, (0...limit).contains(number) { return number }
        throw Phrases.failure(
            of: name,
            value.isWholeNumber ? .outOfRange(value, upTo: limit) : .notNumber(value, upTo: limit)
        )
    }
}
