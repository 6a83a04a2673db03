import FoundationEssentials
import MusterServer
import SystemCalls

extension ProcessFigures {
    private static let began = Date().timeIntervalSince1970

    /// Notes when the process began; called as early as can be.
    static func begin() {
        _ = began
    }

    /// What the process uses now; asks the system on the calling thread.
    static func now() -> ProcessFigures {
        ProcessFigures(
            processorSeconds: processorSeconds(),
            residentBytes: residentBytes(),
            descriptors: (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?
                .count ?? 0,
            mostDescriptors: mostDescriptors(),
            startSeconds: began
        )
    }

    private static func processorSeconds() -> Double {
        var usage = rusage()
        #if canImport(Glibc)
        let result = getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
        let result = getrusage(RUSAGE_SELF, &usage)
        #endif
        guard result == 0 else { return 0 }
        return [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
        }
    }

    /// The second number of `/proc/self/statm` (proc(5)), in pages; 0 if there is no such file.
    private static func residentBytes() -> Int {
        let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return 0 }
        defer { close(file) }
        guard let bytes = try? Descriptor.read(file, upTo: 256) else { return 0 }
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return (numbers.dropFirst().first.flatMap { Int($0) } ?? 0) * Int(getpagesize())
    }

    private static func mostDescriptors() -> Int {
        var limit = rlimit()
        #if canImport(Glibc)
        let result = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
        let result = getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        return result == 0 ? Int(clamping: limit.rlim_cur) : 0
    }
}
