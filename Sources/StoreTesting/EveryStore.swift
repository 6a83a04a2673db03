import FoundationEssentials
public import MusterCore
import MusterTesting
public import Testing

/// Where the directory of a test is kept.
public enum StoreKind: String, CaseIterable, Sendable {
    /// In memory, in this process.
    case memory
    /// In a SQLite file, in this process.
    case sqlite
    /// In memory, as if it were on another machine.
    case distant

    /// An empty store.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where its file cannot be made.
    public func makeStore() throws(MusterError) -> any DirectoryStore {
        switch self {
        case .memory: MemoryStore()
        case .sqlite: try FileStore()
        case .distant: DistantStore()
        }
    }

    /// The kind that the running test is made on: memory, but for one with the trait ``EveryStore``.
    @TaskLocal public static var current = StoreKind.memory

    /// Those that tests are made on: all, or those that the variable `MUSTER_TEST_STORES` names, with commas between.
    static let wanted: [StoreKind] = {
        guard let names = ProcessInfo.processInfo.environment["MUSTER_TEST_STORES"] else {
            return allCases
        }
        return names.split(separator: ",").compactMap { StoreKind(rawValue: String($0)) }
    }()
}

/// Makes each test on every kind of store, one after the other, where it names none itself.
///
/// What a test makes by `TestDirectory()` is then kept by each of them in turn.
public struct EveryStore: SuiteTrait, TestTrait, TestScoping {
    /// On which of them it is made.
    let kinds: [StoreKind]

    /// Holds for all tests of a suite.
    public var isRecursive: Bool { true }

    /// Runs a test on each kind.
    ///
    /// - Throws: What the test throws.
    @concurrent public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        for kind in kinds where StoreKind.wanted.contains(kind) {
            let make = { @Sendable () throws(MusterError) in try kind.makeStore() }
            try await StoreKind.$current.withValue(kind) {
                try await TestStores.$make.withValue(make) { try await function() }
            }
        }
    }
}

extension Trait where Self == EveryStore {
    /// Makes each test on every kind of store.
    public static var everyStore: EveryStore { EveryStore(kinds: StoreKind.allCases) }

    /// Makes each test on every kind of store in this process, for what others do not have: the fast path,
    /// and answers on the thread that has received a question.
    public static var nearStores: EveryStore { EveryStore(kinds: [.memory, .sqlite]) }
}
