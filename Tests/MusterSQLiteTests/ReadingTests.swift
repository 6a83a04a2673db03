import Dispatch
import Foundation
import MusterCore
import MusterTesting
import Testing

@Suite("Reading while somebody writes")
struct ReadingTests {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    @Test("nothing of a change is seen before it is acknowledged", arguments: Backend.allCases)
    func unfinishedChanges(_ backend: Backend) async throws {
        let store = try folder.makeStore(backend)
        _ = try await store.insert("first@example.com")
        let (inside, outside) = try await store.write { transaction throws(MusterError) in
            _ = try transaction.insertUser(
                UserDraft(username: Username(stored: "second@example.com")),
                uuid: UUID(),
                at: FixedClock.start
            )
            return (try transaction.userCount(), try store.userCount())
        }
        #expect(inside == 2)
        #expect(outside == 1)
        #expect(try store.userCount() == 2)
    }

    @Test("nothing of a change that fails is ever seen", arguments: Backend.allCases)
    func failedChanges(_ backend: Backend) async throws {
        let store = try folder.makeStore(backend)
        let user = try await store.insert("first@example.com")
        let refusal = await failure {
            try await store.write { transaction throws(MusterError) in
                try transaction.deleteUser(user.id)
                let seen = try store.userCount()
                throw MusterError(.ownAccount, "\(seen)")
            }
        }
        #expect(refusal?.message == "1")
        #expect(try store.userCount() == 1)
    }

    @Test("a read sees one moment, and keeps no change waiting", arguments: Backend.allCases)
    func oneMoment(_ backend: Backend) async throws {
        let store = try folder.makeStore(backend)
        _ = try await store.insert("first@example.com")
        let (entered, hasEntered) = AsyncStream.makeStream(of: Int.self)
        let (left, hasLeft) = AsyncStream.makeStream(of: Int.self)
        let mayLeave = DispatchSemaphore(value: 0)
        // A thread of its own: the threads that run tests must not be held up.
        Thread {
            _ = try? store.read { reader throws(MusterError) in
                hasEntered.yield(try reader.userCount())
                hasEntered.finish()
                mayLeave.wait()
                hasLeft.yield(try reader.userCount())
                hasLeft.yield(try reader.users(UserQuery(limit: 10)).count)
            }
            hasEntered.finish()
            hasLeft.finish()
        }.start()
        #expect(await entered.reduce(into: []) { $0.append($1) } == [1])
        _ = try await store.insert("second@example.com")
        #expect(try store.userCount() == 2)
        mayLeave.signal()
        #expect(await left.reduce(into: []) { $0.append($1) } == [1, 1])
    }

    @Test("many read at the same time as others write", arguments: Backend.allCases)
    func crowd(_ backend: Backend) async throws {
        let store = try folder.makeStore(backend)
        let user = try await store.insert("first@example.com")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let inserted = try await store.insert("user\(number)@example.com")
                    let found = try store.read { reader throws(MusterError) in
                        try reader.user(.id(inserted.id))
                    }
                    #expect(found == inserted)
                }
                group.addTask {
                    let (found, count) = try store.read { reader throws(MusterError) in
                        (try reader.user(.id(user.id)), try reader.userCount())
                    }
                    #expect(found == user && (1...51).contains(count))
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.userCount() == 51)
    }
}
