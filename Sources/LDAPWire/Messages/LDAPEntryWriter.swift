/// Writes entries that a search has found, one message behind the other, into one piece of memory.
public struct LDAPEntryWriter: Sendable {
    /// The client's number of the search.
    private let id: Int
    /// Whether the client wants the names of attributes alone.
    private let typesOnly: Bool
    private var writer: BERWriter
    /// What has begun of the entry: the message, the answer and the list of attributes.
    private var opened: [BERWriter.Opening] = []
    /// The attribute of which values come.
    private var attribute: [UInt8] = []
    /// The attribute and the set of its values, once there is one.
    private var values: (attribute: BERWriter.Opening, set: BERWriter.Opening)?

    /// Begins with no entry.
    ///
    /// - Parameters:
    ///   - id: The client's number of the search.
    ///   - typesOnly: Whether the client wants the names of attributes alone.
    ///   - capacity: How many bytes are expected.
    public init(to id: Int, typesOnly: Bool = false, capacity: Int = 1_024) {
        self.id = id
        self.typesOnly = typesOnly
        writer = BERWriter(capacity: capacity)
        opened.reserveCapacity(3)
    }

    /// What was written: whole messages, where no entry has begun.
    public var bytes: [UInt8] { writer.bytes }

    /// How many bytes were written.
    public var count: Int { writer.bytes.count }

    /// Begins an entry.
    ///
    /// - Parameter name: Its distinguished name.
    public mutating func begin(_ name: [UInt8]) {
        // Nearly every entry has some hundred bytes.
        opened.append(writer.begin(isLong: true))
        writer.integer(id)
        opened.append(writer.begin(0x64, isLong: true))
        writer.octets(name)
        opened.append(writer.begin(isLong: true))
    }

    /// Ends the entry.
    public mutating func end() {
        while let element = opened.popLast() { writer.end(element) }
    }

    /// Begins an attribute, which goes out once, with all of its values, or not at all where it has none.
    ///
    /// - Parameter name: Its name.
    public mutating func begin(attribute name: [UInt8]) {
        attribute = name
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

    private mutating func beginValues() {
        guard values == nil else { return }
        let element = writer.begin()
        writer.octets(attribute)
        values = (element, writer.begin(BERTag.set))
    }

    /// Ends the attribute.
    public mutating func endAttribute() {
        guard let (element, set) = values else { return }
        writer.end(set)
        writer.end(element)
        values = nil
    }
}
