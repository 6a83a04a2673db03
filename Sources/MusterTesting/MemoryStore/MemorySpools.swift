public import MusterCore

/// Imports that wait in memory.
public struct MemorySpools: ImportSpools {
    /// Keeps nothing yet.
    public init() {}

    /// Makes a place in memory for an import.
    public func makeSpool() throws(MusterError) -> any ImportSpool { MemorySpool() }
}

/// Pieces of an import in memory.
final class MemorySpool: ImportSpool {
    private var pieces: [[UInt8]] = []
    private var position = 0

    func append(_ piece: [UInt8]) throws(MusterError) {
        pieces.append(piece)
    }

    func next() throws(MusterError) -> [UInt8]? {
        guard position < pieces.count else { return nil }
        defer { position += 1 }
        return pieces[position]
    }
}
