import MusterCrypto
import MusterSQLite
import SystemCalls

@testable import MusterCommands

/// Readers of files, and of what programs on this machine say.
enum FileTargets {
    static func csv(_ bytes: [UInt8]) -> String? {
        var whole = CSVParser()
        let records = whole.push(bytes) + [whole.finish()].compactMap(\.self)
        var parts = CSVParser()
        let others = bytes.pieces.flatMap { parts.push($0) } + [parts.finish()].compactMap(\.self)
        return records == others ? nil : "records are the same however they arrive"
    }

    static func pam(_ bytes: [UInt8]) -> String? {
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let environment = lines.map(String.init)
        guard let request = try? PAMRequest(.authentication, environment: environment) else {
            return nil
        }
        guard !request.username.isEmpty else { return "somebody logs in" }
        guard (try? PAMRequest(.account, environment: environment)) == nil else {
            return "what PAM says in one phase is not taken in another"
        }
        let all = environment + (request.address == nil ? ["PAM_RHOST=192.0.2.1"] : [])
        for second in ["PAM_TYPE=auth", "PAM_USER=root", "PAM_RHOST=127.0.0.1"] {
            guard (try? PAMRequest(.authentication, environment: all + [second])) == nil else {
                return "what is said twice is not believed"
            }
        }
        var plain = ["PAM_TYPE=auth", "PAM_USER=\(request.username)"]
        if let address = request.address { plain.append("PAM_RHOST=\(address)") }
        let again = try? PAMRequest(.authentication, environment: plain)
        return again?.username == request.username && again?.address == request.address
            ? nil : "nothing but what PAM says counts"
    }

    /// The bytes as a file that has no name any more.
    static func backups(_ bytes: [UInt8]) -> String? {
        var name = Array("/tmp/muster-fuzz-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { return "a file can be made in /tmp" }
        defer { close(descriptor) }
        unlink(name)
        guard DescriptorOutput.write(bytes, to: descriptor).error == 0 else {
            return "a file can be written in /tmp"
        }
        let file = OpenFile(path: "backup", descriptor: descriptor)
        if let promise = broken(byDatabase: descriptor) { return promise }
        guard file.bytes(bytes.count + 1, at: 0) == bytes else { return "a backup is only read" }
        guard (try? BackupSeal.state(of: file)) == .intact else { return nil }
        guard BackupSeal.isPromised(by: file) else { return "what has its digest is a backup" }
        // The place at which others write is the file's end.
        guard DescriptorOutput.write([0], to: descriptor).error == 0 else {
            return "a file can be written in /tmp"
        }
        return (try? BackupSeal.state(of: file)) == .intact
            ? "a byte more than was written is seen" : nil
    }

    /// The most problems that are told of a database (`DatabaseInspection`).
    private static let mostProblems = 20
    /// The most characters of each.
    private static let longestProblem = 303

    private static func broken(byDatabase descriptor: Int32) -> String? {
        let key = MasterKey.random()
        let inspection = try? DatabaseInspection(
            .descriptor(descriptor, name: "backup"),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
        guard let inspection else { return nil }
        let schema = try? inspection.schema()
        guard schema ?? 0 <= DatabaseInspection.newestSchema else {
            return "a newer schema is refused"
        }
        if let summary = try? inspection.summary(), summary.schema != schema {
            return "a database has one schema"
        }
        let problems = (try? inspection.damage()) ?? []
        let areShort = problems.allSatisfy {
            $0.count <= longestProblem && !$0.contains(where: \.isNewline)
        }
        return areShort && problems.count <= mostProblems
            ? nil : "damage is told in a few short lines"
    }
}
