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

    /// An entry that was found.
    ///
    /// - Parameters:
    ///   - name: Its distinguished name.
    ///   - id: The client's number of the search.
    ///   - attributes: Writes the attributes, each by ``attribute(_:_:to:)``.
    /// - Returns: The message.
    public static func entry(
        _ name: [UInt8],
        to id: Int,
        attributes: (inout BERWriter) -> Void
    ) -> [UInt8] {
        message(id, [], capacity: 1024) { writer in
            writer.constructed(0x64) { writer in
                writer.octets(name)
                writer.constructed(BERTag.sequence, attributes)
            }
        }
    }

    /// An attribute with all of its values; a name alone if there are none.
    public static func attribute(
        _ name: [UInt8],
        _ values: [[UInt8]],
        to writer: inout BERWriter
    ) {
        writer.constructed { writer in
            writer.octets(name)
            writer.constructed(BERTag.set) { writer in
                for value in values { writer.octets(value) }
            }
        }
    }

    /// What the server says before it ends a connection by itself (RFC 4511 section 4.4.1).
    public static func disconnection(_ result: LDAPResult) -> [UInt8] {
        extended(to: 0, result, type: "1.3.6.1.4.1.1466.20036")
    }

    private static func message(
        _ id: Int,
        _ controls: [LDAPControl],
        capacity: Int = 128,
        _ body: (inout BERWriter) -> Void
    ) -> [UInt8] {
        var writer = BERWriter(capacity: capacity)
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
