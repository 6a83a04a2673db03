import Dispatch
import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Who was seen last when", .everyStore)
struct ActivityLogTests {
    /// Users who are told of each look at them.
    private struct Watched: MutableCollection {
        var users: [User]
        let look: () -> Void

        var startIndex: Int { users.startIndex }
        var endIndex: Int { users.endIndex }

        func index(after place: Int) -> Int { users.index(after: place) }

        subscript(place: Int) -> User {
            get {
                look()
                return users[place]
            }
            set { users[place] = newValue }
        }
    }

    @Test("while a list is gone through, requests are noted and do not wait for it")
    func meanwhile() async throws {
        let test = try await TestDirectory()
        let user = try await test.makeUser("jane@example.com")
        let keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        let activity = test.directory.activity
        test.clock.advance(by: .seconds(5))
        _ = try await test.enter(keys)
        let used = test.clock.now()
        let later = used.advanced(by: .seconds(1))
        var looks = 0
        var users = Watched(users: [try await test.current(user)]) {
            looks += 1
            // It would wait for ever if the list was gone through with the lock in its hand.
            activity.noteKeyUse(of: user.id, at: later)
        }
        activity.update(&users)
        #expect(looks > 0 && users.users[0].lastKeyUse == used)
        #expect(activity.updated(user).lastKeyUse == later)
    }

    @Test("a batch of a list does not wait for whoever is noted meanwhile")
    func batch() async throws {
        let test = try await TestDirectory()
        let made = try await test.logIn(TestDirectory.administratorName)
        let digest = made.token.withExposedValue { test.directory.digester.digest($0.utf8) }
        let session = try #require(
            try await test.directory.store.read(.bounded) { reader throws(MusterError) in
                try reader.session(digest)
            }
        )
        let (activity, user, now) = (test.directory.activity, session.user, test.clock.now())
        let end = activity.noteSessionUse(session, at: now) { _ in
            let noted = DispatchSemaphore(value: 0)
            DispatchQueue.global().async {
                activity.noteKeyUseAgain(of: user, at: now)
                noted.signal()
            }
            #expect(noted.wait(timeout: .now() + 60) == .success)
            return nil
        }
        #expect(end == nil)
    }
}
