/// Where a call came from.
public struct RequestSource: Sendable {
    /// Where the person is: the peer's address, or one that somebody has told who is believed; nil if there is none, as
    /// for a command on the machine itself.
    public let address: IPAddress?
    /// The peer's address, whatever was told: where guesses count, and what is familiar.
    let peer: IPAddress?
    /// The login name of whoever has told the address; nil if it is the peer's own.
    let teller: String?
    /// The number of the request, 32 hexadecimal digits, that the caller also sees.
    public var requestID: String
    /// What a change depends on; nil if on nothing, and nobody asks what it has led to.
    public var condition: RevisionCondition?

    /// Builds a source.
    public init(address: IPAddress?, requestID: String, condition: RevisionCondition? = nil) {
        (self.address, peer, teller) = (address, address, nil)
        self.requestID = requestID
        self.condition = condition
    }

    /// A source as another one, with an address by somebody's word.
    init(_ source: RequestSource, at place: ToldPlace) {
        (address, peer, teller) = (place.address, source.peer, place.teller.user.username.text)
        requestID = source.requestID
        condition = source.condition
    }
}
