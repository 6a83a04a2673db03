import AsyncHTTPClient
import FoundationEssentials
import MusterCore
import MusterServer
import NIOCore
import NIOHTTP1
import SystemCalls
import WireJSON

/// Asks the server on this machine, through its Unix domain socket.
struct LocalClient: Sendable {
    /// The most bytes of an answer: 64 keys of 16384 bits, each with 128 networks.
    private static let answerBytes = 2_097_152

    /// The socket's path.
    let socketPath: String
    /// When the answer has to be there.
    let deadline: NIODeadline

    /// Asks.
    ///
    /// - Parameters:
    ///   - question: What to ask.
    ///   - members: Writes the members of the question's body.
    /// - Returns: The members of the answer.
    /// - Throws: ``MusterError`` with code `store.unavailable` if there is no answer.
    func ask(
        _ question: LocalQuestion,
        _ members: (inout JSONWriter) -> Void
    ) async throws(MusterError) -> JSONObject {
        var json = JSONWriter()
        json.object { members(&$0) }
        guard !socketPath.isEmpty,
            let url = URL(httpURLWithSocketPath: socketPath, uri: question.rawValue)
        else { throw silence("its path is empty") }
        var request = HTTPClientRequest(url: url.absoluteString)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(json.bytes)
        let answer: ByteBuffer
        do {
            answer = try await send(request)
        } catch let error as MusterError {
            throw error
        } catch {
            throw silence(LocalClient.reason(of: error))
        }
        guard case .object(let object)? = try? JSONValue(parsing: answer.readableBytesView) else {
            throw silence("the answer is no JSON object")
        }
        return object
    }

    private func send(_ request: HTTPClientRequest) async throws -> ByteBuffer {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // A server that is not there now is no better in a second.
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(request, deadline: deadline)
            guard response.status == .ok else {
                throw silence("the answer has status \(response.status.code)")
            }
            return try await response.body.collect(upTo: LocalClient.answerBytes)
        }
    }

    private func silence(_ reason: String) -> MusterError {
        MusterError(.storeUnavailable, "No answer from the server at \(socketPath): \(reason).")
    }

    private static func reason(of error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as HTTPClientError: error.shortDescription
        case is SocketAddressError: "the path has too many bytes for a socket"
        default: "\(type(of: error))"
        }
    }
}
