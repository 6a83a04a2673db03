import CQRencode

/// A QR code (ISO/IEC 18004) of some bytes, as a square of dark and light modules; libqrencode makes it.
public struct QRCode: Sendable, Equatable {
    /// The most bytes that are taken: what the largest code of level M holds.
    public static let maximumBytes = 2_331
    /// How many light modules have to be around a code.
    public static let margin = 4

    /// How many modules a side has, without the margin.
    public let size: Int
    /// The modules row by row; true for the dark ones.
    let modules: [Bool]

    /// Makes the code of a text, with error correction of level M; nil if the text is empty or too long.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (1...QRCode.maximumBytes).contains(bytes.count),
            let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M)
        else { return nil }
        defer { QRcode_free(code) }
        size = Int(code.pointee.width)
        // The lowest bit says whether a module is dark.
        modules = UnsafeBufferPointer(start: code.pointee.data, count: size * size).map {
            $0 & 1 == 1
        }
    }

    /// Whether a module is dark; those outside are light.
    func isDark(_ row: Int, _ column: Int) -> Bool {
        guard (0..<size).contains(row), (0..<size).contains(column) else { return false }
        return modules[row * size + column]
    }
}
