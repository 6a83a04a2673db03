import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("What devices are told of users", .everyStore)
struct RadiusReplyTests {
    private func user(_ role: Role, write: Int64 = 0) async throws -> User {
        var user = try await TestDirectory().makeUser("jane@example.com", role: role)
        user.masks = Masks(write: write)
        return user
    }

    private func text(
        _ user: User,
        _ groups: [String] = [],
        at client: String = "sw-1",
        _ rules: [RadiusRule]
    ) -> String {
        let reply = NativeRadiusReply(
            accepting: user,
            groups,
            at: client,
            RadiusSettings(rules: rules)
        )
        var json = JSONWriter(reserving: 512)
        reply.write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func rule(
        client: String? = nil,
        role: Role? = nil,
        group: String? = nil,
        write: Int64 = 0
    ) -> RadiusRule {
        RadiusRule(
            client: client,
            role: role,
            group: group,
            masks: Masks(write: write),
            attributes: [("Cisco-AVPair", ["shell:priv-lvl=15"])]
        )
    }

    @Test("a rule holds where all of its conditions do")
    func conditions() async throws {
        let jane = try await user(.standard, write: 9)
        let fitting = [
            Self.rule(), Self.rule(client: "sw-*", role: .standard, group: "ops", write: 8),
        ]
        for rule in fitting {
            #expect(text(jane, ["ops"], [rule]).contains("shell:priv-lvl=15"))
        }
        let others = [
            Self.rule(client: "vpn-*"), Self.rule(role: .scanManager), Self.rule(group: "net"),
            Self.rule(write: 4),
        ]
        for rule in others { #expect(!text(jane, ["ops"], [rule]).contains("shell:priv-lvl=15")) }
    }

    @Test(
        "the first rule that fits decides about an attribute, also about those that always go out"
    )
    func first() async throws {
        let jane = try await user(.administrator)
        let rules = [
            RadiusRule(attributes: [("Filter-Id", ["vpn"]), ("Mikrotik-Group", ["full"])]),
            RadiusRule(attributes: [("Mikrotik-Group", ["read"])]),
        ]
        let text = text(jane, ["ops"], rules)
        #expect(text.contains("full") && !text.contains("read"))
        #expect(text.contains("vpn") && !text.contains("ops"))
    }

    @Test("names of groups that no attribute holds are left out, and of many the first sixteen")
    func groups() async throws {
        let jane = try await user(.basic)
        let names = [String(repeating: "é", count: 127)] + (0..<20).map { "g\($0)" }
        let text = text(jane, names, [])
        #expect(!text.contains("é") && text.contains("\"g15\"") && !text.contains("\"g16\""))
        #expect(text.contains(#""op":"+=""#))
    }

    @Test("long names of groups leave room in the packet for what comes after them")
    func longGroups() async throws {
        let jane = try await user(.basic)
        let names = (10..<26).map { "\($0)" + String(repeating: "x", count: 251) }
        let text = text(jane, names, [Self.rule()])
        // Of 2,048 bytes each takes 255.
        #expect(text.contains("\"17x") && !text.contains("\"18x"))
        #expect(text.contains("Management-Privilege-Level") && text.contains("shell:priv-lvl=15"))
    }

    @Test(
        "a star stands for any number of characters",
        arguments: [
            ("", "", true), ("a", "", false), ("", "*", true), ("switch-1", "switch-*", true),
            ("switch-1", "*-1", true), ("switch-1", "s*h*1", true), ("switch-1", "s*x*1", false),
            ("switch-1", "switch", false), ("aab", "*ab", true), ("switch-1", "SWITCH-*", false),
        ]
    )
    func stars(_ name: String, _ pattern: String, _ fits: Bool) {
        #expect(RadiusRule.matches(Array(name.utf8)[...], Array(pattern.utf8)[...]) == fits)
    }

    @Test("names that no dictionary has are told")
    func unknown() {
        let rules = [
            RadiusRule(attributes: [("Cisco-AVPair", ["x"]), ("Cisco-AVPear", ["x"])]),
            RadiusRule(attributes: [("Cisco-AVPear", ["y"])]),
        ]
        #expect(RadiusSettings(rules: rules).unknownAttributes == ["Cisco-AVPear"])
    }
}
