/// Writes entries that a search has found, one message behind the other, into one piece of memory.
public struct LDAPEntryWriter: Sendable {
    /// How an attribute begins, made once for all entries: with its name, and the set of its values.
    public struct Attribute: Sendable {
        fileprivate let bytes: [UInt8]
        fileprivate let element: BERWriter.Opening
        fileprivate let set: BERWriter.Opening

        /// The beginning of an attribute.
        public init(_ name: some Collection<UInt8>) {
            var writer = BERWriter(capacity: name.count + 8)
            element = writer.begin()
            writer.octets(name)
            set = writer.begin(BERTag.set)
            bytes = writer.bytes
        }
    }

    /// Values of an attribute that many entries have alike, made once.
    public struct Values: Sendable {
        fileprivate let bytes: [UInt8]

        /// Some values, one at least.
        public init(_ values: [[UInt8]]) {
            var writer = BERWriter()
            for value in values { writer.octets(value) }
            bytes = writer.bytes
        }
    }

    /// Whether the client wants the names of attributes alone.
    private let typesOnly: Bool
    private var writer: BERWriter
    /// How each entry begins: the message, with the client's number of the search, and the answer.
    private let head: [UInt8]
    private let headMessage: BERWriter.Opening
    private let headAnswer: BERWriter.Opening
    /// What has begun of the entry.
    private var entry: (message: BERWriter.Opening, answer: BERWriter.Opening)?
    /// The list of its attributes.
    private var list: BERWriter.Opening?
    /// The attribute of which values come.
    private var attribute: Attribute?
    /// The attribute and the set of its values, once there is one.
    private var values: (attribute: BERWriter.Opening, set: BERWriter.Opening)?

    /// Begins with no entry.
    ///
    /// - Parameters:
    ///   - id: The client's number of the search.
    ///   - typesOnly: Whether the client wants the names of attributes alone.
    ///   - capacity: How many bytes are expected.
    public init(to id: Int, typesOnly: Bool = false, capacity: Int = 1_024) {
        self.typesOnly = typesOnly
        writer = BERWriter(capacity: capacity)
        // Nearly every entry has some hundred bytes.
        var first = BERWriter(capacity: 16)
        headMessage = first.begin(isLong: true)
        first.integer(id)
        headAnswer = first.begin(0x64, isLong: true)
        head = first.bytes
    }

    /// What was written: whole messages, where no entry has begun.
    public var bytes: [UInt8] { writer.bytes }

    /// How many bytes were written.
    public var count: Int { writer.count }

    /// Begins an entry.
    ///
    /// - Parameter name: Its distinguished name.
    public mutating func begin(_ name: [UInt8]) {
        let start = count
        writer.raw(head)
        entry = (headMessage.behind(start), headAnswer.behind(start))
        writer.octets(name)
        list = writer.begin(isLong: true)
    }

    /// Ends the entry.
    public mutating func end() {
        guard let entry, let list else { return }
        writer.end(list)
        writer.end(entry.answer)
        writer.end(entry.message)
        (self.entry, self.list) = (nil, nil)
    }

    /// Begins an attribute, which goes out once, with all of its values, or not at all where it has none.
    ///
    /// - Parameter attribute: Which one.
    public mutating func begin(_ attribute: Attribute) {
        self.attribute = attribute
    }

    /// Writes a value.
    public mutating func add(_ value: String) {
        beginValues()
        if !typesOnly { writer.octets(value) }
    }

    /// Writes a value.
    public mutating func add(_ value: [UInt8]) {
        beginValues()
        if !typesOnly { writer.octets(value) }
    }

    /// Writes values.
    public mutating func add(_ values: Values) {
        beginValues()
        if !typesOnly { writer.raw(values.bytes) }
    }

    private mutating func beginValues() {
        guard values == nil, let attribute else { return }
        let start = count
        writer.raw(attribute.bytes)
        values = (attribute.element.behind(start), attribute.set.behind(start))
    }

    /// Ends the attribute.
    public mutating func endAttribute() {
        guard let (element, set) = values else { return }
        writer.end(set)
        writer.end(element)
        values = nil
    }
}
