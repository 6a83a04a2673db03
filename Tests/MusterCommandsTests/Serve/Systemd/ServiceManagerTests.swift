import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("What a service manager is told", .timeLimit(.minutes(10)))
struct ServiceManagerTests {
    /// A socket of a service manager.
    private final class Manager {
        let descriptor: Int32

        init(_ name: [UInt8]) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
            let length = socklen_t(2 + name.count)
            let code = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length)
                }
            }
            try #require(code == 0)
        }

        deinit { close(descriptor) }

        func next() -> String {
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    }

    @Test("what is told arrives at a socket in the file system")
    func path() throws {
        let folder = try TemporaryFolder()
        let name = folder.file("notify")
        let manager = try Manager(Array(name.utf8) + [0])
        #expect(try ServiceManager(["NOTIFY_SOCKET": name]).tell("READY=1"))
        #expect(manager.next() == "READY=1")
    }

    @Test("what is told arrives at a socket that is in no file system")
    func abstract() throws {
        let name = "muster-test-\(UUID().uuidString)"
        let manager = try Manager([0] + Array(name.utf8))
        #expect(try ServiceManager(["NOTIFY_SOCKET": "@" + name]).tell("STOPPING=1"))
        #expect(manager.next() == "STOPPING=1")
    }

    @Test("where nobody wants to know, or nobody listens, nothing fails")
    func nobody() throws {
        #expect(try ServiceManager([:]).tell("READY=1"))
        #expect(try ServiceManager(["NOTIFY_SOCKET": ""]).tell("READY=1"))
        let folder = try TemporaryFolder()
        #expect(try !ServiceManager(["NOTIFY_SOCKET": folder.file("gone")]).tell("READY=1"))
    }

    @Test(
        "a name that no manager writes is refused and quoted",
        arguments: ["notify", "./x", "/" + String(repeating: "x", count: 107), "vsock:2:1"]
    )
    func wrongName(_ name: String) async {
        let refusal = await failure { try ServiceManager(["NOTIFY_SOCKET": name]) }
        #expect(refusal?.code == .settingInvalid)
        #expect(refusal?.message.contains("'\(name.prefix(40))'") == true)
    }

    @Test("life is shown twice in the time that the manager waits, by the process that it watches")
    func watchdog() throws {
        let time = ["WATCHDOG_USEC": "30000000"]
        #expect(try ServiceManager(time, process: 7).watchdogInterval == .seconds(15))
        let own = time.merging(["WATCHDOG_PID": "7"]) { $1 }
        #expect(try ServiceManager(own, process: 7).watchdogInterval == .seconds(15))
        #expect(try ServiceManager(own, process: 8).watchdogInterval == nil)
        #expect(try ServiceManager([:]).watchdogInterval == nil)
    }

    @Test(
        "a time that no manager writes is refused",
        arguments: ["0", "-1", "soon", "1.5", "99999999999999999999"]
    )
    func wrongTime(_ text: String) async {
        let refusal = await failure { try ServiceManager(["WATCHDOG_USEC": text]) }
        #expect(refusal?.code == .settingInvalid)
    }
}
