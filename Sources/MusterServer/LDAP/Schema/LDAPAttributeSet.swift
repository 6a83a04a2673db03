/// Some attributes, a bit for each: every entry that is shown or held against a filter is asked for them.
struct LDAPAttributeSet: ExpressibleByArrayLiteral, Sendable {
    private var bits: UInt128

    init(arrayLiteral attributes: LDAPAttribute...) {
        self.init(attributes)
    }

    init(_ attributes: some Sequence<LDAPAttribute>) {
        bits = attributes.reduce(0) { $0 | $1.bit }
    }

    private init(bits: UInt128) {
        self.bits = bits
    }

    func contains(_ attribute: LDAPAttribute) -> Bool { bits & attribute.bit != 0 }

    func union(_ other: LDAPAttributeSet) -> LDAPAttributeSet {
        LDAPAttributeSet(bits: bits | other.bits)
    }

    func intersection(_ other: LDAPAttributeSet) -> LDAPAttributeSet {
        LDAPAttributeSet(bits: bits & other.bits)
    }

    func subtracting(_ other: LDAPAttributeSet) -> LDAPAttributeSet {
        LDAPAttributeSet(bits: bits & ~other.bits)
    }

    func isDisjoint(with other: LDAPAttributeSet) -> Bool { bits & other.bits == 0 }

    /// The attributes, in the order in which they are written.
    var list: [LDAPAttribute] {
        var list: [LDAPAttribute] = []
        list.reserveCapacity(bits.nonzeroBitCount)
        var rest = bits
        while rest != 0 {
            list.append(LDAPAttribute.all[rest.trailingZeroBitCount])
            rest &= rest - 1
        }
        return list
    }

    /// Those that are shown only to who asks for them by name or by `+`.
    static let operational = LDAPAttributeSet(
        LDAPAttribute.all.filter { $0.definition.isOperational }
    )
    /// Those that only administrators of users see.
    static let administrative: LDAPAttributeSet = [
        .nsAccountLock, .pwdAccountLockedTime, .musterRole, .musterReadMask, .musterWriteMask,
        .musterLiveviewMask, .musterHost, .musterEnabled,
    ]
    /// Those that people use.
    static let ofPeople = LDAPAttributeSet(
        LDAPAttribute.all.filter { !$0.definition.isOperational }
    )
}

extension LDAPAttribute {
    /// Its place in a set.
    fileprivate var bit: UInt128 { 1 << UInt128(rawValue) }
}
