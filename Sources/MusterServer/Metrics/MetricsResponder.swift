import HTTPTypes
import Hummingbird
import MusterCore
import TextBytes

/// Answers those who ask for metrics.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | GET | /metrics | nothing | 200, all metrics: in the form of OpenMetrics 1.0 if `Accept` names it, else in Prometheus's |
///
/// However many ask, each form is made once a second at most.
struct MetricsResponder: HTTPResponder {
    typealias Context = MusterRequestContext

    private let openMetrics: KeptText
    private let prometheus: KeptText

    init(_ report: MetricsReport) {
        openMetrics = KeptText(report, .openMetrics)
        prometheus = KeptText(report, .prometheus)
    }

    func respond(to request: Request, context: MusterRequestContext) async throws -> Response {
        guard request.uri.path.hasSameBytes(as: "/metrics") else {
            return plain(.notFound, "There is nothing here but /metrics.\n")
        }
        guard request.method == .get || request.method == .head else {
            var response = plain(.methodNotAllowed, "Ask with GET.\n")
            response.headers[.allow] = "GET, HEAD"
            return response
        }
        let accepted = request.headers[values: .accept]
        let text =
            accepted.contains(where: Self.namesOpenMetrics)
            ? openMetrics : prometheus
        var response = plain(.ok, await text.present())
        response.headers[.contentType] = text.form.mediaType
        response.headers[.cacheControl] = "no-store"
        return request.method == .head ? response.withoutBody() : response
    }

    /// Whether a value of `Accept` has that media type among its own, whatever its parameters.
    private static func namesOpenMetrics(_ value: String) -> Bool {
        value.utf8.split(separator: UInt8(ascii: ","))
            .contains { type in
                type.prefix { $0 != UInt8(ascii: ";") }.trimmingBlanks
                    .isEqual(to: "application/openmetrics-text")
            }
    }

    private func plain(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}

/// The text of the last second.
private actor KeptText {
    private static let validity = Duration.seconds(1)

    nonisolated let form: MetricsText.Form
    private let report: MetricsReport
    private var kept: (text: String, at: Timestamp)?
    private var making: Task<String, Never>?

    init(_ report: MetricsReport, _ form: MetricsText.Form) {
        self.report = report
        self.form = form
    }

    func present() async -> String {
        let now = report.directory.clock.now()
        if let kept, now >= kept.at, now.since(kept.at) < KeptText.validity { return kept.text }
        if let making { return await making.value }
        let task = Task { [report, form] in await report.text(form) }
        making = task
        let text = await task.value
        kept = (text, now)
        making = nil
        return text
    }
}
