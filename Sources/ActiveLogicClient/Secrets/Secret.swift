import Logging

/// A value that must not be shown: a password, a token, a code, a body that holds one.
///
/// It neither prints nor encodes. Every place that needs the value is found by searching for
/// `withExposedValue`.
struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    init(_ value: Value) {
        self.value = value
    }

    /// Lends the value to `body` for the time of the call.
    func withExposedValue<Result, Failure: Error>(
        _ body: (Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(value)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "<redacted>" }

    var debugDescription: String { "<redacted>" }

    /// Without children, so that `dump` shows nothing either.
    var customMirror: Mirror { Mirror(self, children: []) }
}

extension DefaultStringInterpolation {
    /// Makes `"\(secret)"` a warning, which this package's builds treat as an error.
    @available(*, deprecated, message: "a secret must not become part of a text")
    mutating func appendInterpolation<Value>(_ secret: Secret<Value>) {
        appendLiteral("<redacted>")
    }
}

extension Logger.MetadataValue.StringInterpolation {
    /// Makes `"\(secret)"` in a log's metadata a warning, too.
    @available(*, deprecated, message: "a secret must not become part of a log")
    mutating func appendInterpolation<Value>(_ secret: Secret<Value>) {
        appendLiteral("<redacted>")
    }
}
