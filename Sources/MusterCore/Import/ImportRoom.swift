/// What one import may hold in memory, given back when nobody holds this any more.
public protocol ImportRoom: AnyObject, Sendable {
    /// Takes room, and says whether there was so much.
    func take(_ bytes: Int) -> Bool

    /// Gives back some of what was taken.
    func giveBack(_ bytes: Int)
}
