/// Writes bytes into room that was made for all of them.
///
/// What is put together from many pieces, for every request, is measured first and then written in one go: to ask a growing buffer
/// for room at each piece costs more than the pieces. To write more than there is room for ends the program.
public struct RoomWriter {
    @usableFromInline let room: UnsafeMutableRawBufferPointer
    @usableFromInline var written = 0

    /// How many bytes have been written.
    @inlinable public var count: Int { written }

    /// Writes from the beginning of `room`.
    @inlinable public init(_ room: UnsafeMutableRawBufferPointer) {
        self.room = room
    }

    /// Writes some bytes.
    @inlinable public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        precondition(bytes.count <= room.count - written)
        guard let place = room.baseAddress else { return }
        (place + written).copyMemory(from: start, byteCount: bytes.count)
        written += bytes.count
    }

    /// Writes a piece of the program's own.
    @inlinable public mutating func add(_ piece: StaticString) {
        add(UnsafeRawBufferPointer(start: piece.utf8Start, count: piece.utf8CodeUnitCount))
    }

    /// Writes a text in UTF-8.
    @inlinable public mutating func add(_ text: String) {
        text.withBytes { add(UnsafeRawBufferPointer($0)) }
    }

    /// Writes a number in decimal digits, 20 at most.
    @inlinable public mutating func add(decimal number: UInt64) {
        var end = written + 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            end += 1
        }
        precondition(end <= room.count)
        rest = number
        for place in (written..<end).reversed() {
            room[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        written = end
    }
}
