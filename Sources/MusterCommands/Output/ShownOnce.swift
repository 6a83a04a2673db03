/// Secrets that are shown only once.
enum ShownOnce {
    /// Writes an answer with a secret in it.
    ///
    /// - Parameters:
    ///   - loss: What was done all the same, and how to get another secret, where the answer cannot be written.
    ///   - write: Writes the answer.
    /// - Throws: ``CommandError`` with the status of the output's failure, and `loss` after its sentence.
    static func write(orSay loss: String, _ write: () throws -> Void) throws {
        do {
            try write()
        } catch let error as CommandError {
            let reason = error.message.isEmpty ? "Nobody reads the output any more." : error.message
            throw CommandError(error.status, "\(reason) \(loss)")
        }
    }
}
