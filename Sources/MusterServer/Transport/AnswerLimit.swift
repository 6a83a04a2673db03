import NIOCore

/// Says that the answer to a connection's present request has to be over within a time, however steadily its reader takes
/// a little of it now and then: it holds what others need, as a file.
///
/// A route triggers it on the channel before it answers.
struct AnswerLimit: Sendable {
    /// How many bytes a second a reader takes on the whole, at the least: a line of 1 Mbit/s does.
    static let bytesPerSecond = 131_072
    /// What every reader has beside that.
    static let shortest = Duration.seconds(60)

    /// How long the answer may take.
    let time: Duration

    /// A limit of so long.
    init(_ time: Duration) {
        self.time = time
    }

    /// The limit of an answer of so many bytes.
    init(bytes: Int) {
        self.init(AnswerLimit.shortest + .seconds(bytes / AnswerLimit.bytesPerSecond))
    }
}

extension Call {
    /// Tells the connection that the answer, which has so many bytes, has to be over in proportion to them.
    func limitAnswer(bytes: Int) {
        context.channel.triggerUserOutboundEvent(AnswerLimit(bytes: bytes), promise: nil)
    }
}
