import Synchronization
import SystemCalls
import Testing

@Suite("Descriptors and threads")
struct DescriptorTests {
    @Test(
        "what is written in one piece is read in one piece, however long, and the end of a file ends it"
    )
    func whole() throws {
        let file = try #require(temporaryFile())
        defer { close(file) }
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        try Descriptor.write(bytes, to: file)
        try Descriptor.seek(file, to: 0)
        #expect(try Descriptor.read(file, upTo: 10_000) == Array(bytes[..<10_000]))
        #expect(try Descriptor.read(file, upTo: 1_000_000) == Array(bytes[10_000...]))
        #expect(try Descriptor.read(file, upTo: 10).isEmpty)
        #expect(try Descriptor.read(file, upTo: 0).isEmpty)
    }

    @Test("a descriptor that is none is a failure with the system's number")
    func none() {
        #expect(throws: Descriptor.Failure(number: EBADF)) { try Descriptor.read(-1, upTo: 1) }
        #expect(throws: Descriptor.Failure(number: EBADF)) { try Descriptor.write([1], to: -1) }
        #expect(throws: Descriptor.Failure(number: EBADF)) { try Descriptor.seek(-1, to: 0) }
    }

    @Test("a pipe that comes in pieces is read to its end")
    func pieces() throws {
        var ends: [CInt] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let writing = ends[1]
        SystemThread.start("pieces") {
            for piece in 0..<100 {
                _ = try? Descriptor.write(
                    [UInt8](repeating: UInt8(piece), count: 1000),
                    to: writing
                )
            }
            close(writing)
        }
        let read = try Descriptor.read(ends[0], upTo: 200_000)
        #expect(read.count == 100_000)
        #expect(read.last == 99)
    }

    @Test("a thread that was started runs what it was given once")
    func thread() async {
        let count = Mutex(0)
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            let isStarted = SystemThread.start("a name of more than fifteen bytes") {
                count.withLock { $0 += 1 }
                done.resume()
            }
            if !isStarted { done.resume() }
        }
        #expect(count.withLock { $0 } == 1)
    }

    @Test("a thread that others rely on is asked for again until the system gives it")
    func refused() async {
        let attempts = Mutex(0)
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            SystemThread.insist(pause: 0) {
                let number = attempts.withLock { count in
                    count += 1
                    return count
                }
                if number == 3 { done.resume() }
                return number >= 3
            }
        }
        #expect(attempts.withLock { $0 } == 3)
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            SystemThread.startSurely("given at once") { done.resume() }
        }
    }

    private func temporaryFile() -> CInt? {
        var template = Array("/tmp/descriptor-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { return nil }
        unlink(template)
        return file
    }
}
