import Dispatch
import Foundation
import MusterCore
import MusterTesting
import Synchronization
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

    /// Notes where it is asked what hashes cost.
    private final class PlacedHasher: WrappingHasher {
        let hasher = InstantHasher()
        let calls = Mutex<[Bool]>([])

        private func note() {
            let isInTask = withUnsafeCurrentTask { $0 != nil }
            calls.withLock { $0.append(isInTask) }
        }

        func dearestTime(of hashes: [PasswordHash]) -> Duration {
            note()
            return .zero
        }

        func setDearestTime(_ time: Duration) { note() }
    }

    @Test("what hashes cost is found out on a thread for what takes long, and on no task's thread")
    func survey() async throws {
        let hasher = PlacedHasher()
        try await HashSurvey.run(try folder.makeStore(.sqlite), hasher)
        #expect(hasher.calls.withLock(\.self) == [false, false])
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
            _ = try? store.readNow { reader throws(MusterError) in
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
                    let found = try store.readNow { reader throws(MusterError) in
                        try reader.user(.id(inserted.id))
                    }
                    #expect(found == inserted)
                }
                group.addTask {
                    let (found, count) = try store.readNow { reader throws(MusterError) in
                        (try reader.user(.id(user.id)), try reader.userCount())
                    }
                    #expect(found == user && (1...51).contains(count))
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.userCount() == 51)
    }

    @Test(
        "a key that was just used is found as it is now, not as it was",
        arguments: Backend.allCases
    )
    func changedKeys(_ backend: Backend) async throws {
        let store = try folder.makeStore(backend)
        let user = try await store.insert("first@example.com")
        let first = String(repeating: "a", count: 64)
        let second = String(repeating: "b", count: 64)
        for (access, isEnabled) in [(first, true), (first, false), (second, false), (first, true)] {
            try await store.write { transaction throws(MusterError) in
                var changed = user
                changed.isEnabled = isEnabled
                try transaction.updateUser(changed, at: FixedClock.start)
                try transaction.replaceAPIKey(
                    of: user.id,
                    with: StoredAPIKey(
                        accessKey: access,
                        secretDigest: Digest([UInt8](repeating: isEnabled ? 1 : 2, count: 32)),
                        createdAt: FixedClock.start
                    )
                )
            }
            for _ in 0..<3 {
                let found = try store.readNow { reader throws(MusterError) in
                    (try reader.apiKey(first), try reader.apiKey(second))
                }
                #expect((found.0 == nil) == (access == second))
                #expect((found.1 == nil) == (access == first))
                let key = try #require(found.0 ?? found.1)
                #expect(key.owner.isEnabled == isEnabled)
                #expect(key.key.secretDigest.bytes.first == (isEnabled ? 1 : 2))
            }
        }
    }

    @Test("more keys than are kept are all found", arguments: Backend.allCases)
    func manyKeys(_ backend: Backend) async throws {
        let store = try folder.makeStore(backend)
        var owners: [String: UserID] = [:]
        for number in 0..<150 {
            let user = try await store.insert("user\(number)@example.com")
            let text = String(number)
            let access = String(repeating: "0", count: 64 - text.utf8.count) + text
            owners[access] = user.id
            try await store.write { transaction throws(MusterError) in
                try transaction.replaceAPIKey(
                    of: user.id,
                    with: StoredAPIKey(
                        accessKey: access,
                        secretDigest: Digest([UInt8](repeating: 1, count: 32)),
                        createdAt: FixedClock.start
                    )
                )
            }
        }
        for (access, owner) in owners.sorted(by: { $0.key < $1.key }) {
            let found = try store.readNow { reader throws(MusterError) in try reader.apiKey(access)
            }
            #expect(found?.owner.id == owner)
        }
    }
}
