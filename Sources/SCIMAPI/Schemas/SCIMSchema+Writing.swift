public import WireJSON

extension SCIMSchema {
    /// Writes the schema as a resource (RFC 7643 section 7), which lives under a root.
    public func write(to json: inout JSONWriter, root: String) {
        json.object { json in
            json.name("schemas")
            json.array { $0.string("urn:ietf:params:scim:schemas:core:2.0:Schema") }
            json.member("id", id)
            json.member("name", name)
            json.member("description", description)
            json.name("attributes")
            json.array { json in
                for attribute in attributes { attribute.write(to: &json) }
            }
            json.name("meta")
            json.object { json in
                json.member("resourceType", "Schema")
                json.member("location", "\(root)/Schemas/\(id)")
            }
        }
    }
}

extension SCIMAttribute {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("type", kind.rawValue)
            json.member("multiValued", isMultiValued)
            json.member("description", description)
            json.member("required", isRequired)
            json.member("caseExact", isCaseExact)
            json.member("mutability", mutability.rawValue)
            json.member("returned", returned.rawValue)
            json.member("uniqueness", isUnique ? "server" : "none")
            write(canonicalValues, as: "canonicalValues", to: &json)
            write(referenceTypes, as: "referenceTypes", to: &json)
            guard !subAttributes.isEmpty else { return }
            json.name("subAttributes")
            json.array { json in
                for attribute in subAttributes { attribute.write(to: &json) }
            }
        }
    }

    private func write(_ texts: [String], as name: StaticString, to json: inout JSONWriter) {
        guard !texts.isEmpty else { return }
        json.name(name)
        json.array { json in
            for text in texts { json.string(text) }
        }
    }
}

extension SCIMResourceType {
    /// Writes the kind as a resource (RFC 7643 section 6), which lives under a root.
    public func write(to json: inout JSONWriter, root: String) {
        json.object { json in
            json.name("schemas")
            json.array { $0.string("urn:ietf:params:scim:schemas:core:2.0:ResourceType") }
            json.member("id", name)
            json.member("name", name)
            json.member("description", description)
            json.member("endpoint", endpoint)
            json.member("schema", schema.id)
            json.name("schemaExtensions")
            json.array { json in
                for schema in extensions {
                    json.object { json in
                        json.member("schema", schema.id)
                        json.member("required", false)
                    }
                }
            }
            json.name("meta")
            json.object { json in
                json.member("resourceType", "ResourceType")
                json.member("location", "\(root)/ResourceTypes/\(name)")
            }
        }
    }
}
