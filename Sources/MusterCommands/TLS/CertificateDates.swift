import MusterCore
import NIOSSL

/// When a certificate is good.
struct CertificateDates: Sendable, Equatable {
    /// What there is to say of it at some moment.
    enum Standing: Sendable, Equatable {
        case good
        /// Its time comes only.
        case early
        /// It ends in so many days, rounded down.
        case ending(days: Int)
        case expired
    }

    /// How long before its end it is told of: 14 days, and no more than the last third of its time.
    ///
    /// Programs that renew certificates do so before that, so that whoever reads of it has one that was not renewed.
    private static let notice = Duration.seconds(14 * 86_400)

    /// From when on it is good.
    let start: Timestamp
    /// Until when it is good.
    let end: Timestamp

    /// Reads a certificate.
    init(_ certificate: NIOSSLCertificate) {
        self.init(
            from: Int64(certificate.notValidBefore),
            until: Int64(certificate.notValidAfter)
        )
    }

    /// Takes seconds since 1970 UTC.
    init(from start: Int64, until end: Int64) {
        self.start = Timestamp(rawValue: start.multipliedReportingOverflow(by: 1000).partialValue)
        self.end = Timestamp(rawValue: end.multipliedReportingOverflow(by: 1000).partialValue)
    }

    /// What there is to say now.
    func standing(at now: Timestamp) -> Standing {
        if now > end { return .expired }
        if now < start { return .early }
        let left = end.since(now)
        guard left < min(CertificateDates.notice, end.since(start) / 3) else { return .good }
        return .ending(days: Int(left.components.seconds / 86_400))
    }
}
