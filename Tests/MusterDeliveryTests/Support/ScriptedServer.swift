import Dispatch
import Foundation
import Synchronization

/// A mail server without TLS that says what a test tells it to, on a loopback port, a connection at a time.
final class ScriptedServer: Sendable {
    /// What to do at one stage of a talk.
    enum Step: Sendable {
        /// Say a line, and more of them after it.
        case say(String)
        /// Read a line, and keep it.
        case hear
        /// Read up to the line that is a full stop alone, and keep it.
        case hearMessage
        /// Read a request of HTTP to its end, and keep the lines of its head.
        case hearRequest
        /// Say many bytes that are no line.
        case flood(Int)
        /// Say nothing until the other side has gone.
        case wait
        /// Close the connection.
        case close
    }

    let port: Int
    private let listener: Int32
    private let kept = Mutex<[String]>([])
    private let done = DispatchSemaphore(value: 0)
    private let accepted = Mutex(0)

    /// What was heard, without ends of lines.
    var heard: [String] { kept.withLock { $0 } }

    /// How many connections there were.
    var connections: Int { accepted.withLock { $0 } }

    /// Listens, and takes as many connections as there are scripts, one after the other.
    init(_ scripts: [[Step]]) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [self] in
            for script in scripts {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                accepted.withLock { $0 += 1 }
                play(script, connection)
                close(connection)
            }
            done.signal()
        }
        thread.start()
    }

    /// Waits until all scripts are played, to nobody where those for whom they are have given up before they came.
    func finish() async {
        await withCheckedContinuation { continuation in
            Thread { [self] in
                while done.wait(timeout: .now() + 1) == .timedOut { comeAndGo() }
                close(listener)
                continuation.resume()
            }.start()
        }
    }

    /// Connects, and is gone again.
    private func comeAndGo() {
        // It waits for nobody to be taken in.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        let guest = socket(AF_INET, kind, 0)
        var address = sockaddr_in()
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = connect(guest, $0, length)
            }
        }
        close(guest)
    }

    private func play(_ script: [Step], _ connection: Int32) {
        for step in script {
            switch step {
            case .say(let text): say(Array((text + "\r\n").utf8), connection)
            case .flood(let count): flood(count, connection)
            case .hear:
                guard let line = line(connection) else { return }
                kept.withLock { $0.append(line) }
            case .hearMessage:
                var isOpen = true
                while isOpen, let line = line(connection) {
                    kept.withLock { $0.append(line) }
                    isOpen = !line.utf8.elementsEqual(".".utf8)
                }
            case .hearRequest:
                guard hearRequest(connection) else { return }
            case .wait: while line(connection) != nil {}
            case .close: return
            }
        }
    }

    private func hearRequest(_ connection: Int32) -> Bool {
        var length = 0
        while let line = line(connection) {
            if line.isEmpty {
                var body = [UInt8](repeating: 0, count: length)
                return recv(connection, &body, length, Int32(MSG_WAITALL)) == length
            }
            kept.withLock { $0.append(line) }
            let parts = line.lowercased().split(separator: ":")
            if parts.count == 2, parts[0] == "content-length" {
                length = Int(parts[1].trimmingCharacters(in: .whitespaces)) ?? 0
            }
        }
        return false
    }

    /// Says many bytes, a piece at a time, until they are said or nobody listens any more.
    private func flood(_ count: Int, _ connection: Int32) {
        let piece = [UInt8](repeating: 0x61, count: 65_536)
        var left = count
        while left > 0, say(Array(piece.prefix(left)), connection) { left -= piece.count }
    }

    @discardableResult
    private func say(_ bytes: [UInt8], _ connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func line(_ connection: Int32) -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while recv(connection, &byte, 1, 0) == 1 {
            if byte == 0x0A { return String(decoding: bytes.filter { $0 != 0x0D }, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }
}
