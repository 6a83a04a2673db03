extension PostgresAddress {
    /// Takes apart what is said of several servers, so that each can be tried by itself.
    ///
    /// libpq goes on to the next one where a server is down, starts or can only be read, and gives up where one has no connection
    /// left or lets nobody in (https://www.postgresql.org/docs/15/libpq-connect.html, 34.1.1.3), though the next one may be the
    /// primary. What it would refuse as a whole, as more ports than hosts, is left to it.
    ///
    /// - Parameter given: Names and values, as they were said.
    /// - Returns: What holds for each server in place of that; one that is empty where there is one, or none is named.
    static func servers(in given: [(name: String, value: String)]) -> [[String: String]] {
        let whole: [[String: String]] = [[:]]
        let lists = ["host", "hostaddr", "port"].compactMap { name in
            given.first { $0.name == name }.map { option in
                let parts = option.value.split(separator: ",", omittingEmptySubsequences: false)
                return (name: name, values: parts.map(String.init))
            }
        }
        guard let first = lists.first, first.name != "port" else { return whole }
        let count = first.values.count
        guard count > 1, !first.values.contains("") else { return whole }
        for list in lists where list.values.count != count {
            guard list.name == "port", list.values.count == 1 else { return whole }
        }
        return (0..<count).map { place in
            let own = lists.filter { $0.values.count == count }.map { ($0.name, $0.values[place]) }
            return Dictionary(uniqueKeysWithValues: own)
        }
    }
}
