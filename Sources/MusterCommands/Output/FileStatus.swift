import SystemCalls

/// What the system says of files.
///
/// Foundation tells sizes and numbers as `Any`, whose type depends on what else the program is linked with: without all of
/// Foundation a size is no `Int`.
enum FileStatus {
    /// What the system says of the file that a name leads to; nil if it does not.
    static func of(_ path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }
}
