import MusterCore
import Testing

@testable import MusterCommands

@Suite("When a certificate is good")
struct CertificateDatesTests {
    private static let day: Int64 = 86_400

    private func standing(_ days: Int64, of length: Int64) -> CertificateDates.Standing {
        let dates = CertificateDates(from: 1_000_000, until: 1_000_000 + length * Self.day)
        return dates.standing(at: Timestamp(rawValue: (1_000_000 + days * Self.day) * 1000))
    }

    @Test("it is told of in its last 14 days")
    func notice() {
        #expect(standing(0, of: 90) == .good)
        #expect(standing(76, of: 90) == .good)
        #expect(standing(77, of: 90) == .ending(days: 13))
        #expect(standing(90, of: 90) == .ending(days: 0))
        #expect(standing(91, of: 90) == .expired)
    }

    @Test("one that is good for few days is told of in the last third of them only")
    func short() {
        #expect(standing(4, of: 6) == .good)
        #expect(standing(5, of: 6) == .ending(days: 1))
    }

    @Test("one whose time has not come is told of, and no date is too far away")
    func early() {
        #expect(standing(-1, of: 90) == .early)
        let dates = CertificateDates(from: 0, until: 253_402_300_799)
        #expect(dates.standing(at: Timestamp(rawValue: 1)) == .good)
    }
}
