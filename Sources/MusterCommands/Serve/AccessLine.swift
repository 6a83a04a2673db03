import MusterCore
import MusterServer

/// The line of the log that tells of one request.
///
/// Written piece by piece into the bytes that wait, since there may be tens of thousands in a second: as any other line it
/// would cost more than the answer to the request.
struct AccessLine {
    private let request: ServedRequest
    private let client: String

    init(_ request: ServedRequest) {
        self.request = request
        client = request.client?.description ?? "unknown"
    }

    /// Writes the line with its time and its end.
    func append(to bytes: inout [UInt8], _ format: LogFormat, _ time: String) {
        guard isPlain else {
            bytes += format.stamped(Array(format.line("info", "request", fields).utf8), time)
            return
        }
        let pieces = format == .json ? AccessLine.json : AccessLine.logfmt
        bytes.append(contentsOf: pieces[0].utf8)
        bytes.append(contentsOf: time.utf8)
        bytes.append(contentsOf: pieces[1].utf8)
        bytes.append(contentsOf: client.utf8)
        bytes.append(contentsOf: pieces[2].utf8)
        bytes.append(contentsOf: request.method.utf8)
        bytes.append(contentsOf: pieces[3].utf8)
        bytes.append(contentsOf: request.route.utf8)
        bytes.append(contentsOf: pieces[4].utf8)
        bytes.appendDecimal(UInt64(request.status))
        bytes.append(contentsOf: pieces[5].utf8)
        bytes.appendDecimal(microseconds)
        bytes.append(contentsOf: pieces[6].utf8)
        bytes.append(contentsOf: request.id.utf8)
        bytes.append(contentsOf: pieces[7].utf8)
    }

    /// What stands around the values in each form.
    private static let logfmt = [
        "time=", " level=info message=request client=", " http.method=", " http.route=",
        " http.status=", " microseconds=", " request.id=", "\n",
    ]
    private static let json = [
        "{\"time\":\"", "\",\"level\":\"info\",\"message\":\"request\",\"client\":\"",
        "\",\"http.method\":\"", "\",\"http.route\":\"", "\",\"http.status\":\"",
        "\",\"microseconds\":\"", "\",\"request.id\":\"", "\"}\n",
    ]

    private var microseconds: UInt64 { request.nanoseconds / 1000 }

    /// Whether no value needs quotes in either form.
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

    private var fields: [(key: String, value: String)] {
        [
            ("client", client), ("http.method", request.method), ("http.route", request.route),
            ("http.status", "\(request.status)"), ("microseconds", "\(microseconds)"),
            ("request.id", request.id),
        ]
    }
}

extension LogSink: AccessLog {
    func note(_ request: ServedRequest) {
        say(AccessLine(request))
    }
}

extension [UInt8] {
    /// Adds a number in decimal digits.
    fileprivate mutating func appendDecimal(_ number: UInt64) {
        guard number >= 10 else { return append(UInt8(ascii: "0") + UInt8(number)) }
        appendDecimal(number / 10)
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
