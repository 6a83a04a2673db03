public import MusterCore

extension UserChanges {
    /// The changes that `build` sets; all others are none.
    public init(_ build: (inout UserChanges) -> Void) {
        self.init()
        build(&self)
    }
}
