import CHashingMemory

/// Memory that a thread keeps from one Argon2id hash to the next.
///
/// libsodium maps 19 MiB for each hash and unmaps them after it; the kernel clears and maps them page by page, which is
/// a third of the time of a hash.
enum HashingMemory {
    /// Keeps memory for hashes of one size on the calling thread, mapped when it is first needed.
    ///
    /// The thread must give it back before it ends.
    static func keep(_ bytes: Int) {
        hashing_memory_keep(bytes)
    }

    /// Runs one hash of libsodium's, in the memory that this thread keeps, if it is of the hash's size.
    ///
    /// - Parameter hash: The hash, and nothing else.
    /// - Returns: What the hash returned.
    static func lend<Result>(to hash: () -> Result) -> Result {
        hashing_memory_begin()
        defer { hashing_memory_end() }
        return hash()
    }

    /// Gives the calling thread's memory back to the system, with what was hashed in it.
    static func giveBack() {
        hashing_memory_give_back()
    }

    /// How many bytes the calling thread holds at present.
    static var held: Int {
        hashing_memory_held()
    }
}
