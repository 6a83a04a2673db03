import MusterCore
import MusterSQL

/// Where a store's tables are.
struct PostgresPlace: Sendable {
    let address: PostgresAddress
    /// Through which all threads of a node go that open a connection there.
    let gate = PostgresGate()
    /// What all threads of a node know of the servers' histories.
    let history = ServerHistory()
    /// The schema that has the tables.
    var schema = "muster"
    /// The lock that all nodes take before they read what they decide on.
    var lock: Int64 = 0x4d75_7374_6572_0001
    /// Whether a server will do that may lose what it has acknowledged, as those of tests, which have no time for a disk.
    var acceptsLoss = false
    /// How long one answer is waited for by whoever goes through much of the directory.
    var patience = Duration.seconds(10)
    /// How long one is waited for by whoever looks something up: it takes a millisecond, and callers have other nodes to ask.
    var lookPatience = Duration.seconds(2)
    /// How long one is waited for by whoever changes something, and half of how long all of them together are where they do not
    /// come.
    var changePatience = Duration.seconds(6)
    /// How long one answer is waited for by whoever follows changes, and after which has to look for another server.
    var followPatience = Duration.milliseconds(800)
    /// How long one is waited for where it is about many changes, as after an import: who gave up earlier would have to begin
    /// again with more of them.
    var catchUpPatience = Duration.seconds(10)
    /// How many changes a replica follows in one transaction, but for those of a single group, which are not taken apart; and how
    /// many it may lack in any case, as they are followed within a minute.
    var lag: (step: Int64, few: Int64) = (100_000, 400_000)
    /// After how long the engine itself ends a statement, and a wait for a lock, with an error after which the connection goes
    /// on; less than is waited for it, where somebody waits for one statement.
    var limits = (statement: Duration.seconds(60), lock: Duration.seconds(8))
    /// Whether rows are looked for by their keys, so that the engine is to take an index in any case.
    ///
    /// It keeps its plans, and one that it has made while next to nothing was in a table goes through all of it
    /// for a minute after a million users have come.
    var findsByKey = false
    /// Whether one plan is made for each statement, for whatever stands in its places.
    ///
    /// What comes after a position is next to nothing, and without the position it seems to be a third of the table: so the engine
    /// makes a plan for each look, which takes four times as long as to carry it out (0.31 ms and 0.08 ms, PostgreSQL 15).
    var keepsPlans = false

    /// For whoever looks something up: who hears nothing then knows that the engine hangs, and not one statement.
    var forLooks: PostgresPlace {
        var place = self
        place.patience = lookPatience
        place.limits = (lookPatience * 9 / 10, lookPatience * 3 / 4)
        return place
    }

    /// For whoever changes something.
    var forChanges: PostgresPlace {
        var place = self
        place.patience = changePatience
        place.limits.lock = min(limits.lock, changePatience * 5 / 6)
        place.findsByKey = true
        return place
    }

    /// For whoever follows changes.
    var forFollowing: PostgresPlace {
        var place = self
        place.patience = followPatience
        place.findsByKey = true
        place.keepsPlans = true
        return place
    }
}

/// A thread's way to the engine: one connection, opened when it is first needed, and again after it broke.
final class PostgresLink {
    private let place: PostgresPlace
    private var present: PostgresConnection?
    /// Until when nobody tries again after a connection could not be opened.
    private var pause: (until: ContinuousClock.Instant, error: PostgresError)?
    /// The place of the server that is tried first.
    private var turn = 0

    init(_ place: PostgresPlace) {
        self.place = place
    }

