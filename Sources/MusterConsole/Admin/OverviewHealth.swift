package import MusterCore

extension OverviewPage {
    /// How the store is.
    package struct Health: Sendable {
        /// What is wrong and what to do, in sentences; none where the server is ready.
        package let findings: [String]
        /// The bytes of the database; nil if the store does not know.
        package let databaseBytes: Int64?
        /// The bytes of its write-ahead log.
        package let logBytes: Int64?
        /// The bytes that are free where it is kept.
        package let freeBytes: Int64?
        /// When a backup was made last, as far as the log knows.
        package let lastBackup: Timestamp?
        /// Whether the server makes backups.
        package let offersBackup: Bool

        /// Builds a description.
        package init(
            findings: [String],
            databaseBytes: Int64?,
            logBytes: Int64?,
            freeBytes: Int64?,
            lastBackup: Timestamp?,
            offersBackup: Bool
        ) {
            self.findings = findings
            self.databaseBytes = databaseBytes
            self.logBytes = logBytes
            self.freeBytes = freeBytes
            self.lastBackup = lastBackup
            self.offersBackup = offersBackup
        }
    }
}

extension OverviewPage.Health {
    /// The card.
    func html(_ frame: Frame) -> HTML {
        let t = frame.texts.overview
        let state: HTML =
            findings.isEmpty
            ? "<span class=\"tag good\">\(t.ready)</span>"
            : "<span class=\"tag bad\">\(t.notReady)</span>"
        let told: HTML? =
            findings.isEmpty
            ? nil
            : "<div class=\"note bad\" role=\"alert\"><ul>\(findings.map { "<li>\($0)</li>" as HTML })</ul></div>"
        let sizes = [
            (t.databaseSize, databaseBytes), (t.logSize, logBytes), (t.freeSpace, freeBytes),
        ]
        let facts: [HTML] = sizes.compactMap { name, bytes in
            bytes.map {
                "<dt>\(name)</dt><dd class=\"number\">\(OverviewPage.Health.size($0))</dd>"
            }
        }
        let known: HTML =
            lastBackup.map {
                "<a href=\"/admin/audit?action=\(AuditAction.directoryBackup.rawValue)\">\(frame.time($0))</a>"
            } ?? "<a href=\"/admin/export\">\(t.noBackup)</a>"
        let backup: HTML? = offersBackup ? "<dt>\(t.lastBackup)</dt><dd>\(known)</dd>" : nil
        let hint: HTML? =
            offersBackup ? "<p class=\"muted small hintline\">\(t.backupHint)</p>" : nil
        return """
            <section class="card"><h2>\(t.health)</h2>\(told)<dl class="facts"><dt>\(t.server)</dt><dd>\(state)</dd>\
            \(facts)\(backup)</dl>\(hint)</section>
            """
    }

    /// So many bytes in the largest unit (IEC 80000-13) of which there is one, to a tenth.
    static func size(_ bytes: Int64) -> String {
        var (unit, name): (Int64, String) = (1, "B")
        for next in ["KiB", "MiB", "GiB", "TiB"] where bytes / unit >= 1024 {
            unit *= 1024
            name = next
        }
        guard unit > 1 else { return "\(bytes) B" }
        let tenths = bytes / (unit / 10)
        return "\(tenths / 10).\(tenths % 10) \(name)"
    }
}
