import FoundationEssentials

/// Many values of one type in one place, as `= ANY (?)` takes them: an array of one dimension in the engine's binary form
/// (`array_recv`): its dimensions, whether one is NULL, the type, then how many there are, from which number on, and each
/// with its length.
private func arrayForm<Value: PostgresValue>(_ values: [Value]) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: Int32(truncatingIfNeeded: value).bigEndian) { Array($0) }
    }
    var form = number(values.isEmpty ? 0 : 1) + number(0) + number(Int(Value.type))
    guard !values.isEmpty else { return form }
    form += number(values.count) + number(1)
    for value in values {
        let bytes = value.binary
        form += number(bytes.count) + bytes
    }
    return form
}

/// Values of one type as one argument.
struct PostgresArray<Value: PostgresValue>: PostgresArgument {
    let binary: [UInt8]

    init(_ values: [Value]) {
        binary = arrayForm(values)
    }
}
