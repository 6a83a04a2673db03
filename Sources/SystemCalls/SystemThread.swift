import CProcessSetup
import Dispatch

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

    /// Starts a thread that others rely on, which lives as long as `body` runs.
    ///
    /// Where the system refuses it, it is asked for again every second: those who wait for what the thread does would wait for ever.
    ///
    /// - Parameters:
    ///   - name: What tools show it as, as in ``start(_:_:)``.
    ///   - body: What it does.
    public static func startSurely(_ name: String, _ body: @escaping @Sendable () -> Void) {
        insist { start(name, body) }
    }

    /// Tries something until it says that it was done, at once and after pauses.
    package static func insist(
        pause milliseconds: Int = 1000,
        _ attempt: @escaping @Sendable () -> Bool
    ) {
        guard !attempt() else { return }
        let later = DispatchTime.now() + .milliseconds(milliseconds)
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: later) {
            insist(pause: milliseconds, attempt)
        }
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
