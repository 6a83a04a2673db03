import ArgumentParser
import FoundationEssentials
import MusterCore
import MusterServer
import NIOCore
import SystemCalls
import WireJSON

/// `muster authorized-keys`.
struct AuthorizedKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authorized-keys",
        abstract: "Print a user's keys for sshd's AuthorizedKeysCommand.",
        discussion: """
            Asks the server on this machine. Prints nothing for somebody who may not come in, and nothing \
            with exit code 1 if there is no answer within two seconds.

            Dropbear asks nobody: write what is printed with --for dropbear into ~/.ssh/authorized_keys.

            Example: muster authorized-keys alice
            """
    )

    @Option(
        help: "The server's socket; MUSTER_LOCAL_SOCKET or \(LocalSocket.standardPath) if unset."
    )
    var socket: String?

    @Option(name: .customLong("for"), help: "The SSH server that reads the lines.")
    var reader = KeyReader.openssh

    @Argument(help: "The user's login name; sshd's %u.")
    var user: String

    @Argument(help: "Only the key with this SHA256 fingerprint; sshd's %f.")
    var fingerprint: String?

    @Argument(help: "Only keys of this type; sshd's %t.")
    var type: String?

    func run() async throws {
        try await LoginProgram.run { deadline in
            let client = LocalClient(socketPath: socketPath, deadline: deadline)
            let answer = try await client.ask(.authorizedKeys) { json in
                json.member("username", user)
                if let fingerprint { json.member("fingerprint", fingerprint) }
                if let type { json.member("type", type) }
            }
            try print(reader.lines(lines(answer), of: user))
        }
    }

    private var socketPath: String {
        socket ?? ProcessInfo.processInfo.environment["MUSTER_LOCAL_SOCKET"]
            ?? LocalSocket.standardPath
    }

    private func lines(_ answer: JSONObject) throws(MusterError) -> [String] {
        guard case .array(let elements)? = answer["lines"] else { throw KeyReader.misunderstanding }
        var lines: [String] = []
        for element in elements {
            guard case .string(let line) = element,
                line.utf8.allSatisfy({ (0x20..<0x7F).contains($0) })
            else { throw KeyReader.misunderstanding }
            lines.append(line)
        }
        return lines
    }

    /// All or nothing: sshd reads to the end of the output, and must not wait for it.
    private func print(_ lines: [String]) throws {
        try Console.standard.write(lines.map { $0 + "\n" }.joined())
        close(STDOUT_FILENO)
    }
}
