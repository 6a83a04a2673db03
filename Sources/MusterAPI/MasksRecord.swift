public import WireJSON

/// What a user may do, bit by bit: the answer to `POST /authenticate`.
public struct MasksRecord: Sendable, Equatable {
    /// `readbm`.
    public var readbm: Int64
    /// `writebm`.
    public var writebm: Int64
    /// `lviewbm`.
    public var lviewbm: Int64

    /// Builds a record.
    public init(readbm: Int64, writebm: Int64, lviewbm: Int64) {
        self.readbm = readbm
        self.writebm = writebm
        self.lviewbm = lviewbm
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("readbm", readbm)
            json.member("writebm", writebm)
            json.member("lviewbm", lviewbm)
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        readbm = try fields.number("readbm").required("readbm")
        writebm = try fields.number("writebm").required("writebm")
        lviewbm = try fields.number("lviewbm").required("lviewbm")
    }
}

/// A bit of the masks and its name, as `GET /masks` lists them.
public struct MaskBitRecord: Sendable, Equatable {
    /// `index`: the bit, 0 to 62.
    public var index: Int64
    /// `name`.
    public var name: String

    /// Builds a record.
    public init(index: Int64, name: String) {
        self.index = index
        self.name = name
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("index", index)
            json.member("name", name)
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        index = try fields.number("index", upTo: 62).required("index")
        name = try fields.text("name").required("name")
    }
}
