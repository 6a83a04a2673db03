import FoundationEssentials
import MusterCore
import SystemCalls

/// A socket that listens already, handed over by a service manager (sd_listen_fds(3), systemd 252).
struct PassedSocket: Sendable, Equatable {
    /// The first descriptor that is handed over.
    static let first: CInt = 3

    let descriptor: CInt
    /// Where it listens, as it stands in a URL.
    let shown: String

    /// Takes over what was handed to this process.
    ///
    /// - Parameters:
    ///   - environment: The environment, of which `LISTEN_PID` and `LISTEN_FDS` are read.
    ///   - process: This process.
    ///   - first: The first descriptor.
    /// - Returns: The socket; nil if none was handed to this process.
    /// - Throws: ``MusterError`` with code `setting.invalid` where it is not one socket of TCP that listens.
    static func taken(
        _ environment: [String: String],
        process: Int32 = getpid(),
        first: CInt = first
    ) throws(MusterError) -> PassedSocket? {
        guard let text = environment["LISTEN_FDS"], environment["LISTEN_PID"] == String(process)
        else { return nil }
        guard let count = Int(text), count >= 0 else {
            throw refusal("LISTEN_FDS has to be a number, and is '\(text.prefix(40))'.")
        }
        guard count > 0 else { return nil }
        guard count == 1 else {
            throw refusal(
                "\(count) sockets were handed over, and there can be one. Leave one ListenStream= in the socket unit."
            )
        }
        guard option(first, SO_TYPE) == Int32(SOCK_STREAM.rawValue),
            option(first, SO_ACCEPTCONN) == 1,
            let address = address(of: first)
        else {
            throw refusal(
                "Descriptor \(first), which was handed over, is no socket of TCP that listens. Use ListenStream= with a "
                    + "port, and Accept=no, in the socket unit."
            )
        }
        _ = fcntl(first, F_SETFD, FD_CLOEXEC)
        return PassedSocket(descriptor: first, shown: address)
    }

    private static func refusal(_ sentence: String) -> MusterError {
        MusterError(.settingInvalid, sentence)
    }

    private static func option(_ descriptor: CInt, _ name: CInt) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 else { return nil }
        return value
    }

    /// The address of IPv4 or IPv6 that a socket listens on, without its port.
    private static func address(of descriptor: CInt) -> String? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &size)
            }
        }
        guard code == 0 else { return nil }
        let isIPv6 = storage.ss_family == sa_family_t(AF_INET6)
        guard isIPv6 || storage.ss_family == sa_family_t(AF_INET) else { return nil }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let named = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getnameinfo($0, size, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            }
        }
        guard named == 0 else { return nil }
        let host = String(
            decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
        return isIPv6 ? "[\(host)]" : host
    }
}
