/// How long the path of a Unix domain socket may be.
enum SocketPath {
    /// The most bytes.
    ///
    /// Linux has room for 107 (unix(7)). swift-nio takes 103 everywhere, which is what macOS has room for, and throws a
    /// bare `unixDomainSocketPathTooLong` beyond that.
    static let mostBytes = 103

    /// What mkdtemp(3) takes for a new folder beside others, with its NUL; nil if a socket in it would have a path
    /// that is too long.
    static func template(_ prefix: String, for socket: String = "/socket") -> [CChar]? {
        let template = prefix + "XXXXXX"
        guard template.utf8.count + socket.utf8.count <= mostBytes else { return nil }
        return Array(template.utf8CString)
    }
}
