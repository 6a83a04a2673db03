package import MusterCore

extension HashingLane {
    /// The machine's own login programs, for somebody whose address nobody knows.
    package static let machine = HashingLane.local(SourceNetwork(of: nil))

    /// Strangers of a network in the neighbourhood of this number, the first unless said otherwise.
    package static func network(_ number: UInt32, _ place: UInt32 = 0) -> HashingLane {
        .stranger(SourceNetwork(of: IPAddress(v4: number << 8 | place)))
    }
}
