import ArgumentParser
import Foundation
import Testing

@testable import MusterCommands

@Suite("An expiry on the command line")
struct ExpiryArgumentTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)

    @Test(
        "it is a day, a time, a span from now on, or never",
        arguments: [
            ("2026-01-31", 1_769_817_600_000), ("2026-01-31T12:00:00Z", 1_769_860_800_000),
            ("2026-01-31T13:00:00+01:00", 1_769_860_800_000), ("90s", 1_700_000_090_000),
            ("2h", 1_700_007_200_000), ("7d", 1_700_604_800_000), ("never", nil), ("NEVER", nil),
            ("1970-01-01", 0), ("9999-12-31", 253_402_214_400_000),
        ] as [(String, Int64?)]
    )
    func read(_ text: String, _ moment: Int64?) throws {
        #expect(try #require(ExpiryArgument(text, now: Self.now)).moment == moment)
    }

    @Test(
        "nothing else is one",
        arguments: ["", "0", "soon", "2026-02-30", "-1d", "1969-12-31", "99999999d", "none", "1w"]
    )
    func refused(_ text: String) {
        #expect(ExpiryArgument(text, now: Self.now) == nil)
        for words in [["users", "add", "ann"], ["users", "edit", "ann"]] {
            #expect(throws: (any Error).self) {
                try Muster.parseAsRoot(words + ["--expires", text])
            }
        }
    }
}
