import HTTPTypes
import Hummingbird
import MusterCore

/// Finds routes by path: one table for routing, for the methods of a path, and for the fast path.
///
/// Paths are compared part by part, as bytes; empty parts count for nothing, and a part that is written out is taken
/// before one that varies.
struct RouteTable: Sendable {
    /// The routes of one path.
    struct Endpoint: Sendable {
        /// The path, with `:name` for parts that vary.
        let path: String
        fileprivate(set) var routes: [Route]
        /// What answers at once there; nil if nothing does.
        fileprivate var reading: ReadRoute?
        /// The parts that vary: where they stand among the parts, and their names.
        fileprivate let variables: [(place: Int, name: Substring)]
        fileprivate let partCount: Int

        /// Whether other methods find nothing there, as if there were no such path.
        var isHidden: Bool { routes.allSatisfy(\.isHidden) }

        /// The methods of the path, for the header field `Allow` (RFC 9110 section 10.2.1).
        ///
        /// Whatever answers GET answers HEAD (section 9.1 there).
        var methods: [HTTPRequest.Method] {
            let methods = routes.map(\.method)
            return methods.contains(.get) ? methods + [.head] : methods
        }

        /// The route of a method; nil if the path does not know it.
        func route(for method: HTTPRequest.Method) -> Route? {
            let wanted = method == .head ? .get : method
            return routes.first { $0.method == wanted }
        }

        /// The parts of a path that vary, as they were sent, not decoded.
        func parameters(of path: String) -> Parameters {
            var parameters = Parameters()
            guard !variables.isEmpty else { return parameters }
            let parts = path.utf8.split(separator: RouteTable.slash)
            for variable in variables where variable.place < parts.count {
                parameters[variable.name] = Substring(parts[variable.place])
            }
            return parameters
        }

        /// The first part of a path that varies, as it was sent; empty if none does.
        fileprivate func parameter(of path: UnsafeBufferPointer<UInt8>) -> String {
            guard let variable = variables.first?.place else { return "" }
            // As in nearly every path of the fast path, so that no other part is looked at.
            if variable == partCount - 1, let slash = path.lastIndex(of: RouteTable.slash) {
                let part = UnsafeBufferPointer(rebasing: path[(slash + 1)...])
                return String(decoding: part, as: UTF8.self)
            }
            let parts = path.split(separator: RouteTable.slash)
            return variable < parts.count ? String(decoding: parts[variable], as: UTF8.self) : ""
        }
    }

    /// What the fast path takes of a route, put together once: a request copies a reference and no route.
    final class ReadRoute: Sendable {
        let path: String
        let permissionModel: Principal.PermissionModel
        let policy: DialectPolicy
        let mediaType: String
        let takesKeysAsToken: Bool
        let asksWhere: Bool
        let reading: Route.Reading

        fileprivate init?(_ route: Route) {
            guard route.takesFastPath, let reading = route.reading else { return nil }
            path = route.path
            permissionModel = route.dialect.permissionModel
            policy = route.dialect.policy
            mediaType = route.dialect.mediaType
            takesKeysAsToken = route.dialect.takesKeysAsToken
            asksWhere = route.asksWhere
            self.reading = reading
        }
    }

    /// A route that can be answered at once.
    struct ReadMatch {
        let route: ReadRoute
        /// The part of the path that varies, as it was sent; empty if none does.
        let parameter: String
    }

    private static let slash = PathSteps.slash

    private var endpoints: [Endpoint] = []
    private let steps: PathSteps

    /// Builds the table.
    init(_ routes: [Route]) {
        var parts = [PathSteps.Part()]
        for route in routes { Self.add(route, &parts, &endpoints) }
        steps = PathSteps(parts)
    }

    /// The routes of a path; nil for a path that is not known.
    func endpoint(of path: String) -> Endpoint? {
        place(of: path.utf8).map { endpoints[$0] }
    }

    /// The route of a plain path that can be answered at once; nil if there is none.
    ///
    /// Empty parts, also at the end, are left to others.
    func reading(_ path: UnsafeBufferPointer<UInt8>) -> ReadMatch? {
        guard let place = steps.find(path, isPlain: true), let route = endpoints[place].reading
        else { return nil }
        return ReadMatch(route: route, parameter: endpoints[place].parameter(of: path))
    }

    private static func add(
        _ route: Route,
        _ nodes: inout [PathSteps.Part],
        _ endpoints: inout [Endpoint]
    ) {
        var node = 0
        var variables: [(place: Int, name: Substring)] = []
        let parts = route.path.utf8.split(separator: RouteTable.slash)
        for (place, part) in parts.enumerated() {
            let isVariable = part.first == UInt8(ascii: ":")
            if isVariable { variables.append((place, Substring(part.dropFirst()))) }
            node = child(of: node, part, isVariable: isVariable, &nodes)
        }
        if let place = nodes[node].found {
            precondition(
                endpoints[place].path == route.path
                    && endpoints[place].route(for: route.method) == nil,
                "\(route.method) \(route.path) stands there twice, or with other names"
            )
            endpoints[place].routes.append(route)
            endpoints[place].reading = endpoints[place].reading ?? ReadRoute(route)
        } else {
            nodes[node].found = endpoints.count
            endpoints.append(
                Endpoint(
                    path: route.path,
                    routes: [route],
                    reading: ReadRoute(route),
                    variables: variables,
                    partCount: parts.count
                )
            )
        }
    }

    private static func child(
        of node: Int,
        _ part: Substring.UTF8View,
        isVariable: Bool,
        _ nodes: inout [PathSteps.Part]
    ) -> Int {
        let bytes = Array(part)
        let known =
            isVariable
            ? nodes[node].variable : nodes[node].literals.first { $0.part == bytes }?.next
        if let known { return known }
        let new = nodes.count
        nodes.append(PathSteps.Part())
        if isVariable {
            nodes[node].variable = new
        } else {
            nodes[node].literals.append((bytes, new))
        }
        return new
    }

    /// The endpoint of a path.
    private func place(of path: some Collection<UInt8>) -> Int? {
        // Texts lie in one piece, so that nothing is copied.
        let found = path.withContiguousStorageIfAvailable { steps.find($0, isPlain: false) }
        return found ?? Array(path).withUnsafeBufferPointer { steps.find($0, isPlain: false) }
    }
}
