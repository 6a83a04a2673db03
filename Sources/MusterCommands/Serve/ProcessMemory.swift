import CMallocSetup

/// The memory of this process.
public enum ProcessMemory {
    /// Bytes that are worth a call to the system.
    private static let worthGivingBack: CInt = 1_048_576

    /// Lets memory that was needed once go back to the system.
    ///
    /// Left to itself, glibc takes the largest block that was ever freed for the usual one, and from then on each
    /// thread may keep up to 64 MiB (mallopt(3), `M_MMAP_THRESHOLD`): after an import of many users that is what they do.
    public static func giveBackWhatIsFree() {
        _ = cmalloc_give_back_from(worthGivingBack)
    }

    /// Gives all that is free back to the system at once; takes some tens of milliseconds where it is much.
    static func giveBackNow() {
        cmalloc_give_back_all()
    }
}
