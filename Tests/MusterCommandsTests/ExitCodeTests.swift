import MusterCore
import Testing

@testable import MusterCommands

@Suite("Exit codes, after sysexits")
struct ExitCodeTests {
    @Test(
        "an error ends a command with the code of its kind",
        arguments: [
            (MusterError.Code.settingInvalid, 78), (.directoryInitialised, 65),
            (.usernameInvalid, 65),
            (.passwordPolicy, 65), (.directoryMissing, 66), (.storeTooNew, 76),
            (.credentialsInvalid, 77),
            (.credentialsMissing, 77), (.insufficientScope, 77), (.storeUnavailable, 69),
            (.overloaded, 69),
            (.serverInternal, 70), (.userNotFound, 70), ("unheard.of", 70),
        ] as [(MusterError.Code, Int32)]
    )
    func codes(_ code: MusterError.Code, _ expected: Int32) {
        #expect(CommandFailure.code(of: MusterError(code, "m")) == expected)
    }
}
