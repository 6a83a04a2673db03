import Foundation
import Testing

@testable import MusterCommands

@Suite("The log, whatever becomes of its lines")
struct LogSinkTests {
    /// The two ends of a pipe.
    private struct Ends {
        let reading: Int32
        let writing: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            (reading, writing) = (ends[0], ends[1])
        }

        /// Reads lines until one satisfies a condition.
        func lines(until isLast: (String) -> Bool) -> [String] {
            crowd { $0.contains(where: isLast) }
        }

        /// Reads lines until all that have come satisfy a condition together.
        func crowd(until areEnough: ([String]) -> Bool) -> [String] {
            var text: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(
                    String.init
                )
                if text.last == UInt8(ascii: "\n"), areEnough(lines) { return lines }
                let count = read(reading, &buffer, buffer.count)
                guard count > 0 else { return lines }
                text += buffer.prefix(count)
            }
        }
    }

    init() {
        // As in the program.
        signal(SIGPIPE, SIG_IGN)
    }

    @Test("a line is written with its time in front")
    func line() throws {
        let ends = try Ends()
        let sink = LogSink(ends.writing)
        sink.say("level=info message=listening")
        let lines = ends.lines { $0.hasSuffix("listening") }
        let expected = /time=\S+Z level=info message=listening/
        #expect(lines.count == 1 && lines[0].wholeMatch(of: expected) != nil)
    }

    @Test("a line that comes again is counted, and the count is told before the next line")
    func folded() throws {
        let ends = try Ends()
        let sink = LogSink(ends.writing, foldTime: .seconds(600))
        for _ in 0..<500 { sink.say("level=error message=same") }
        sink.say("level=info message=other")
        let lines = ends.lines { $0.hasSuffix("other") }
        #expect(lines.count == 3)
        #expect(lines[1].hasSuffix("message=\"last message repeated\" times=499"))
    }

    @Test("a line that comes again and again is told of now and then")
    func foldLimit() throws {
        let ends = try Ends()
        let sink = LogSink(ends.writing, foldLimit: 10, foldTime: .seconds(600))
        for _ in 0..<21 { sink.say("same") }
        sink.flush()
        sink.say("other")
        let lines = ends.lines { $0.hasSuffix("other") }
        #expect(lines.count { $0.contains("times=10") } == 2 && lines.count == 4)
    }

    @Test("a line that came again is told of also where nothing else is said")
    func foldTime() throws {
        let ends = try Ends()
        let sink = LogSink(ends.writing, foldTime: .milliseconds(20))
        for _ in 0..<3 { sink.say("same") }
        // On a busy machine the second and the third may come so late that each is told of by itself.
        func times(_ lines: [String]) -> Int {
            lines.compactMap { $0.firstMatch(of: /times=(\d+)/) }.compactMap { Int($0.output.1) }
                .reduce(0, +)
        }
        let lines = ends.crowd { times($0) >= 2 }
        #expect(times(lines) == 2)
    }

    @Test(
        "nobody waits for a reader that stands still, and what was lost is told when it goes on",
        .timeLimit(.minutes(10))
    )
    func standingStill() throws {
        let ends = try Ends()
        let sink = LogSink(ends.writing, capacity: 10_000)
        // A pipe takes 64 KiB, and the sink 10,000 bytes; all others are lost. Whoever waited for a reader would do so for ever.
        for number in 0..<20_000 { sink.say("level=info message=line number=\(number)") }
        sink.flush(within: .milliseconds(50))
        // The loss is told as often as the pipe takes something again, so the sums count.
        func lost(_ lines: [String]) -> Int {
            let told = lines.compactMap { $0.wholeMatch(of: /.*lost" lines=(\d+)/) }
            return told.compactMap { Int($0.output.1) }.reduce(0, +)
        }
        func written(_ lines: [String]) -> Int { lines.count { $0.contains("number=") } }
        let lines = ends.crowd { lost($0) + written($0) >= 20_000 }
        #expect(lost(lines) > 10_000)
        #expect(lost(lines) + written(lines) == 20_000)
    }

    @Test("a disk that is full ends nothing, and costs no more than the lines")
    func fullDisk() throws {
        let full = open("/dev/full", O_WRONLY)
        try #require(full >= 0)
        let sink = LogSink(full)
        for number in 0..<1000 { sink.say("line \(number)") }
        sink.flush()
    }

    @Test("a reader that is gone ends nothing")
    func closedPipe() throws {
        let ends = try Ends()
        close(ends.reading)
        let sink = LogSink(ends.writing)
        for number in 0..<1000 { sink.say("line \(number)") }
        sink.flush()
    }

    @Test(
        "a descriptor that takes nothing is given up in time, and one that takes little is filled",
        .timeLimit(.minutes(10))
    )
    func patience() throws {
        let ends = try Ends()
        _ = fcntl(ends.writing, F_SETFL, O_NONBLOCK)
        let bytes = [UInt8](repeating: 1, count: 1_000_000)
        let (count, error) = DescriptorOutput.write(
            bytes,
            to: ends.writing,
            patience: .milliseconds(50)
        )
        #expect(error == ETIMEDOUT && count > 0 && count < bytes.count)
        let reader = Thread {
            var buffer = [UInt8](repeating: 0, count: 10_000)
            while read(ends.reading, &buffer, buffer.count) > 0 {}
        }
        reader.start()
        #expect(DescriptorOutput.write(bytes, to: ends.writing) == (bytes.count, 0))
        close(ends.writing)
    }
}
