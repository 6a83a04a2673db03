import FoundationEssentials
import MusterSQL

extension SQLValue {
    /// How many bytes the value's binary form has.
    private var byteCount: Int {
        switch self {
        case .integer: 8
        case .truth: 1
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .uuid: 16
        }
    }

    /// Appends the value's binary form, in which all are sent (https://www.postgresql.org/docs/15/protocol-overview.html), so
    /// that nothing has to be escaped and no text ends at its first NUL.
    ///
    /// - Returns: How many bytes it has.
    @discardableResult
    func append(to form: inout [UInt8]) -> Int {
        switch self {
        case .integer(let number): withUnsafeBytes(of: number.bigEndian) { form += $0 }
        case .truth(let isTrue): form.append(isTrue ? 1 : 0)
        case .text(let text): form += text.utf8
        case .bytes(let bytes): form += bytes
        case .uuid(let uuid): withUnsafeBytes(of: uuid.uuid) { form += $0 }
        }
        return byteCount
    }

    /// Appends the value's binary form behind its length, as arrays have it.
    func appendMeasured(to form: inout [UInt8]) {
        withUnsafeBytes(of: Int32(truncatingIfNeeded: byteCount).bigEndian) { form += $0 }
        append(to: &form)
    }
}

extension SQLArgument {
    /// The value's binary form.
    var binary: [UInt8] {
        var form: [UInt8] = []
        sqlValue.append(to: &form)
        return form
    }
}

/// A value that can also be read from a row's column.
protocol PostgresValue: SQLArgument {
    /// The number of the type that a column must have to be read so (`pg_type.oid`).
    static var type: UInt32 { get }
    /// Stands for what could not be read, which the whole result is refused for.
    static var nothing: Self { get }

    /// Reads a binary form; nil if it is none.
    init?(binary: UnsafeRawBufferPointer)
}

extension Int64: PostgresValue {
    static let type: UInt32 = 20
    static let nothing: Int64 = 0

    init?(binary: UnsafeRawBufferPointer) {
        guard binary.count == 8 else { return nil }
        self.init(bigEndian: binary.loadUnaligned(as: Int64.self))
    }
}

extension Int: PostgresValue {
    static let type = Int64.type
    static let nothing = 0

    init?(binary: UnsafeRawBufferPointer) {
        guard let number = Int64(binary: binary) else { return nil }
        self.init(exactly: number)
    }
}

extension Bool: PostgresValue {
    static let type: UInt32 = 16
    static let nothing = false

    init?(binary: UnsafeRawBufferPointer) {
        guard binary.count == 1, let byte = binary.first, byte <= 1 else { return nil }
        self = byte == 1
    }
}

extension String: PostgresValue {
    static let type: UInt32 = 25
    static let nothing = ""

    init?(binary: UnsafeRawBufferPointer) {
        self.init(validating: binary, as: UTF8.self)
    }
}

extension [UInt8]: PostgresValue {
    static let type: UInt32 = 17
    static let nothing: [UInt8] = []

    init?(binary: UnsafeRawBufferPointer) {
        self.init(binary)
    }
}

extension UUID: PostgresValue {
    static let type: UInt32 = 2950
    static let nothing = UUID(uuid: zero)

    init?(binary: UnsafeRawBufferPointer) {
        guard binary.count == 16 else { return nil }
        self.init(uuid: binary.loadUnaligned(as: uuid_t.self))
    }

    private static let zero: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}
