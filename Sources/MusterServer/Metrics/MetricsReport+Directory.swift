import MusterCore

extension MetricsReport {
    /// Who came in, and how many there are.
    func addSignIns(_ text: inout MetricsText) {
        text.begin(
            "muster_sign_ins",
            .counter,
            "Those who presented something to come in, by what it was and what came of it."
        )
        for method in SignInTally.Method.allCases {
            for result in SignInTally.Result.allCases {
                let count = directory.signIns.count(of: method, result)
                // Only a password is followed by a factor.
                guard count > 0 || result != .factorRequired || method == .password else {
                    continue
                }
                text.sample("_total", [("method", method.name), ("result", result.name)], count)
            }
        }
        guard let counts = sample.last else { return }
        text.begin("muster_users", .gauge, "Users, counted twice a minute.")
        text.sample("", [], UInt64(counts.users))
        text.begin("muster_sessions", .gauge, "Sessions that are open, counted twice a minute.")
        text.sample("", [], UInt64(counts.sessions))
    }

    /// Which limits were reached.
    func addLimits(_ text: inout MetricsText) {
        text.begin(
            "muster_limits_reached",
            .counter,
            "How often the server said no because of a limit, or could not work; muster check says what to do."
        )
        for trouble in Trouble.allCases {
            let count = directory.refusals.troubles.count(of: trouble)
            text.sample("_total", [("limit", trouble.rawValue)], UInt64(count))
        }
    }

    /// How passwords wait to be hashed.
    func addHashing(_ text: inout MetricsText) {
        let queues = directory.hasher.figures.queues
        guard !queues.isEmpty else { return }
        text.begin("muster_hashing_waiting", .gauge, "Passwords that wait to be hashed.")
        for queue in queues { text.sample("", [("queue", queue.name)], UInt64(queue.waiting)) }
        text.begin("muster_hashing_places", .gauge, "How many passwords may wait.")
        for queue in queues { text.sample("", [("queue", queue.name)], UInt64(queue.places)) }
        text.begin(
            "muster_hashing_wait_seconds",
            .histogram,
            unit: "seconds",
            "How long passwords have waited to be hashed."
        )
        for queue in queues { text.samples(of: queue.waits, [("queue", queue.name)]) }
    }
}