    /// The connection, with its settings made.
    ///
    /// After a failure the next tries fail at once for 50 to 500 ms, so that many nodes do not come back at the same moment; where
    /// the engine hangs, also while another thread tries.
    ///
    /// - Parameter budget: How long whoever wants it may wait in vain, for the connection and then on it; nil if each wait has
    ///   its own end alone.
    /// - Returns: The connection.
    /// - Throws: ``PostgresError``.
    func connection(within budget: WaitBudget? = nil) throws -> PostgresConnection {
        if let present, present.isOpen {
            if place.history.admits(present.server) {
                present.budget = budget
                return present
            }
            leaveBehind(present)
        }
        drop()
        if let pause, ContinuousClock.now < pause.until { throw pause.error }
        let begun = ContinuousClock.now
        do {
            let made = try place.gate.pass { try open(within: budget) }
            pause = nil
            present = made
            made.budget = budget
            return made
        } catch {
            budget?.spend(since: begun)
            let error = error as? PostgresError ?? PostgresError(.connection, "\(error)")
            rest(after: error)
            throw error
        }
    }

    /// Opens a connection to a server that was not left behind by another one.
    private func open(within budget: WaitBudget?) throws -> PostgresConnection {
        for _ in place.address.servers {
            let made = try PostgresConnection(place.address, from: turn)
            made.patience = budget.map { min(place.patience, $0.left) } ?? place.patience
            // One that lets everybody in and then hangs is not tried first again.
            turn = made.place + 1
            try made.makeSettings(of: place)
            made.patience = place.patience
            turn = made.place
            if place.history.admits(made.server) { return made }
            leaveBehind(made)
        }
        throw PostgresError(
            .connection,
            "the only server that lets anybody in was the primary before another one was promoted, which does not answer; "
                + "start Muster again if that is to be asked"
        )
    }

    /// Closes a connection to an old primary, after which the next server is tried first.
    private func leaveBehind(_ connection: PostgresConnection) {
        connection.close()
        turn = connection.place + 1
    }

    /// Has whoever comes next fail at once, as after a connection that could not be opened: those who have waited for their
    /// turn meanwhile have waited long enough.
    func rest(after error: PostgresError) {
        drop()
        pause = (.now.advanced(by: .milliseconds(Int.random(in: 50...500))), error)
    }

    /// Waits until the next try does not fail at once.
    func wait() {
        while let pause, ContinuousClock.now < pause.until { PostgresGroup.pause() }
    }

    /// Lets go of the connection, which is in no known state any more.
    ///
    /// A server that did not answer in time may be one in whose place another serves by now, so that the next one is tried first.
    func drop() {
        present?.close()
        if let present, present.isGivenUp { turn = present.place + 1 }
        present = nil
    }
}

extension PostgresConnection {
    /// Makes the settings of a session, by statements, as a pool of connections may refuse them at the start.
    ///
    /// - Throws: ``PostgresError``.
    func makeSettings(of place: PostgresPlace) throws {
        try runScript(
            """
            SET statement_timeout = \(number: Int(place.limits.statement.wholeMilliseconds));
            SET lock_timeout = \(number: Int(place.limits.lock.wholeMilliseconds));
            SET idle_in_transaction_session_timeout = '30s';
            SET standard_conforming_strings = on;
            -- Whether somebody is there who waits; engines before 14, and some systems, do not look.
            DO $$
            BEGIN
                PERFORM set_config('client_connection_check_interval', '1s', false);
            EXCEPTION WHEN others THEN NULL;
            END
            $$;
            """
        )
        try runScript(ServerIdentity.noting)
        if place.findsByKey {
            // Where there is no index a statement seems to be so dear that the engine would translate it.
            try runScript("SET enable_seqscan = off; SET jit = off")
        }
        if place.keepsPlans {
            // What an index has in its order is not sorted as a whole, however little there was when the plan was made.
            try runScript("SET plan_cache_mode = force_generic_plan; SET enable_sort = off")
        }
        // A role or database may have been told not to wait for the disk, which an acknowledgement promises.
        try send(
            """
            SELECT set_config(
                'synchronous_commit',
                CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 'on'
                    ELSE current_setting('synchronous_commit') END,
                false)
            """
        )
        let found = try rows(
            "SELECT set_config('search_path', ?, false), coalesce(current_setting('muster.server', true), '')",
            [place.schema]
        ) { $0[1] as String }
        server = found.first.flatMap { ServerIdentity($0) }
    }
}
