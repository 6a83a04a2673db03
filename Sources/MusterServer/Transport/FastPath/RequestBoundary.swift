import HTTPTypes
import NIOCore

/// Follows where requests end in the bytes that NIO's parser is given, as far as that is beyond doubt.
///
/// A request may be answered ahead of that parser only when it stands between two requests. So everything that
/// is not plain, as a body in chunks or a head in pieces, loses the place for the rest of the connection.
struct RequestBoundary {
    private enum Place {
        case between
        case inBody(Int)
        case lost
    }

    private var place = Place.between

    /// Whether the next byte is the first of a request.
    var isReached: Bool {
        if case .between = place { true } else { false }
    }

    /// Follows bytes that are passed on.
    mutating func pass(_ bytes: ByteBuffer) {
        var bytes = bytes
        var head = RequestHead()
        while bytes.readableBytes > 0 {
            switch place {
            case .between:
                guard head.read(bytes), let body = head.bodyLength else {
                    place = .lost
                    return
                }
                bytes.moveReaderIndex(forwardBy: head.length)
                place = body == 0 ? .between : .inBody(body)
            case .inBody(let rest):
                let count = min(rest, bytes.readableBytes)
                bytes.moveReaderIndex(forwardBy: count)
                place = rest == count ? .between : .inBody(rest - count)
            case .lost:
                return
            }
        }
    }
}

extension RequestHead {
    /// The most digits of a length that is believed; more than any body that is taken.
    private static let lengthDigits = 12

    /// How many bytes follow the head (RFC 9112 section 6.3); nil if that is not said in the plainest way.
    var bodyLength: Int? {
        guard isPresentVersion, staysOpen, !known.contains(.framing),
            Self.methods.contains(where: isMethod)
        else { return nil }
        let lengths = values(of: .contentLength)
        guard let text = lengths.first else { return 0 }
        guard lengths.count == 1, text.utf8.count <= Self.lengthDigits else { return nil }
        return Int(digits: text)
    }

    /// Whether nothing is said of the connection but that it stays open.
    private var staysOpen: Bool {
        !known.contains(.connection)
            || values(of: .connection).allSatisfy { $0.isEqual(to: "keep-alive") }
    }

    /// Whether it asks for something, in the version of today, of a host with a short name, and says nothing of a body, of a
    /// condition, of somebody in whose name it is sent, nor of the connection but that it stays open.
    var isPlainRead: Bool {
        isGET && isPresentVersion && known.isDisjoint(with: [.involved, .framing, .moreHosts])
            && known.contains(.host) && hostLength <= RequestLimits.hostBytes && staysOpen
    }

    /// Those that NIO's parser knows for certain, without the one that makes a tunnel of the connection.
    private static let methods: [StaticString] = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
    ]
}
