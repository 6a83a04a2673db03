import ArgumentParser
import MusterClient
import MusterCore
import WireJSON

/// `muster users masks`.
struct UsersMasks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "masks",
        abstract: "What a user may read, write and see live, bit by bit.",
        discussion: "Example: muster users masks set jane@example.com --readbm Users,Config",
        subcommands: [UsersMasksShow.self, UsersMasksSet.self]
    )
}

extension RecordLayout {
    /// A bit of the masks of a user.
    fileprivate static let mask = RecordLayout(
        "masks",
        id: "mask",
        columns: [
            Column("Mask", "mask"), Column("Value", "value"), Column("Hexadecimal", "hex"),
            Column("Bits", "names"),
        ],
        fields: ["mask", "value", "hex", "names"]
    )
}

extension OutputOptions {
    /// Prints the masks of a user, one a line, with the names of the bits.
    fileprivate func masks(of user: UserRecord, _ bits: [MaskBitRecord]) throws {
        var list = list(.mask)
        try list.append(
            [("readbm", user.readbm), ("writebm", user.writebm), ("lviewbm", user.lviewbm)].map {
                name,
                value in
                let names =
                    value == .max
                    ? [.string("all")]
                    : bits.filter { value & $0.value != 0 }.map { JSONValue.string($0.name) }
                return JSONObject([
                    ("mask", .string(name)), ("value", .integer(value)),
                    ("hex", .string("0x" + String(value, radix: 16))), ("names", .array(names)),
                ])
            }
        )
        try list.finish()
    }
}

/// `muster users masks show`.
struct UsersMasksShow: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a user's masks, with the names of the bits.",
        discussion: "Example: muster users masks show jane@example.com"
    )

    @Argument(help: "The user: id, UUID or user name.")
    var user: UserArgument

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let record = try await server.user(user).user
        try output.masks(of: record, try await server.maskBits())
    }
}

/// `muster users masks set`.
struct UsersMasksSet: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set a user's masks.",
        discussion: """
            A mask is a decimal number, 0x and hexadecimal digits, names of bits between commas, all, or none. \
            What is not named stays as it is. Asks before you take the administration of users from yourself. The \
            names are \(Resource.allCases.map(\.name).joined(separator: ", ")).

            Example: muster users masks set jane --readbm Users,Config --writebm none
            Example: muster users masks set 10 --lviewbm 0xff
            """
    )

    @Argument(help: "The user: id, UUID or user name.")
    var user: UserArgument

    @OptionGroup var masks: MaskOptions
    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !masks.isEmpty else {
            throw ValidationError("Say which mask, such as --readbm.")
        }
    }

    func run(on server: Server) async throws {
        let bits = try await server.maskBits()
        let values = try masks.values(bits)
        try await Administration(server: server, confirmation: confirmation).confirm(
            user,
            role: nil,
            writeMask: values.write
        )
        let changed = try await server.change(user) { values.apply(to: &$0) }
        try output.masks(of: changed, bits)
        if values.write != nil { try Administration.tell(changed, beside: output) }
    }
}
