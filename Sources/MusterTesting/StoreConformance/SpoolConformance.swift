public import MusterCore
import Testing

/// What all makers of spools for imports promise.
public struct SpoolConformance: Sendable {
    private let spools: any ImportSpools

    /// Tests one maker.
    public init(_ spools: any ImportSpools) {
        self.spools = spools
    }

    /// What an import puts aside comes back in its order.
    ///
    /// - Throws: What a spool throws where none of its promises lets it.
    public func everything() throws {
        let pieces: [[UInt8]] = [
            [1, 2, 3], [], Array("secret".utf8), [UInt8](repeating: 0xA5, count: 1_000_000), [0],
        ]
        let spool = try spools.makeSpool()
        let other = try spools.makeSpool()
        for piece in pieces { try spool.append(piece) }
        try other.append([9])
        for piece in pieces { #expect(try spool.next() == piece) }
        #expect(try spool.next() == nil)
        #expect(try other.next() == [9], "one import does not see another's")
        #expect(try spools.makeSpool().next() == nil)
    }
}
