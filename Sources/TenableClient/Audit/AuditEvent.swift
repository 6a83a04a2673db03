public import FoundationEssentials
import TenableAPI
import TextBytes

extension TenableIO {
    /// Something that was done.
    public struct AuditEvent: Sendable, Equatable, Identifiable {
        /// Who did it, or to whom or what it was done.
        public struct Party: Sendable, Equatable {
            /// The UUID; nil if it is nobody known.
            public let id: String?
            /// The name at that time.
            public let name: String?
            /// What it is, such as `User`; nil for whoever did it.
            public let type: String?
        }

        /// The whole record.
        public let json: JSONObject
        /// Its number.
        public let id: String
        /// What was done, such as `user.create`.
        public let action: String
        /// Whether it was tried in vain.
        public let isFailure: Bool
        /// When, as the server wrote it (ISO 8601).
        public let received: String
        /// Who did it.
        public let actor: Party?
        /// To whom or what.
        public let target: Party?
        /// What else is known, in the order in which the server tells it.
        public let fields: [(key: String, value: String)]

        /// When; nil if the server's text is no time.
        public var receivedAt: Date? {
            try? Date.ISO8601FormatStyle().parse(received)
        }

        /// Reads a record.
        ///
        /// - Throws: `TenableFieldError`.
        init(_ json: JSONObject) throws(TenableFieldError) {
            let fields = TenableFields(json, upTo: TextLimit.answer)
            self.json = json
            id = try fields.requiredText("id")
            action = try fields.requiredText("action")
            received = try fields.requiredText("received")
            isFailure = try fields.flag("is_failure") ?? false
            actor = try fields.fields("actor").map { party throws(TenableFieldError) in
                try Party(party)
            }
            target = try fields.fields("target").map { party throws(TenableFieldError) in
                try Party(party)
            }
            var pairs: [(key: String, value: String)] = []
            for field in try fields.manyFields("fields") ?? [] {
                pairs.append(
                    (key: try field.requiredText("key"), value: try field.text("value") ?? "")
                )
            }
            self.fields = pairs
        }

        /// Whether both are the same record.
        public static func == (left: AuditEvent, right: AuditEvent) -> Bool {
            left.json == right.json
        }
    }
}

extension TenableIO.AuditEvent.Party {
    fileprivate init(_ fields: TenableFields) throws(TenableFieldError) {
        id = try fields.text("id")
        name = try fields.text("name")
        type = try fields.text("type")
    }
}
