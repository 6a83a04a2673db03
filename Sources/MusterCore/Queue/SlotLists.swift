/// Lists of small numbers, each number in one list at most.
///
/// Any number is added to an end or taken out of the middle at once, whatever the lists' length: the links of all of
/// them lie in one table.
struct SlotLists {
    /// One of the lists.
    struct List {
        fileprivate(set) var first: Int?
        fileprivate(set) var last: Int?

        var isEmpty: Bool { first == nil }
    }

    private var links: [(before: Int?, after: Int?)] = []

    /// Adds a number after all others of a list.
    ///
    /// It must be in no list.
    mutating func append(_ slot: Int, to list: inout List) {
        while links.count <= slot { links.append((nil, nil)) }
        links[slot] = (list.last, nil)
        if let last = list.last {
            links[last].after = slot
        } else {
            list.first = slot
        }
        list.last = slot
    }

    /// Takes a number out of its list.
    mutating func remove(_ slot: Int, from list: inout List) {
        let (before, after) = links[slot]
        if let before { links[before].after = after } else { list.first = after }
        if let after { links[after].before = before } else { list.last = before }
        links[slot] = (nil, nil)
    }
}

/// Numbers from zero, the ones given back before new ones.
struct SlotNumbers {
    private var free: [Int] = []
    private var count = 0

    mutating func take() -> Int {
        if let slot = free.popLast() { return slot }
        count += 1
        return count - 1
    }

    mutating func giveBack(_ slot: Int) {
        free.append(slot)
    }
}
