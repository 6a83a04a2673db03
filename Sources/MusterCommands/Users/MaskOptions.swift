import ArgumentParser
import MusterClient
import MusterCore

/// The options that set masks.
struct MaskOptions: ParsableArguments, Sendable {
    // A number below zero is read, too, so that it is refused as what it is.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What the user may read: a number, 0x and hexadecimal digits, names such as Users,Config, all, or none.",
            valueName: "mask"
        ),
        completion: MaskOptions.values,
        transform: MaskArgument.read
    )
    var readbm: MaskArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What the user may write.", valueName: "mask"),
        completion: MaskOptions.values,
        transform: MaskArgument.read
    )
    var writebm: MaskArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Of what the user may see the live view.", valueName: "mask"),
        completion: MaskOptions.values,
        transform: MaskArgument.read
    )
    var lviewbm: MaskArgument?

    private static let values = CompletionKind.list(
        Resource.allCases.map(\.name) + ["all", "none"]
    )

    /// Whether none is set.
    var isEmpty: Bool { readbm == nil && writebm == nil && lviewbm == nil }

    /// The values that are set.
    ///
    /// - Throws: ``CommandError`` where a name is none of a bit.
    func values(from server: Server) async throws(CommandError) -> MaskValues {
        var bits: [MaskBitRecord] = []
        let needsNames = [readbm, writebm, lviewbm].contains { mask in
            if case .names = mask { true } else { false }
        }
        if needsNames { bits = try await server.maskBits() }
        return try values(bits)
    }

    /// The values that are set, with the server's list of names.
    ///
    /// - Throws: ``CommandError`` where a name is none of a bit.
    func values(_ bits: [MaskBitRecord]) throws(CommandError) -> MaskValues {
        MaskValues(
            read: try readbm?.bits(bits),
            write: try writebm?.bits(bits),
            liveview: try lviewbm?.bits(bits)
        )
    }
}

/// Masks to be set; nil leaves one as it is.
struct MaskValues: Sendable {
    let read: Int64?
    let write: Int64?
    let liveview: Int64?

    /// Puts the members into a user's fields.
    func apply(to body: inout UserBody) {
        body.readbm = read
        body.writebm = write
        body.lviewbm = liveview
    }
}
