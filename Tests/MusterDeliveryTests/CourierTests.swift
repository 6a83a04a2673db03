import MusterCore
import MusterCrypto
import MusterTesting
import Synchronization
import Testing

@testable import MusterDelivery

@Suite("From the spool to people")
struct CourierTests {
    private let folder: TemporaryFolder
    private let clock = FixedClock()
    private let time = MovedTime()
    private let reports = Reports()

    init() throws {
        folder = try TemporaryFolder()
    }

    private func opened() throws(MusterError) -> MessageSpool {
        let time = time
        return try MessageSpool(
            folder.file("email"),
            sealer: SodiumSealer(MasterKey.random()),
            clock: clock,
            uptime: { time.now }
        )
    }

    private func courier(_ spool: MessageSpool, _ carrier: some Carrier) -> Courier {
        let reports = reports
        return Courier(spool, carrier, lanes: 1) { reports.add($0) }
    }

    @Test("what is delivered is reported once, with what was said, and gone")
    func delivered() async throws {
        let spool = try opened()
        let carrier = PlannedCarrier([.delivered("250 OK")])
        #expect(await spool.put(.code()) == nil)
        #expect(await courier(spool, carrier).deliverNext())
        #expect(reports.all.map(\.result) == [.delivered("250 OK")])
        #expect(reports.all.first?.tries == 1 && spool.count == 0)
    }

    @Test("what fails is tried again until it is taken; what is refused is not")
    func tries() async throws {
        let spool = try opened()
        let carrier = PlannedCarrier([
            .failed("421 busy"), .delivered("250 OK"), .refused("550 no"),
        ])
        let courier = courier(spool, carrier)
        #expect(await spool.put(.code(1)) == nil)
        #expect(await courier.deliverNext())
        time.advance(by: .seconds(3))
        clock.advance(by: .seconds(3))
        #expect(await courier.deliverNext())
        #expect(await spool.put(.code(2)) == nil)
        #expect(await courier.deliverNext())
        #expect(
            reports.all.map(\.result) == [
                .waits("421 busy"), .delivered("250 OK"), .refused("550 no"),
            ]
        )
        #expect(carrier.letters.map(\.id).prefix(2).allSatisfy { $0.hasSuffix("1") })
        #expect(spool.count == 0)
    }

    @Test("a try that fails for the reason of the one before it tells nothing new")
    func news() async throws {
        let spool = try opened()
        let carrier = PlannedCarrier([
            .failed("421 busy"), .failed("421 busy"), .failed("no answer"), .delivered("250 OK"),
        ])
        let courier = courier(spool, carrier)
        let letter = Letter.code()
        #expect(await spool.put(letter) == nil)
        for pause in [3, 7, 20, 0] {
            #expect(await courier.deliverNext())
            time.advance(by: .seconds(pause))
            clock.advance(by: .seconds(pause))
        }
        #expect(reports.all.map(\.isNews) == [true, false, true, true])
        #expect(reports.all.allSatisfy { $0.message.utf8.elementsEqual(letter.id.utf8) })
        #expect(reports.all.allSatisfy { $0.since == letter.createdAt })
        #expect(reports.all.allSatisfy { $0.until == letter.expiresAt })
    }

    @Test("the last try that fails ends a letter")
    func lastTry() async throws {
        let spool = try opened()
        let courier = courier(
            spool,
            PlannedCarrier(Array(repeating: .failed("no answer"), count: 6))
        )
        #expect(await spool.put(.code()) == nil)
        for pause in [3, 7, 20, 30, 60, 0] {
            #expect(await courier.deliverNext())
            time.advance(by: .seconds(pause))
            clock.advance(by: .seconds(pause))
        }
        #expect(reports.all.count == 6 && reports.all.last?.result == .failed("no answer"))
        #expect(spool.count == 0)
    }

    @Test("what waits for its hour is tried at once where something is taken again")
    func hurry() async throws {
        let spool = try opened()
        let carrier = PlannedCarrier([
            .failed("421 down"), .failed("421 down"), .delivered("250 OK"), .delivered("250 OK"),
            .delivered("250 OK"),
        ])
        let courier = courier(spool, carrier)
        for number in 1...2 {
            #expect(await spool.put(.notice(number)) == nil)
            #expect(await courier.deliverNext())
        }
        #expect(await spool.put(.code(3)) == nil)
        for _ in 1...3 { #expect(await courier.deliverNext()) }
        #expect(carrier.letters.map { $0.id.last } == ["1", "2", "3", "1", "2"])
        #expect(spool.count == 0)
    }

    @Test("one recipient's server that is busy is not tried each time that another takes something")
    func busy() async throws {
        let spool = try opened()
        let plan = (1...4).flatMap { _ in
            [DeliveryOutcome.failed("450 later"), .failed("450 later"), .delivered("250 OK")]
        }
        let carrier = PlannedCarrier(plan)
        let courier = courier(spool, carrier)
        for number in 1...2 { #expect(await spool.put(.notice(number)) == nil) }
        for number in 3...6 {
            for _ in 1...2 { #expect(await courier.deliverNext()) }
            #expect(await spool.put(.code(number)) == nil)
            #expect(await courier.deliverNext())
        }
        let due = Task { await courier.deliverNext() }
        spool.wake()
        spool.close()
        #expect(await due.value == false, "nothing is due any more")
    }

    @Test("what is too late never reaches the carrier")
    func late() async throws {
        let spool = try opened()
        let carrier = PlannedCarrier([])
        #expect(await spool.put(.code()) == nil)
        clock.advance(by: .seconds(301))
        time.advance(by: .seconds(301))
        #expect(await courier(spool, carrier).deliverNext())
        #expect(carrier.letters.isEmpty && reports.all.map(\.result) == [.expired])
    }

    @Test("a carrier gets no more time than the letter has")
    func timeLeft() async throws {
        let spool = try opened()
        let carrier = PlannedCarrier([.delivered("")])
        #expect(await spool.put(.code()) == nil)
        clock.advance(by: .seconds(295))
        time.advance(by: .seconds(295))
        _ = await courier(spool, carrier).deliverNext()
        #expect(carrier.times == [.seconds(5)])
    }

    @Test("a courier ends when its task is cancelled")
    func cancelled() async throws {
        let spool = try opened()
        let courier = courier(spool, PlannedCarrier([]))
        let task = Task { await courier.run() }
        task.cancel()
        await task.value
    }
}

/// Says what it was told to say, one outcome a letter.
private final class PlannedCarrier: Carrier {
    private struct State {
        var outcomes: [DeliveryOutcome]
        var letters: [Letter] = []
        var times: [Duration] = []
    }

    private let state: Mutex<State>

    var letters: [Letter] { state.withLock { $0.letters } }
    var times: [Duration] { state.withLock { $0.times } }

    init(_ outcomes: [DeliveryOutcome]) {
        state = Mutex(State(outcomes: outcomes))
    }

    func deliver(_ letter: Letter, within time: Duration) async -> DeliveryOutcome {
        state.withLock {
            $0.letters.append(letter)
            $0.times.append(time)
            return $0.outcomes.isEmpty ? .failed("nothing planned") : $0.outcomes.removeFirst()
        }
    }

    func stop() {}
}

private final class Reports: Sendable {
    private let kept = Mutex<[DeliveryReport]>([])

    var all: [DeliveryReport] { kept.withLock { $0 } }

    func add(_ report: DeliveryReport) {
        kept.withLock { $0.append(report) }
    }
}
