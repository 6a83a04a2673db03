package import WireJSON

/// The records under a name in a list's answer, and how many there are in all where the answer says so.
package struct RecordList<Record: Sendable>: Sendable {
    /// The records.
    package let records: [Record]
    private let fields: NativeFields

    /// Reads a list.
    ///
    /// An answer without its list is none: it must not be taken for one in which nothing is.
    ///
    /// - Parameters:
    ///   - object: The answer.
    ///   - name: The member that holds the records.
    ///   - read: Reads one of them.
    /// - Throws: ``FieldError`` if there is no array of objects, and what `read` throws.
    package init(
        _ object: JSONObject,
        _ name: String,
        _ read: (JSONObject) throws(FieldError) -> Record
    ) throws(FieldError) {
        fields = NativeFields(object)
        let elements = try fields.manyFields(name).required(name)
        var records: [Record] = []
        records.reserveCapacity(elements.count)
        for element in elements { records.append(try read(element.object)) }
        self.records = records
    }

    /// `total`: how many there are, in this answer or not.
    ///
    /// - Throws: ``FieldError`` where the answer does not say.
    package func total() throws(FieldError) -> Int64 {
        try fields.number("total").required("total")
    }

    /// `total_is_estimate`: whether that number is estimated; it is not where the answer does not say so.
    ///
    /// - Throws: ``FieldError`` where it is no truth value.
    package func isTotalEstimate() throws(FieldError) -> Bool {
        try fields.optionalFlag("total_is_estimate") ?? false
    }
}
