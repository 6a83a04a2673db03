import MusterCrypto
import MusterTesting
import Testing

@testable import MusterCore

@Suite("Recovery codes")
struct RecoveryCodeTests {
    private let digester = PlainDigester()

    private func text(_ code: Secret<String>) -> String { code.withExposedValue { $0 } }

    @Test("a code is four groups of six characters that do not look alike")
    func form() throws {
        let random = SeededRandom()
        var seen: Set<UInt8> = []
        for _ in 0..<200 {
            let code = text(RecoveryCode.random(from: random))
            let groups = code.utf8.split(separator: UInt8(ascii: "-"))
            #expect(groups.map(\.count) == [6, 6, 6, 6])
            seen.formUnion(groups.joined())
        }
        #expect(seen == Set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8))
    }

    @Test("case, blanks and hyphens do not matter")
    func reading() throws {
        let code = text(RecoveryCode.random(from: SeededRandom()))
        let plain = code.filter { $0 != "-" }
        let digest = try #require(RecoveryCode.digest(of: Secret(code), digester))
        let spellings = [
            plain, plain.lowercased(), " \(code) ", code.replacing("-", with: " "),
            "-\(plain)-", plain.map { "\($0)" }.joined(separator: " "),
        ]
        for spelling in spellings {
            let other = RecoveryCode.digest(of: Secret(spelling), digester)
            #expect(other?.matches(digest) == true, "\(spelling)")
        }
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "123456", "ABCDEF-GHJKLM-NPQRST-UVWXY", "ABCDEF-GHJKLM-NPQRST-UVWXYZ2",
            "ABCDEF-GHJKLM-NPQRST-UVWXY0", "ABCDEF-GHJKLM-NPQRST-UVWXYI",
            "\u{391}BCDEFGHJKLMNPQRSTUVWXYZ", "ABCDEF_GHJKLM_NPQRST_UVWXYZ",
            String(repeating: "-", count: 100_000) + "ABCDEFGHJKLMNPQRSTUVWXYZ",
        ]
    )
    func junk(_ text: String) {
        #expect(RecoveryCode.digest(of: Secret(text), digester) == nil)
    }
}
