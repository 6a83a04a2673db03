import SystemCalls

extension PostgresGroup {
    /// Waits a moment on a thread of the store's own, before the engine is asked again.
    static func pause() {
        _ = poll(nil, 0, 100)
    }
}
