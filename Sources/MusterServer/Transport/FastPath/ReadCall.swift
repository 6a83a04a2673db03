import Hummingbird
import MusterCore

/// A request that only reads, on its way to a service: who asks, for what, at which moment.
struct ReadCall {
    /// Who asks.
    let principal: Principal
    /// The part of the path that varies, as it was sent, not decoded; empty where none does.
    let parameter: String
    /// The query, not decoded.
    let queryText: String
    /// The directory at the moment at which the caller was let in.
    let reader: any DirectoryReader

    /// The query.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    func query() throws(MusterError) -> QueryItems {
        try QueryItems(queryText)
    }
}

extension Route {
    /// Answers a call that only reads; nil leaves it to the route's handler, as a list without end does.
    typealias Reading = @Sendable (ReadCall) throws(MusterError) -> Answer?

    /// A route that only reads and always has its answer at once.
    init(
        reading path: String,
        of dialect: Dialect = .tenable,
        in directory: Directory,
        _ reading: @escaping Reading
    ) {
        let name = path.split(separator: ":").dropFirst().first.map(String.init)
        self.init(.get, path, of: dialect, reading: reading) { call in
            let principal = try call.principal
            let (parameter, query) = (name.map(call.parameter) ?? "", call.request.uri.query ?? "")
            let answer = try await directory.store.read(.bounded) { reader throws(MusterError) in
                try reading(
                    ReadCall(
                        principal: principal,
                        parameter: parameter,
                        queryText: query,
                        reader: reader
                    )
                )
            }
            guard let answer else { throw MusterError(.requestNotFound, "Not Found") }
            return Response(answer)
        }
    }
}
