/// How many there are of what a list shows a part of.
public struct ListTotal: Sendable, Equatable {
    /// Up to how many are counted, where nobody needs to know it exactly.
    public static let usualLimit = 10_000

    /// The number.
    public let count: Int
    /// Whether it is estimated, because there are more than are counted.
    public let isEstimate: Bool

    /// Builds a number, one that was counted unless said otherwise.
    public init(_ count: Int, isEstimate: Bool = false) {
        self.count = count
        self.isEstimate = isEstimate
    }
}
