import MusterCore
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("Descriptors")
struct FileDescriptorsTests {
    @Test("where there are enough, everybody gets what was asked for")
    func enough() throws {
        let there = try FileDescriptors(limit: 524_288, wanted: 15_000, processors: 2)
        #expect(there.connections == 15_000 && there.localConnections == 256 && !there.isShort)
    }

    @Test(
        "where there are few, connections are fewer, and the rest is left to the server",
        arguments: [200, 256, 512, 1024, 4096]
    )
    func few(_ limit: Int) throws {
        let there = try FileDescriptors(limit: limit, wanted: 15_000, processors: 2)
        #expect(there.isShort && there.connections >= FileDescriptors.leastConnections)
        #expect(there.connections + there.localConnections < limit - 60)
        #expect(there.advice.contains("LimitNOFILE"))
    }

    @Test("where there are too few to serve anybody, that is said with what to do")
    func tooFew() async {
        let refusal = await failure { try FileDescriptors(limit: 64, wanted: 100, processors: 2) }
        #expect(refusal?.code == .settingInvalid)
        #expect(refusal?.message.contains("only 64 files") == true)
        #expect(refusal?.message.contains("ulimit -n") == true)
    }

    @Test("the check tells of a limit that is too low, and how to raise it")
    func finding() async throws {
        let reader = try SettingsReader(
            commandLine: ["password.policy": "tenable"],
            environment: [:],
            file: nil
        )
        var findings = SettingFindings(settings: try Settings(reader), reader: reader)
        findings.limit = 1024
        let low = try findings.all()
        #expect(low.map(\.severity) == [.warning])
        #expect(low[0].text.contains("LimitNOFILE") && low[0].text.contains("1024"))
        findings.limit = 64
        #expect(try findings.all().map(\.severity) == [.error])
        findings.limit = 524_288
        #expect(try findings.all().map(\.severity) == [.ok])
    }
}
