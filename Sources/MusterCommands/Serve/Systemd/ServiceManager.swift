import FoundationEssentials
import MusterCore
import SystemCalls

/// Tells a service manager how the process fares, where it asked for that (sd_notify(3), systemd 252).
///
/// The protocol is datagrams to the Unix domain socket that `NOTIFY_SOCKET` names. It needs no library.
struct ServiceManager: Sendable {
    /// The longest name of a socket, without the zero at its end (unix(7)).
    private static let nameLimit = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// The name of its socket, as bytes; nil if nobody wants to know.
    private let name: [UInt8]?
    /// Half of the time after which it takes a silent process for dead; nil if it does not watch.
    let watchdogInterval: Duration?

    /// Reads what the manager wants.
    ///
    /// - Parameters:
    ///   - environment: The environment, of which `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` are read.
    ///   - process: This process.
    /// - Throws: ``MusterError`` with code `setting.invalid` where one of them cannot be what a manager writes.
    init(_ environment: [String: String], process: Int32 = getpid()) throws(MusterError) {
        name = try ServiceManager.name(environment["NOTIFY_SOCKET"])
        watchdogInterval = try ServiceManager.interval(environment, process)
    }

    private static func name(_ text: String?) throws(MusterError) -> [UInt8]? {
        guard let text, !text.isEmpty else { return nil }
        var bytes = Array(text.utf8)
        guard bytes.count <= nameLimit,
            bytes[0] == UInt8(ascii: "/") || bytes[0] == UInt8(ascii: "@")
        else {
            throw MusterError(
                .settingInvalid,
                "NOTIFY_SOCKET has to be a path or a name after @ of at most \(nameLimit) bytes, and is "
                    + "'\(text.prefix(40))'. The service manager sets it: do not set it yourself."
            )
        }
        // A name in no file system begins with a zero.
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        return bytes
    }

    private static func interval(
        _ environment: [String: String],
        _ process: Int32
    ) throws(MusterError) -> Duration? {
        guard let text = environment["WATCHDOG_USEC"], !text.isEmpty else { return nil }
        // Meant for another process, from which this one has it.
        if let owner = environment["WATCHDOG_PID"], owner != String(process) { return nil }
        guard let microseconds = Int64(text), microseconds > 0 else {
            throw MusterError(
                .settingInvalid,
                "WATCHDOG_USEC has to be a number of microseconds from 1, and is '\(text.prefix(40))'. The service "
                    + "manager sets it: do not set it yourself."
            )
        }
        return .microseconds(microseconds / 2)
    }

    /// Tells something.
    ///
    /// - Parameter state: Assignments, one a line, such as `READY=1`.
    /// - Returns: Whether it was sent, or nobody wants to know.
    @discardableResult
    func tell(_ state: String) -> Bool {
        guard let name else { return true }
        let descriptor = socket(
            AF_UNIX,
            Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        // A name in no file system ends where the address does.
        let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        let length = socklen_t(start + name.count + (name[0] == 0 ? 0 : 1))
        let bytes = Array(state.utf8)
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
        return sent == bytes.count
    }
}
