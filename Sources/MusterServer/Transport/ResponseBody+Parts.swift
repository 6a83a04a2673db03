import Hummingbird
import NIOCore

extension ResponseBody {
    /// How many bytes are written at a time: as many as wait for a peer before it is waited for.
    private static let partBytes = 8192

    /// A body that many share, of which each connection holds no more than a part or two while its peer does not read.
    ///
    /// What TLS encrypts is a connection's own: of bytes that are written as a whole, it holds all.
    init(inParts bytes: ByteBuffer) {
        self.init(contentLength: bytes.readableBytes) { writer in
            var rest = bytes
            while let part = rest.readSlice(length: min(rest.readableBytes, Self.partBytes)),
                part.readableBytes > 0
            {
                try await writer.write(part)
            }
            try await writer.finish(nil)
        }
    }
}
