/// A value that must not be shown: a password, a key, a token, a code.
///
/// It neither prints nor encodes. Whoever needs the value asks for it by name, so that every such
/// place can be found by searching for `withExposedValue`.
public struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    /// Wraps a value, which from now on is reached only through ``withExposedValue(_:)``.
    public init(_ value: Value) {
        self.value = value
    }

    /// Lends the value to `body` for the time of the call.
    public func withExposedValue<Result, Failure: Error>(
        _ body: (Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(value)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }

    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }

    /// A mirror without children, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension DefaultStringInterpolation {
    /// Makes `"\(secret)"` a warning, which this package's builds treat as an error.
    @available(*, deprecated, message: "a secret must not become part of a text")
    public mutating func appendInterpolation<Value>(_ secret: Secret<Value>) {
        appendLiteral("<redacted>")
    }
}
