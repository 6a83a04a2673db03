import CProcessSetup

/// A thread of the system, for work that may wait or take long.
public enum SystemThread {
    /// What a thread is to do, on its way into it.
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// A number of the present thread, which no other one has while it lives.
    public static var mark: UInt {
        #if canImport(Glibc)
        UInt(pthread_self())
        #else
        UInt(bitPattern: pthread_self())
        #endif
    }

    /// Starts a thread, which lives as long as `body` runs.
    ///
    /// - Parameters:
    ///   - name: What tools show it as; Linux keeps 15 bytes of it (prctl(2), PR_SET_NAME).
    ///   - body: What it does.
    /// - Returns: Whether it was started. The system refuses where a limit of processes is reached or memory is out.
    @discardableResult
    public static func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        let kept = Unmanaged.passRetained(
            Body {
                cprocess_name_thread(name)
                body()
            }
        )
        #if canImport(Glibc)
        var thread = pthread_t()
        #else
        var thread: pthread_t?
        #endif
        let code = pthread_create(&thread, nil, entry, kept.toOpaque())
        guard code == 0 else {
            kept.release()
            return false
        }
        #if canImport(Glibc)
        pthread_detach(thread)
        #else
        if let thread { pthread_detach(thread) }
        #endif
        return true
    }

    #if canImport(Glibc)
    private static let entry:
        @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { pointer in
            if let pointer { Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
            return nil
        }
    #else
    private static let entry: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? =
        { pointer in
            Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
            return nil
        }
    #endif
}
