import Hummingbird
import MusterConsole
import MusterCore

/// Puts the page of one's own second factors together.
struct SecurityView: Sendable {
    private let factors: FactorService

    init(_ directory: Directory) {
        factors = FactorService(directory)
    }

    /// The page, with what went wrong with one of its forms, if something did.
    ///
    /// - Parameters:
    ///   - visit: Who asks.
    ///   - error: What went wrong.
    ///   - fill: Puts back what was typed, and says what is wrong beside its field.
    /// - Returns: The page.
    /// - Throws: ``MusterError`` as ``FactorService/list(of:by:)``.
    func show(
        _ visit: Visit,
        _ error: MusterError? = nil,
        _ fill: (inout SecurityPage) -> Void = { _ in }
    ) async throws(MusterError) -> Response {
        let principal = try visit.principal
        let list = try await factors.list(of: .oneself, by: principal)
        let delivery = visit.directory.rules.delivery
        var page = SecurityPage(
            list,
            offers: (delivery.isEmailOn, delivery.isSMSOn, visit.offersPasskeys),
            mustEnrol: principal.mustEnrolFactor
        )
        fill(&page)
        let frame = error.map(visit.frame(telling:)) ?? visit.frame
        return ConsoleResponse.page(page.html(frame), telling: error)
    }
}
