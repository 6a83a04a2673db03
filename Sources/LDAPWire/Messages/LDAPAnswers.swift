/// Messages from the server, as bytes.
public enum LDAPAnswers {
    /// The answer to an operation.
    ///
    /// - Parameters:
    ///   - tag: The operation's.
    ///   - id: The client's number of it.
    ///   - result: How it went.
    ///   - controls: What goes beside the answer.
    ///   - tail: What the operation's answer has after the result.
    /// - Returns: The message.
    public static func result(
        _ tag: LDAPAnswerTag,
        to id: Int,
        _ result: LDAPResult,
        controls: [LDAPControl] = [],
        tail: (inout BERWriter) -> Void = { _ in }
    ) -> [UInt8] {
        message(id, controls) { writer in
            writer.constructed(tag.rawValue) { writer in
                writer.integer(result.code.rawValue, tag: BERTag.enumerated)
                writer.octets(result.matchedDN.utf8)
                writer.octets(result.text.utf8)
                tail(&writer)
            }
        }
    }

    /// The answer to an extended operation.
    public static func extended(
        to id: Int,
        _ result: LDAPResult,
        type: String? = nil,
        value: [UInt8]? = nil,
        controls: [LDAPControl] = []
    ) -> [UInt8] {
        self.result(.extended, to: id, result, controls: controls) { writer in
            if let type { writer.octets(type.utf8, tag: BERTag.context(10)) }
            if let value { writer.octets(value, tag: BERTag.context(11)) }
        }
    }

    /// What the server says before it ends a connection by itself (RFC 4511 section 4.4.1).
    public static func disconnection(_ result: LDAPResult) -> [UInt8] {
        extended(to: 0, result, type: "1.3.6.1.4.1.1466.20036")
    }

    private static func message(
        _ id: Int,
        _ controls: [LDAPControl],
        _ body: (inout BERWriter) -> Void
    ) -> [UInt8] {
        var writer = BERWriter(capacity: 128)
        writer.constructed { writer in
            writer.integer(id)
            body(&writer)
            guard !controls.isEmpty else { return }
            writer.constructed(BERTag.constructedContext(0)) { writer in
                for control in controls { control.write(to: &writer) }
            }
        }
        return writer.bytes
    }
}
