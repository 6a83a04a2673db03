public import WireJSON

/// Who asks: the answer to `GET /account`, also for somebody who has to change a temporary password first.
public struct OwnAccountRecord: Sendable, Equatable {
    /// The caller, with all that belongs to it.
    public var account: AccountRecord
    /// `password_change_required`: whether the caller has to change its password before anything else.
    public var mustChangePassword: Bool

    /// Builds a record.
    public init(account: AccountRecord, mustChangePassword: Bool) {
        self.account = account
        self.mustChangePassword = mustChangePassword
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            account.writeMembers(to: &json)
            json.member("password_change_required", mustChangePassword)
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        account = try AccountRecord(object)
        mustChangePassword = try NativeFields(object).flag("password_change_required")
            .required("password_change_required")
    }
}
