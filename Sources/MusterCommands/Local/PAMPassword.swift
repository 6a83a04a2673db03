import FoundationEssentials
import MusterCore
import NIOCore
import SystemCalls

/// The password that PAM writes to the standard input of the program that it runs.
enum PAMPassword {
    /// The longest password, in bytes.
    private static let maximumBytes = 1024

    /// Reads to the end, and takes off one NUL, which some PAM libraries write after the password.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` if there is no password, or one that no user
    ///   can have, or it is not there in time.
    static func read(by deadline: NIODeadline) throws(MusterError) -> Secret<String> {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: maximumBytes)
        while bytes.count <= maximumBytes + 1 {
            try wait(by: deadline)
            let count = SystemCalls.read(STDIN_FILENO, &buffer, buffer.count)
            guard count >= 0 else { throw refusal("cannot be read") }
            if count == 0 { break }
            bytes += buffer.prefix(count)
        }
        if bytes.last == 0 { bytes.removeLast() }
        guard !bytes.isEmpty else { throw refusal("is empty; pam_exec needs expose_authtok") }
        guard bytes.count <= maximumBytes else { throw refusal("has more than 1024 bytes") }
        // Cut off within a character; the server refuses what has this length, and has to know of it.
        if bytes.count == LocalLoginService.cutBytes { mendEnd(of: &bytes) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refusal("is not UTF-8")
        }
        return Secret(text)
    }

    /// Puts question marks in place of the beginning of a character at the end.
    private static func mendEnd(of bytes: inout [UInt8]) {
        guard let first = bytes.indices.suffix(3).last(where: { bytes[$0] & 0xC0 == 0xC0 }) else {
            return
        }
        let length = bytes[first] >= 0xF0 ? 4 : bytes[first] >= 0xE0 ? 3 : 2
        guard first + length > bytes.count else { return }
        for index in first..<bytes.count { bytes[index] = UInt8(ascii: "?") }
    }

    private static func wait(by deadline: NIODeadline) throws(MusterError) {
        let rest = (deadline - .now()).nanoseconds / 1_000_000
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard rest > 0, poll(&input, 1, Int32(clamping: rest)) > 0 else {
            throw refusal("did not arrive in time")
        }
    }

    private static func refusal(_ reason: String) -> MusterError {
        .invalid("password", "The password on standard input \(reason).")
    }
}
