import Testing

@testable import MusterCommands

@Suite("Roles on the command line")
struct RoleArgumentTests {
    @Test(
        "a role is a name or a number",
        arguments: [
            ("read-only", 0), ("basic", 16), ("scan-operator", 24), ("standard", 32),
            ("Scan-Manager", 40), ("ADMINISTRATOR", 64), ("0", 0), ("64", 64),
        ] as [(String, Int64)]
    )
    func roles(_ text: String, _ permissions: Int64) {
        #expect(RoleArgument(argument: text)?.permissions == permissions)
    }

    @Test(
        "anything else is none",
        arguments: ["", "admin", "1", "65", "-1", "scan operator", "disabled"]
    )
    func refusals(_ text: String) {
        #expect(RoleArgument(argument: text) == nil)
    }

    @Test("a role is shown by the name under which it is given; a number that is none stays one")
    func shown() {
        for name in RoleArgument.allValueStrings {
            #expect(RoleArgument(argument: name).map { RoleArgument.name($0.permissions) } == name)
        }
        #expect(RoleArgument.name(48) == "48")
    }
}
