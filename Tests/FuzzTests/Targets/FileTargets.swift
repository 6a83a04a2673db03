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
        _ = try? PAMRequest(.authentication, environment: lines.map(String.init))
        return nil
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
        _ = BackupSeal.isPromised(by: file)
        _ = try? BackupSeal.state(of: file)
        let key = MasterKey.random()
        let inspection = try? DatabaseInspection(
            .descriptor(descriptor, name: "backup"),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
        if let inspection {
            _ = try? inspection.schema()
            _ = try? inspection.summary()
            _ = try? inspection.damage()
        }
        return nil
    }
}
