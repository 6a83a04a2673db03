import CFuzzer
import SystemCalls

/// Fuzzes the target that `MUSTER_FUZZ_TARGET` names with libFuzzer, whose options are its arguments.
@main
struct Fuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        // Found out before it begins.
        _ = target
        exit(LLVMFuzzerRunDriver(&count, &arguments, give))
    }

    fileprivate static let target: FuzzTarget = {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: " ")
        guard let name = getenv("MUSTER_FUZZ_TARGET"),
            let target = FuzzTarget(rawValue: String(cString: name))
        else { fatalError("MUSTER_FUZZ_TARGET must be one of \(names)") }
        return target
    }()
}

/// Gives bytes to the target; a promise that is broken ends the program, which libFuzzer takes for a finding.
private func give(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    if let promise = Fuzz.target.broken(by: bytes) { fatalError("not kept: \(promise)") }
    return 0
}
