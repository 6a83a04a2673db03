import MusterCore

/// The line by which a connection's last caller has said who it is, and what was made of it.
///
/// A client sends the same line with every request. To read it and to compute the digest of what is in it takes a seventh of a
/// look-up and comes to the same each time. Nothing else is kept: whose it is, and whether that user may come in, is asked of the
/// directory for every request. The line is a secret: it goes with the connection, and before that when it is refused here
/// or another one takes its place.
///
/// Belongs to its connection's event loop.
final class LastCredentials {
    /// The longest line that is kept; one with keys has some 160 bytes.
    private static let longest = 512

    private var line: [UInt8] = []
    private var method: Principal.Method?
    /// Whether that is what dialects make of it that take keys as a token, where others take the same line for a session's.
    private var keysAsToken = false

    /// What was made of a head's credentials when they came last; nil if others came.
    ///
    /// Lines are compared in a time that does not depend on where they differ: behind a proxy others' may come on the same
    /// connection.
    func method(of head: RequestHead, keysAsToken: Bool = false) -> Principal.Method? {
        guard let method, self.keysAsToken == keysAsToken else { return nil }
        let isSame = head.withCredentialsLine { other in
            line.withUnsafeBytes { LastCredentials.isSame($0, other) }
        }
        return isSame == true ? method : nil
    }

    /// Keeps what was made of a head's credentials, by which its caller was let in.
    func keep(_ method: Principal.Method, of head: RequestHead, keysAsToken: Bool) {
        forget()
        head.withCredentialsLine { other in
            guard other.count <= LastCredentials.longest else { return }
            line = [UInt8](other)
            self.method = method
            self.keysAsToken = keysAsToken
        }
    }

    /// Lets go of the line, which lets nobody in any more, and of what was made of it.
    func forget() {
        line = []
        method = nil
    }

    /// Whether both have the same bytes; eight are looked at in one step.
    private static func isSame(
        _ one: UnsafeRawBufferPointer,
        _ other: UnsafeRawBufferPointer
    ) -> Bool {
        guard one.count == other.count else { return false }
        let whole = one.count & ~7
        var difference: UInt64 = 0
        for place in stride(from: 0, to: whole, by: 8) {
            difference |=
                one.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                ^ other.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        }
        for place in whole..<one.count { difference |= UInt64(one[place] ^ other[place]) }
        return difference == 0
    }
}

extension LastCredentials: CustomReflectable {
    /// A mirror without children, so that `dump` does not show the line.
    var customMirror: Mirror { Mirror(self, children: []) }
}
