import FoundationEssentials
import MusterCore
import SystemCalls

/// Where programs on this machine ask, and who may, as it was set.
struct LocalSocket: Sendable {
    /// Where programs ask that were told nothing else.
    static let standardPath = "/run/muster/agent.sock"

    /// The path.
    let path: String
    /// The file mode; whoever may write may ask.
    let mode: mode_t
    /// The group; nil for the server's own.
    let group: gid_t?
    /// Whether nobody asked for this socket.
    ///
    /// Then it is no reason not to start.
    let isUnasked: Bool

    /// Reads the settings.
    ///
    /// - Returns: Nil where an empty path turned the socket off.
    /// - Throws: ``MusterError`` with code `setting.invalid`, naming the key.
    static func read(
        _ reader: SettingsReader,
        dataDirectory: String
    ) throws(MusterError) -> LocalSocket? {
        let mode = try mode(reader)
        let group = try group(reader)
        let isUnasked = reader.source(of: "local.socket") == .fallback
        guard let path = isUnasked ? dataDirectory + "/agent.sock" : try reader.text("local.socket")
        else { return nil }
        return LocalSocket(path: path, mode: mode, group: group, isUnasked: isUnasked)
    }

    private static func mode(_ reader: SettingsReader) throws(MusterError) -> mode_t {
        let text = try reader.text("local.socketMode") ?? ""
        // The owner, who is the server, reads and writes; nobody executes a socket.
        guard (3...4).contains(text.utf8.count), let mode = mode_t(text, radix: 8),
            mode & 0o600 == 0o600, mode & ~0o666 == 0
        else {
            throw reader.invalid(
                "local.socketMode",
                "must be an octal file mode such as 0600 or 0660"
            )
        }
        return mode
    }

    private static func group(_ reader: SettingsReader) throws(MusterError) -> gid_t? {
        guard let name = try reader.text("local.socketGroup") else { return nil }
        guard let entry = getgrnam(name) else {
            throw reader.invalid("local.socketGroup", "must name a group of this machine")
        }
        return entry.pointee.gr_gid
    }
}
