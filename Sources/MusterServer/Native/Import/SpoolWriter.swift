import MusterAPI
import MusterCore
import WireJSON

/// Puts lines that were looked at into a spool, piece by piece.
struct SpoolWriter {
    /// Bytes of one piece: few enough for little memory, enough for few boxes.
    private static let pieceSize = 262_144

    private let spool: any ImportSpool
    private var piece: [UInt8] = []

    init(_ spool: any ImportSpool) {
        self.spool = spool
    }

    /// Keeps lines of which none has failed.
    ///
    /// Passwords in the clear are kept as the hashes they have become.
    mutating func keep(
        _ lines: ArraySlice<LineSplitter.Line>,
        _ candidates: [ImportCandidate]
    ) throws(MusterError) {
        var rest = candidates[...]
        for line in lines {
            if let candidate = rest.first, candidate.number == line.number {
                rest = rest.dropFirst()
                piece += try candidate.kept(line)
            }
            // Blank lines are kept as such, so that the numbers stay right.
            piece.append(UInt8(ascii: "\n"))
        }
        if piece.count >= SpoolWriter.pieceSize { try finish() }
    }

    /// Keeps what is left.
    mutating func finish() throws(MusterError) {
        guard !piece.isEmpty else { return }
        try spool.append(piece)
        piece.removeAll(keepingCapacity: true)
    }
}

extension ImportCandidate {
    /// The line as it may be kept: with the hash where a password stood.
    fileprivate func kept(_ line: LineSplitter.Line) throws(MusterError) -> ArraySlice<UInt8> {
        guard cameInClear, let hash else { return line.bytes ?? [] }
        var body = try ImportBody(line)
        body.user.password = nil
        body.passwordHash = hash.text
        var json = JSONWriter(reserving: 1024)
        body.write(to: &json)
        return json.bytes[...]
    }
}
