import Hummingbird
import MusterConsole
import MusterCore
import QRCode
import TextBytes

extension OwnFactorRoutes {
    @Sendable func addApp(_ visit: Visit) async throws -> Response {
        do {
            let new = try await factors.addTimeCode(by: try visit.principal) {
                (visit.text("label"), visit.secret("password"))
            }
            let (secret, uri) = (
                new.secret.withExposedValue { $0 }, new.uri.withExposedValue { $0 }
            )
            return showSecret(visit.frame, new.id, secret, uri)
        } catch {
            guard !error.isOfServer else { throw error }
            let asks = error.asksForProof
            let page = FactorPages.newApp(
                try await visit.frame(for: error),
                label: visit.state("label", error),
                password: asks ? FieldState(error: Visit.confirmationComplaint(error)) : nil
            )
            return ConsoleResponse.page(page, telling: error)
        }
    }

    private func showSecret(
        _ frame: Frame,
        _ id: FactorID,
        _ secret: String,
        _ uri: String,
        telling error: MusterError? = nil
    ) -> Response {
        let page = FactorPages.confirmApp(
            frame,
            id: id,
            secret: secret,
            uri: uri,
            picture: HTML(trusted: QRCode(uri)?.svg ?? ""),
            code: FieldState(error: error?.message)
        )
        return ConsoleResponse.page(page, telling: error)
    }

    @Sendable func confirmApp(_ visit: Visit) async throws -> Response {
        let id = Int64(visit.text("id").head(20)).map(FactorID.init(rawValue:))
        do {
            let added = try await factors.confirmTimeCode(id, by: try visit.principal) {
                Secret(visit.text("code"))
            }
            return answer(added, visit)
        } catch {
            guard error.code == .codeInvalid else { throw error }
            let uri = visit.text("uri")
            guard let id, uri.utf8.count <= 512, uri.utf8.starts(with: "otpauth://totp/".utf8)
            else {
                throw error
            }
            return showSecret(visit.frame, id, visit.text("secret"), uri, telling: error)
        }
    }
}
