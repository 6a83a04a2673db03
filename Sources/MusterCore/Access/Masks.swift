/// What a user may do in the ActiveLogic dialect: a bit for each resource, in three masks.
///
/// Kept and returned exactly as given, unknown bits too. A write bit grants the read of the same
/// resource without being copied into the read mask.
public struct Masks: Sendable, Equatable {
    /// The read bits, 0 to 2^63-1.
    public var read: Int64
    /// The write bits, 0 to 2^63-1.
    public var write: Int64
    /// The liveview bits, 0 to 2^63-1.
    public var liveview: Int64

    /// Every bit of every mask.
    public static let all = Masks(read: .max, write: .max, liveview: .max)

    /// Builds the three masks; no bits unless said otherwise.
    public init(read: Int64 = 0, write: Int64 = 0, liveview: Int64 = 0) {
        self.read = read
        self.write = write
        self.liveview = liveview
    }

    /// Whether the user may read a resource; a write bit is enough.
    public func canRead(_ resource: Resource) -> Bool {
        (read | write) & resource.bit != 0
    }

    /// Whether the user may write a resource.
    public func canWrite(_ resource: Resource) -> Bool {
        write & resource.bit != 0
    }

    /// The masks without the bits of a resource.
    func removing(_ resource: Resource) -> Masks {
        Masks(
            read: read & ~resource.bit,
            write: write & ~resource.bit,
            liveview: liveview & ~resource.bit
        )
    }

    /// Whether every bit of `other` is also here, mask by mask.
    public func covers(_ other: Masks) -> Bool {
        other.read & ~read == 0 && other.write & ~write == 0 && other.liveview & ~liveview == 0
    }
}
