public import FoundationEssentials
import TenableAPI
import TextBytes

extension TenableIO {
    /// Something that was done.
    public struct AuditEvent: Sendable, Equatable, Identifiable {
        /// Who did it, or to whom or what it was done.
        public struct Party: Sendable, Equatable {
            /// The UUID; nil where it is nobody known.
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

        /// When; nil where the server's text is no time.
        public var receivedAt: Date? {
            try? Date.ISO8601FormatStyle().parse(received)
        }

        /// Reads a record.
        ///
        /// - Throws: `PayloadError`.
        init(_ json: JSONObject) throws(PayloadError) {
            let payload = Payload(json, upTo: TextLimit.answer)
            self.json = json
            id = try payload.requiredString("id")
            action = try payload.requiredString("action")
            received = try payload.requiredString("received")
            isFailure = try payload.bool("is_failure") ?? false
            actor = try payload.object("actor").map { party throws(PayloadError) in
                try Party(party)
            }
            target = try payload.object("target").map { party throws(PayloadError) in
                try Party(party)
            }
            var fields: [(key: String, value: String)] = []
            for field in try payload.objects("fields") ?? [] {
                fields.append(
                    (key: try field.requiredString("key"), value: try field.string("value") ?? "")
                )
            }
            self.fields = fields
        }

        /// Whether both are the same record.
        public static func == (left: AuditEvent, right: AuditEvent) -> Bool {
            left.json == right.json
        }
    }
}

extension TenableIO.AuditEvent.Party {
    fileprivate init(_ payload: Payload) throws(PayloadError) {
        id = try payload.string("id")
        name = try payload.string("name")
        type = try payload.string("type")
    }
}
