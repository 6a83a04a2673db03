import MusterCore
import WireJSON

/// What `muster init` prints: the only time that the secrets are shown.
struct InitReport {
    let created: BootstrappedDirectory
    let password: Secret<String>
    let settings: Settings

    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("id", created.administrator.id.rawValue)
            json.member("uuid", created.administrator.uuid.text)
            json.member("username", created.administrator.username.text)
            password.withExposedValue { json.member("password", $0) }
            json.member("access_key", created.keys.accessKey)
            created.keys.secretKey.withExposedValue { json.member("secret_key", $0) }
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }

    var text: String {
        let url = address
        let access = created.keys.accessKey
        return password.withExposedValue { password in
            created.keys.secretKey.withExposedValue { secret in
                """
                The directory is ready. Keep this; it is shown only once.

                  user name   \(created.administrator.username.text)
                  password    \(password)
                  access key  \(access)
                  secret key  \(secret)

                Log in, while the server runs:

                \(login)

                Try it with curl:

                curl -H 'X-ApiKeys: accessKey=\(access);secretKey=\(secret)' \(url)/users

                Try it with pyTenable (pip install pytenable):

                python3 - <<'END'
                from tenable.io import TenableIO
                tio = TenableIO('\(access)', '\(secret)', url='\(url)')
                for user in tio.users.list():
                    print(user['id'], user['username'], user['name'])
                END


                """
            }
        }
    }

    private var login: String {
        "\(Destination.Proof.none.login(at: address)) \(created.administrator.username.text)"
    }

    private var address: String {
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        return "\(settings.tls == nil ? "http" : "https")://\(host):\(settings.port)"
    }
}
