public import FoundationEssentials

extension MusterClient {
    /// A user or a group, as the API names one: by number, UUID or name.
    ///
    /// A literal of digits is a number, a literal of text a name.
    public struct Reference: Sendable, Hashable, ExpressibleByIntegerLiteral,
        ExpressibleByStringLiteral
    {
        /// What stands before a name, which may read like a number or a UUID.
        private static let namePrefix = "name:"

        /// The text, as paths and queries have it before they are percent-encoded.
        package let text: String

        private init(text: String) {
            self.text = text
        }

        /// Names by number.
        public static func id(_ number: Int64) -> Reference { Reference(text: String(number)) }

        /// Names by UUID.
        public static func uuid(_ uuid: UUID) -> Reference { Reference(text: uuid.uuidString) }

        /// Names by user name, or by the name of a group.
        public static func name(_ name: String) -> Reference { Reference(text: namePrefix + name) }

        /// Names by digits or a UUID as somebody has typed them.
        ///
        /// The server knows nobody by more digits than a number has.
        package static func verbatim(_ text: String) -> Reference { Reference(text: text) }

        /// Names by number.
        public init(integerLiteral value: Int64) {
            self = .id(value)
        }

        /// Names by name.
        public init(stringLiteral value: String) {
            self = .name(value)
        }

        /// Whether both are spelled with the same bytes.
        public static func == (one: Reference, other: Reference) -> Bool {
            one.text.utf8.elementsEqual(other.text.utf8)
        }

        /// Hashes the bytes of the spelling.
        public func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }
}
