import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Synchronization

@testable import MusterPostgres

/// A server of PostgreSQL that all tests of a run share; it goes when the run does.
final class PostgresServer: Sendable {
    /// The one server, started when it is first needed.
    static let shared: Result<PostgresServer, any Error> = Result { try PostgresServer() }

    /// How long an answer is waited for: many other tests run beside, and who is answered late is answered all the same.
    private static let patience = Duration.seconds(300)

    /// The folder of its socket.
    let folder: String
    /// Its standard input, at the end of which it goes.
    private let input: FileHandle
    private let schemas = Mutex(0)
    let key = MasterKey.random()

    private init() throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("postgres.sh")
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = script
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        self.input = input.fileHandleForWriting
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 {
            line.append(byte)
        }
        folder = String(decoding: line, as: UTF8.self)
        guard !folder.isEmpty else {
            throw MusterError(.storeUnavailable, "The tests' PostgreSQL did not start.")
        }
    }

    /// Where a database of the server is, for a role.
    func address(
        _ role: String = "muster",
        of database: String = "muster"
    ) throws(PostgresAddress.Fault) -> PostgresAddress {
        try PostgresAddress("host=\(folder) user=\(role) dbname=\(database) connect_timeout=300")
    }

    /// A connection of a test's own.
    func connection(
        _ role: String = "muster",
        of database: String = "muster"
    ) throws -> PostgresConnection {
        let connection = try PostgresConnection(try address(role, of: database))
        connection.patience = PostgresServer.patience
        return connection
    }

    /// Where a store has its tables in a database, as it is without a schema of its own.
    func place(_ role: String = "muster", of database: String) throws -> PostgresPlace {
        PostgresServer.patient(PostgresPlace(address: try address(role, of: database)))
    }

    private static func patient(_ place: PostgresPlace) -> PostgresPlace {
        var place = place
        place.patience = patience
        place.lookPatience = patience
        place.changePatience = patience
        place.followPatience = patience
        place.catchUpPatience = patience
        // Nor is anybody refused a lock that whoever has it has no processor to give back.
        place.limits = (statement: .seconds(600), lock: patience)
        return place
    }

    /// A place of its own for tables, in which nothing is.
    func makePlace() throws -> PostgresPlace {
        let number = schemas.withLock { count in
            count += 1
            return count
        }
        try connection().runScript("CREATE SCHEMA test_\(number: number)")
        // With a lock of its own, too, so that tests do not wait for each other.
        return PostgresServer.patient(
            PostgresPlace(
                address: try address(),
                schema: "test_\(number)",
                lock: Int64(number),
                acceptsLoss: true
            )
        )
    }

    /// A store of a place: one node of however many.
    func open(
        _ place: PostgresPlace,
        for purpose: PostgresPurpose = .creating
    ) async throws(MusterError) -> PostgresStore {
        try await PostgresStore(
            place,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key),
            for: purpose
        )
    }

    /// A store in which nothing is.
    func makeStore() async throws -> PostgresStore {
        try await open(try makePlace())
    }

    /// Runs statements as the server's owner.
    func run(_ text: StatementText, in database: String = "muster") throws {
        try connection("postgres", of: database).runScript(text)
    }
}

/// Does what holds up its thread on one of its own: those on which tests run are as few as the processors.
func onThread<Result: Sendable>(
    _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { done in
        Thread.detachNewThread { done.resume(with: Swift.Result(catching: work)) }
    }
}
