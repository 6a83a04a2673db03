/// The schema, as its entry shows it (RFC 4512 section 4.2).
enum LDAPSchema {
    /// The definitions of all attributes.
    static let attributeTypes: [[UInt8]] = LDAPAttribute.allCases.map { Array(text(of: $0).utf8) }

    /// The definitions of all classes.
    static let objectClasses: [[UInt8]] = LDAPObjectClass.allCases.map { Array($0.text.utf8) }

    /// The syntaxes that values have.
    static let syntaxes: [[UInt8]] = LDAPSyntax.allCases.map {
        Array("( \($0.rawValue) DESC '\($0.title)' )".utf8)
    }

    /// The rules by which values are compared.
    static let matchingRules: [[UInt8]] = {
        var rules: [String: String] = [:]
        for attribute in LDAPAttribute.allCases {
            let rule = attribute.rule
            rules[rule.rawValue] = definition(rule.oid, rule.rawValue, rule.syntax)
            if let ordering = rule.ordering {
                rules[ordering.name] = definition(ordering.oid, ordering.name, rule.syntax)
            }
            if let substrings = rule.substrings {
                // Of RFC 4517 section 3.3.30; the syntax of parts of texts.
                rules[substrings.name] =
                    "( \(substrings.oid) NAME '\(substrings.name)' SYNTAX 1.3.6.1.4.1.1466.115.121.1.58 )"
            }
        }
        return rules.sorted { $0.key < $1.key }.map { Array($0.value.utf8) }
    }()

    /// What filters hold values against in the lists above, read once: there are hundreds, of which anybody may ask who has not bound.
    static let compared: [LDAPAttribute: [LDAPValue]] = {
        let lists: [(LDAPAttribute, [[UInt8]])] = [
            (.attributeTypes, attributeTypes), (.objectClasses, objectClasses),
            (.ldapSyntaxes, syntaxes), (.matchingRules, matchingRules),
        ]
        return Dictionary(
            uniqueKeysWithValues: lists.map { attribute, list in
                (attribute, list.compactMap { LDAPValue($0, attribute.rule) })
            }
        )
    }()

    private static func definition(_ oid: String, _ name: String, _ syntax: LDAPSyntax) -> String {
        "( \(oid) NAME '\(name)' SYNTAX \(syntax.rawValue) )"
    }

    private static func text(of attribute: LDAPAttribute) -> String {
        let definition = attribute.definition
        let names = [attribute.name] + definition.aliases
        let name =
            names.count == 1
            ? "'\(names[0])'" : "( " + names.map { "'\($0)'" }.joined(separator: " ") + " )"
        let rule = definition.rule
        var parts = ["(", definition.oid, "NAME", name, "EQUALITY", rule.rawValue]
        if let ordering = rule.ordering { parts += ["ORDERING", ordering.name] }
        if let substrings = rule.substrings { parts += ["SUBSTR", substrings.name] }
        parts += ["SYNTAX", rule.syntax.rawValue]
        if definition.isSingle { parts.append("SINGLE-VALUE") }
        if definition.isOperational {
            parts += ["NO-USER-MODIFICATION", "USAGE", "directoryOperation"]
        }
        return (parts + [")"]).joined(separator: " ")
    }
}
