import MusterAPI
import TextBytes
import WireJSON

/// The columns of a CSV file that tell of a user as a person, which JSON lines have inside `person`.
enum CSVPerson {
    /// Where in a person what stands in a column belongs.
    enum Place: Sendable {
        /// A member.
        case member(String)
        /// A part of the name.
        case name(String)
        /// What an organization knows.
        case organization(String)
        /// A telephone of a type.
        case phone(String)
        /// A part of the address at work.
        case address(String)
    }

    /// The member under which a person has what an organization knows.
    static let organization = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

    /// The columns.
    static let columns: [(name: String, place: Place)] = [
        ("given_name", .name("givenName")), ("middle_name", .name("middleName")),
        ("family_name", .name("familyName")), ("honorific_prefix", .name("honorificPrefix")),
        ("honorific_suffix", .name("honorificSuffix")), ("nickname", .member("nickName")),
        ("title", .member("title")), ("user_type", .member("userType")),
        ("profile_url", .member("profileUrl")),
        ("preferred_language", .member("preferredLanguage")), ("locale", .member("locale")),
        ("timezone", .member("timezone")), ("work_phone", .phone("work")),
        ("mobile_phone", .phone("mobile")), ("home_phone", .phone("home")),
        ("street_address", .address("streetAddress")), ("locality", .address("locality")),
        ("region", .address("region")), ("postal_code", .address("postalCode")),
        ("country", .address("country")), ("employee_number", .organization("employeeNumber")),
        ("cost_center", .organization("costCenter")),
        ("organization", .organization("organization")),
        ("division", .organization("division")), ("department", .organization("department")),
    ]

    /// An object whose cells of such columns have become members of its `person`.
    ///
    /// - Parameters:
    ///   - members: The members of a line without those cells.
    ///   - cells: What stands in the columns, in their order.
    /// - Returns: The line's object.
    static func object(
        _ members: [(name: String, value: JSONValue)],
        _ cells: [(place: Place, text: String)]
    ) -> JSONObject {
        guard !cells.isEmpty else { return JSONObject(members) }
        var person = JSONObject()
        var rest = members
        if let place = members.firstIndex(where: { $0.name.hasSameBytes(as: "person") }) {
            // A cell that is no object goes to the server, which says what is wrong with it.
            guard case .object(let whole) = members[place].value else { return JSONObject(members) }
            person = whole
            rest.remove(at: place)
        }
        for (place, text) in cells { person = place.setting(text, in: person) }
        return JSONObject(rest + [("person", .object(person))])
    }

    /// What stands in a column of a person's.
    static func text(at place: Place, in person: JSONObject) -> String {
        place.value(in: person)?.plainText ?? ""
    }
}

extension CSVPerson.Place {
    /// The value in a person.
    fileprivate func value(in person: JSONObject) -> JSONValue? {
        switch self {
        case .member(let name): person[name]
        case .name(let part): person.inner("name")[part]
        case .organization(let part): person.inner(CSVPerson.organization)[part]
        case .phone(let type): person.elements("phoneNumbers").first { $0.isOf(type) }?["value"]
        case .address(let part): person.elements("addresses").first { $0.isOf("work") }?[part]
        }
    }

    /// A person with a text there.
    fileprivate func setting(_ text: String, in person: JSONObject) -> JSONObject {
        let value = JSONValue.string(text)
        switch self {
        case .member(let name): return person.replacing(name, value)
        case .name(let part):
            return person.replacing("name", .object(person.inner("name").replacing(part, value)))
        case .organization(let part):
            let name = CSVPerson.organization
            return person.replacing(name, .object(person.inner(name).replacing(part, value)))
        case .phone(let type): return person.replacing(in: "phoneNumbers", type, "value", value)
        case .address(let part): return person.replacing(in: "addresses", "work", part, value)
        }
    }
}

extension JSONObject {
    /// The object of a member; an empty one if there is none.
    fileprivate func inner(_ name: String) -> JSONObject {
        guard case .object(let object)? = self[name] else { return JSONObject() }
        return object
    }

    /// The objects of a list.
    fileprivate func elements(_ name: String) -> [JSONObject] {
        guard case .array(let elements)? = self[name] else { return [] }
        return elements.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }

    fileprivate func isOf(_ type: String) -> Bool { self["type"] == .string(type) }

    /// The same with another value of a member.
    fileprivate func replacing(_ name: String, _ value: JSONValue) -> JSONObject {
        var members = members
        if let place = members.firstIndex(where: { $0.name.hasSameBytes(as: name) }) {
            members[place].value = value
        } else {
            members.append((name, value))
        }
        return JSONObject(members)
    }

    /// The same with another value in the element of a list that has a type.
    fileprivate func replacing(
        in list: String,
        _ type: String,
        _ part: String,
        _ value: JSONValue
    ) -> JSONObject {
        var elements = elements(list)
        let place = elements.firstIndex { $0.isOf(type) }
        let element = place.map { elements[$0] } ?? JSONObject([("type", .string(type))])
        let changed = element.replacing(part, value)
        if let place { elements[place] = changed } else { elements.append(changed) }
        return replacing(list, .array(elements.map { .object($0) }))
    }
}
