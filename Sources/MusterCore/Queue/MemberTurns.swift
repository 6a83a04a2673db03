/// Members of one group in which jobs wait: whose turn it is among them, and which has the most.
///
/// A kind's members are its neighbourhoods, a neighbourhood's are its lanes. The links lie outside, in one table for
/// all groups of a sort, so that what is kept grows with the members and not with members times groups.
struct MemberTurns {
    /// The links of the members of all groups of one sort, each of which is in one group at a time.
    struct Links {
        fileprivate var order = SlotLists()
        fileprivate var lengths = SlotLists()
    }

    /// How many jobs wait with all members.
    private(set) var count = 0

    private var queue = SlotLists.List()
    /// The members with so many jobs, at that number.
    private var byLength: [SlotLists.List] = []
    private var longest = 0

    /// The member that is served next.
    var first: Int? { queue.first }

    /// The member that has the most jobs; of several the one that came to so many last.
    var longestMember: Int? { longest == 0 ? nil : byLength[longest].last }

    /// A job of this member is being taken, so that another one comes next.
    mutating func served(_ member: Int, _ links: inout Links) {
        links.order.remove(member, from: &queue)
        links.order.append(member, to: &queue)
    }

    mutating func member(_ member: Int, grewTo length: Int, _ links: inout Links) {
        if length == 1 {
            links.order.append(member, to: &queue)
        } else {
            links.lengths.remove(member, from: &byLength[length - 1])
        }
        while byLength.count <= length { byLength.append(SlotLists.List()) }
        links.lengths.append(member, to: &byLength[length])
        longest = max(longest, length)
        count += 1
    }

    mutating func member(_ member: Int, shrankTo length: Int, _ links: inout Links) {
        links.lengths.remove(member, from: &byLength[length + 1])
        if length == 0 {
            links.order.remove(member, from: &queue)
        } else {
            links.lengths.append(member, to: &byLength[length])
        }
        if byLength[longest].isEmpty { longest -= 1 }
        count -= 1
    }
}
