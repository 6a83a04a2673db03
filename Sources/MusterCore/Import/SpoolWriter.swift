/// Puts lines that were looked at into a spool, piece by piece.
struct SpoolWriter<Format: ImportFormat> {
    /// Bytes of one piece: few enough for little memory, enough for few boxes.
    private static var pieceSize: Int { 262_144 }

    private let spool: any ImportSpool
    private let format: Format
    private var piece: [UInt8] = []

    init(_ spool: any ImportSpool, as format: Format) {
        self.spool = spool
        self.format = format
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
                piece += try kept(line, candidate)
            }
            // Blank lines are kept as such, so that the numbers stay right.
            piece.append(UInt8(ascii: "\n"))
        }
        if piece.count >= Self.pieceSize { try finish() }
    }

    /// Keeps what is left.
    mutating func finish() throws(MusterError) {
        guard !piece.isEmpty else { return }
        try spool.append(piece)
        piece.removeAll(keepingCapacity: true)
    }

    /// The line as it may be kept: with the hash where a password stood.
    private func kept(
        _ line: LineSplitter.Line,
        _ candidate: ImportCandidate
    ) throws(MusterError) -> ArraySlice<UInt8> {
        guard candidate.cameInClear, let hash = candidate.hash else { return line.bytes ?? [] }
        return try format.line(line, with: hash)
    }
}
