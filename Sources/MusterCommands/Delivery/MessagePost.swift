import Logging
import MusterCore
import MusterCrypto
import MusterDelivery
import ServiceLifecycle

/// Everything that takes messages to people: where they wait, and who carries them.
struct MessagePost: Sendable {
    /// How many mails are on their way at a time: more than one, so that one slow server's answer holds up nobody.
    private static let mailLanes = 2

    /// How many text messages are on their way at a time.
    private static let smsLanes = 4

    /// Takes messages in.
    let routes: MessageRoutes
    /// What the folder delivery has left.
    private let left: LeftMessages
    private let spools: [(MessageSpool, any Carrier, lanes: Int)]

    /// Opens the folders, and takes up what waits in them.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    init(_ settings: Settings, _ key: MasterKey, logger: Logger) throws(MusterError) {
        let (clock, random) = (SystemClock(), SystemRandom())
        let delivery = settings.delivery
        let outbox = settings.outbox
        var spools: [(MessageSpool, any Carrier, lanes: Int)] = []
        let folder = { () throws(MusterError) -> MessageRoutes.Route in
            let sender = try OutboxCodeSender(
                folder: outbox,
                clock: clock,
                random: random,
                logger: logger
            )
            return .folder(sender)
        }
        let spool = { (name: String) throws(MusterError) -> MessageSpool in
            try OutboxCodeSender.prepare(outbox)
            return try MessageSpool(
                "\(outbox)/\(name)",
                sealer: SodiumSealer(key),
                clock: clock,
                trouble: {
                    logger.error("the outbox", metadata: ["folder": "\(name)", "reason": "\($0)"])
                }
            )
        }
        let email: MessageRoutes.Route
        switch delivery.mail {
        case .folder: email = try folder()
        case .off: email = .off
        case .smtp(let server):
            let letters = try spool("email")
            let carrier = SMTPCarrier(server, connections: MessagePost.mailLanes)
            spools.append((letters, carrier, MessagePost.mailLanes))
            email = .spool(letters)
        }
        let sms: MessageRoutes.Route
        switch delivery.sms {
        case .folder: sms = try folder()
        case .off: sms = .off
        case .gateway(let gateway, let authorities):
            let letters = try spool("sms")
            let carrier = SMSCarrier(gateway, authorities: authorities, clock: clock)
            spools.append((letters, carrier, MessagePost.smsLanes))
            sms = .spool(letters)
        }
        self.spools = spools
        left = LeftMessages(settings)
        left.sweep(at: clock.now())
        for advice in left.advice {
            logger.warning("messages are left", metadata: ["advice": "\(advice)"])
        }
        routes = MessageRoutes(
            email: email,
            sms: sms,
            texts: delivery.texts,
            random: random,
            logger: logger
        )
    }

    /// What carries the messages while a server runs.
    func services(_ directory: Directory, logger: Logger) -> [any Service] {
        let sweeping: [any Service] =
            left.advice.isEmpty ? [] : [LeftMessageService(messages: left)]
        return sweeping
            + spools.map { spool, carrier, lanes in
                CourierService(
                    courier: Courier(spool, carrier, lanes: lanes) { report in
                        await MessagePost.tell(report, directory, logger)
                    }
                )
            }
    }

    /// Tells the log and the audit log what became of a message.
    private static func tell(
        _ report: DeliveryReport,
        _ directory: Directory,
        _ logger: Logger
    ) async {
        let metadata: Logger.Metadata = [
            "channel": "\(report.channel.rawValue)", "purpose": "\(report.purpose)",
            "user": "\(report.party.name)", "tries": "\(report.tries)", "reply": "\(report.reason)",
        ]
        switch report.result {
        case .delivered: logger.debug("a message was handed over", metadata: metadata)
        case .waits: logger.warning("a message will be tried again", metadata: metadata)
        case .refused, .failed, .expired:
            logger.error("a message was given up on", metadata: metadata)
        }
        do {
            try await directory.access.record(report)
        } catch {
            logger.error(
                "what became of a message cannot be recorded",
                metadata: ["error": "\(error)"]
            )
        }
    }
}

/// A courier for as long as a server runs.
private struct CourierService: Service {
    let courier: Courier

    func run() async throws {
        let courier = courier
        await cancelWhenGracefulShutdown { await courier.run() }
    }
}
