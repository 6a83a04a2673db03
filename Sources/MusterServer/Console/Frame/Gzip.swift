import CZlib

/// Compresses what is sent often and never changes (RFC 1952), by zlib.
enum Gzip {
    /// The largest window, and 16 more for gzip's own head and end (zlib.h, `deflateInit2`).
    private static let windowBits: Int32 = 15 + 16
    /// The most memory that zlib takes for its state, 256 KiB, for as long as a call lasts (zlib.h, `memLevel`).
    private static let memoryLevel: Int32 = 9

    /// The bytes compressed as well as zlib can; nil if there is no memory for it, or nothing is won.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard let length = UInt32(exactly: bytes.count),
            deflateInit2_(
                &stream,
                Z_BEST_COMPRESSION,
                Z_DEFLATED,
                windowBits,
                memoryLevel,
                Z_DEFAULT_STRATEGY,
                ZLIB_VERSION,
                size
            ) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var input = bytes
        // Where it does not fit into as many bytes as before, nothing is won.
        let output = [UInt8](unsafeUninitializedCapacity: bytes.count) { output, count in
            let result = input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = length
                stream.next_out = output.baseAddress
                stream.avail_out = length
                return deflate(&stream, Z_FINISH)
            }
            count = result == Z_STREAM_END ? bytes.count - Int(stream.avail_out) : 0
        }
        return output.isEmpty ? nil : output
    }
}
