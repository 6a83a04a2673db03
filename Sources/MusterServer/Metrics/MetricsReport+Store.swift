import MusterCore

extension MetricsReport {
    func addStore(_ text: inout MetricsText, _ machine: MachineFigures) {
        if let free = machine.freeBytes {
            text.begin(
                "muster_store_free_bytes",
                .gauge,
                unit: "bytes",
                "Bytes that are free where the directory is kept."
            )
            text.sample("", [], Double(free))
        }
        guard let figures = machine.store else { return }
        text.begin("muster_store_changes", .counter, "Changes that are on disk.")
        text.sample("_total", [], figures.changes)
        text.begin(
            "muster_store_commit_duration_seconds",
            .histogram,
            unit: "seconds",
            "How long commits took that brought them there, each with one wait for the disk."
        )
        text.samples(of: figures.commits)
        text.begin(
            "muster_store_read_duration_seconds",
            .histogram,
            unit: "seconds",
            "How long reads took, with the wait for a thread: long ones, and short ones that are asked of a database."
        )
        text.samples(of: figures.longReads, [("extent", "long")])
        if let shortReads = figures.shortReads {
            text.samples(of: shortReads, [("extent", "short")])
        }
        if let replica = figures.replica { addReplica(&text, replica) }
        guard let databaseBytes = figures.databaseBytes, let logBytes = figures.logBytes else {
            return
        }
        text.begin(
            "muster_store_size_bytes",
            .gauge,
            unit: "bytes",
            "Bytes of the directory's files."
        )
        text.sample("", [("file", "database")], Double(databaseBytes))
        text.sample("", [("file", "log")], Double(logBytes))
    }

    private func addReplica(_ text: inout MetricsText, _ replica: ReplicaFigures) {
        text.begin(
            "muster_replica_fresh",
            .gauge,
            "1 while look-ups are answered from the node's copy of the directory, 0 while the database is asked."
        )
        text.sample("", [], replica.isFresh ? 1.0 : 0.0)
        if let age = replica.age {
            text.begin(
                "muster_replica_age_seconds",
                .gauge,
                unit: "seconds",
                "Seconds since the moment whose state the copy surely includes."
            )
            text.sample("", [], age)
        }
        text.begin(
            "muster_replica_fills",
            .counter,
            "How often the copy was filled from the start."
        )
        text.sample("_total", [], replica.fills)
        text.begin(
            "muster_replica_reads",
            .counter,
            "Look-ups, by where they were answered: from the copy or in the database."
        )
        text.sample("_total", [("from", "copy")], replica.answered)
        text.sample("_total", [("from", "database")], replica.passed)
    }
}
