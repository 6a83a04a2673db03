import CMallocSetup
import CProcessSetup
import Dispatch

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

    /// How long the first callers are left alone.
    private static let pause = DispatchTimeInterval.seconds(2)

    /// Gives back, a little later, what the start alone needed.
    ///
    /// Those are two thirds of what a server has in memory then: the kernel maps 64 KiB around each place of the program that was
    /// ever run, and the start runs through much that no request does. What is run again is mapped again, from the system's
    /// cache of the file, in a microsecond for each 64 KiB.
    static func giveBackTheStartLater() {
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + pause) {
            cprocess_let_go_of_files()
            giveBackNow()
        }
    }
}
