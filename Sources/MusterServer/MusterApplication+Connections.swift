import Hummingbird
import HummingbirdCore
import MusterCore
import NIOCore

extension MusterApplication {
    /// How connections are set up, given what answers requests.
    static func connections(
        _ configuration: ServerConfiguration,
        _ immediate: FastPathResponder,
        _ gauge: MemoryGauge,
        _ pace: StrangersPace,
        onMissingTLS: @escaping @Sendable () -> Void
    ) -> @Sendable (@escaping HTTPChannelHandler.Responder) -> any ServerChildChannel {
        let limits = configuration.limits
        // Beyond the configured limit there is room to answer 431 instead of just closing.
        let headBytes = max(262_144, limits.headerBytes * 2)
        let gate = GateLimits(
            headBytes: headBytes,
            budget: gauge.budget,
            isPlain: configuration.tls == nil,
            refusal: immediate.refusal
        )
        let http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                // A refused body may still arrive this far, so that its sender reads the refusal.
                RequestDeadline(
                    ConnectionClock(
                        arrival: limits.requestTime,
                        stall: limits.stallTime,
                        idle: limits.idleTime
                    ),
                    bodyLimit: limits.bodyBytes * 16,
                    gate: gate,
                    gauge: gauge,
                    immediate: immediate,
                    pace: pace
                )
            ],
            // The gate in front of the decoder knows the same bounds, and answers.
            httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                maxHeaderFieldSize: headBytes,
                maxHeaderListSize: headBytes,
                maxHeaderFieldCount: gate.headLines
            )
        )
        guard let certificate = configuration.tls else {
            return { responder in HTTP1Channel(responder: responder, configuration: http) }
        }
        return { responder in
            SchemeGuard(
                HTTP1Channel(responder: responder, configuration: http),
                certificate,
                onRefusal: onMissingTLS
            )
        }
    }
}
