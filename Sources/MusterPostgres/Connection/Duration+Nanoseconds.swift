extension Duration {
    /// The whole nanoseconds in this duration, of which there are some hundred years in an `Int64`.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
