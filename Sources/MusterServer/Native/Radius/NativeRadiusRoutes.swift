import HTTPTypes
import Hummingbird
import MusterCore
import WireJSON

/// What a RADIUS server asks about a login, in the words of the module rest of FreeRADIUS.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | POST | /radius | reader | 200 accepted or challenged, 401 refused |
struct NativeRadiusRoutes {
    private let service: RadiusLoginService
    private let settings: RadiusSettings

    init(_ directory: Directory, _ settings: RadiusSettings) {
        service = RadiusLoginService(directory)
        self.settings = settings
    }

    var routes: [Route] {
        // Who is tried from many places waits before its password is looked at.
        [NativeRoutes.route(.post, "/radius", waitsLong: true, answer)]
    }

    @Sendable private func answer(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireReader()
        guard call.body.readableBytes <= NativeRadiusQuestion.maximumBytes else {
            throw MusterError(
                .bodyTooLarge,
                "The body has more than \(NativeRadiusQuestion.maximumBytes) bytes."
            )
        }
        let client = try call.query()["client"] ?? ""
        // Texts of devices are bytes, and one of theirs that is no UTF-8 must not keep people out.
        let (object, isMended) = try call.mendedBodyObject()
        let question = try NativeRadiusQuestion(object, isMended: isMended)
        let request = try question.request(client: client, settings)
        switch try await service.answer(request, by: principal) {
        case .accepted(let user, let groups):
            let reply = NativeRadiusReply(accepting: user, groups, at: client, settings)
            return Response.json { reply.write(to: &$0) }
        case .challenged(let state, let message):
            let reply = NativeRadiusReply(challenging: state, message: message)
            return Response.json { reply.write(to: &$0) }
        case .refused:
            return Response.json(.unauthorized) { NativeRadiusReply().write(to: &$0) }
        }
    }
}
