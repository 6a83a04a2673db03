import MusterCore
import MusterServer
import TextBytes

/// The line of the log that tells of one request.
///
/// Put together piece by piece in a place of its own, since there may be tens of thousands in a second: as any other line it
/// would cost more than the answer to the request, and who writes would keep all others waiting meanwhile.
struct AccessLine {
    private let request: ServedRequest
    private let client: String

    init(_ request: ServedRequest) {
        self.request = request
        client = request.client?.description ?? "unknown"
    }

    /// What stands before the time.
    static func opening(_ format: LogFormat) -> StaticString {
        format == .json ? "{\"time\":\"" : "time="
    }

    /// Lends all that stands after the time, with the line's end.
    func withRest<Result>(
        _ format: LogFormat,
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        guard isPlain else { return Array(oddRest(format).utf8).withUnsafeBufferPointer(body) }
        let pieces = format == .json ? AccessLine.json : AccessLine.logfmt
        let texts = [client, request.method, request.route, request.id]
        let room = texts.reduce(AccessLine.room) { $0 + $1.utf8.count }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { output in
            var line = RoomWriter(UnsafeMutableRawBufferPointer(output))
            line.add(pieces.client)
            line.add(client)
            line.add(pieces.method)
            line.add(request.method)
            line.add(pieces.route)
            line.add(request.route)
            line.add(pieces.status)
            line.add(decimal: UInt64(clamping: request.status))
            line.add(pieces.microseconds)
            line.add(decimal: microseconds)
            line.add(pieces.id)
            line.add(request.id)
            line.add(pieces.end)
            return body(UnsafeBufferPointer(rebasing: output[..<line.count]))
        }
    }

    /// What stands around the values.
    private struct Pieces {
        let client, method, route, status, microseconds, id, end: StaticString
    }

    private static let logfmt = Pieces(
        client: " level=info message=request client=",
        method: " http.method=",
        route: " http.route=",
        status: " http.status=",
        microseconds: " microseconds=",
        id: " request.id=",
        end: "\n"
    )
    private static let json = Pieces(
        client: "\",\"level\":\"info\",\"message\":\"request\",\"client\":\"",
        method: "\",\"http.method\":\"",
        route: "\",\"http.route\":\"",
        status: "\",\"http.status\":\"",
        microseconds: "\",\"microseconds\":\"",
        id: "\",\"request.id\":\"",
        end: "\"}\n"
    )
    /// Room for the pieces and two numbers of 20 digits.
    private static let room = 256

    private var microseconds: UInt64 { request.nanoseconds / 1000 }

    /// Whether no value needs quotes in either form; the number is the server's own.
    private var isPlain: Bool {
        AccessLine.isPlain(request.method) && AccessLine.isPlain(request.route)
            && AccessLine.isPlain(client)
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"")
                    && byte != UInt8(ascii: "=") && byte != UInt8(ascii: "\\")
            }
    }

    /// The rest of a line as that of any other.
    private func oddRest(_ format: LogFormat) -> String {
        let fields = [
            ("client", client), ("http.method", request.method), ("http.route", request.route),
            ("http.status", "\(request.status)"), ("microseconds", "\(microseconds)"),
            ("request.id", request.id),
        ]
        let line = format.line("info", "request", fields)
        return format == .json ? "\",\(line)}\n" : " \(line)\n"
    }
}

extension LogSink: AccessLog {
    func note(_ request: ServedRequest) {
        say(AccessLine(request))
    }
}
