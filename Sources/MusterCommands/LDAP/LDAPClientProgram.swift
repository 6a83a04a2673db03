import ArgumentParser

/// The clients of LDAP whose settings are known.
enum LDAPClientProgram: String, CaseIterable, ExpressibleByArgument {
    /// The System Security Services Daemon: users, groups, passwords and keys of a machine.
    case sssd
    /// nss-pam-ldapd: users, groups and passwords of a machine.
    case nslcd
    /// The Apache HTTP server, mod_authnz_ldap.
    case apache
    /// Grafana.
    case grafana

    /// The client's settings, as its own file has them.
    func text(for server: LDAPClientServer) -> String {
        switch self {
        case .sssd: LDAPClientProgram.sssd(server)
        case .nslcd: LDAPClientProgram.nslcd(server)
        case .apache: LDAPClientProgram.apache(server)
        case .grafana: LDAPClientProgram.grafana(server)
        }
    }

    /// sssd.conf(5), sssd-ldap(5).
    ///
    /// sssd takes a login with an `@` for a name in a domain, or an e-mail address, unless `re_expression` says that all of it
    /// is the name. It checks no password without TLS.
    private static func sssd(_ server: LDAPClientServer) -> String {
        let protection =
            switch server.protection {
            case .tls: ""
            case .startTLS: "ldap_id_use_start_tls = true\n"
            case .none:
                "# sssd checks passwords over TLS alone: set ldap.tlsBind, ldap.tls.certificate, ldap.tls.privateKey.\n"
            }
        return """
            # /etc/sssd/sssd.conf, mode 0600
            [sssd]
            services = nss, pam, ssh
            domains = muster

            [domain/muster]
            id_provider = ldap
            auth_provider = ldap
            chpass_provider = ldap
            ldap_uri = \(server.url)
            \(protection)ldap_search_base = \(server.suffix)
            ldap_user_search_base = \(server.people)
            ldap_group_search_base = \(server.groups)
            ldap_schema = rfc2307bis
            ldap_user_ssh_public_key = sshPublicKey
            ldap_default_bind_dn = \(server.account)
            ldap_default_authtok = \(LDAPClientServer.secret)
            re_expression = ^(?P<name>.+)$

            """
    }

    /// nslcd.conf(5).
    private static func nslcd(_ server: LDAPClientServer) -> String {
        let protection =
            switch server.protection {
            case .tls: "tls_reqcert demand\n"
            case .startTLS: "ssl start_tls\ntls_reqcert demand\n"
            case .none: ""
            }
        return """
            # /etc/nslcd.conf, mode 0640
            uid nslcd
            gid nslcd
            uri \(server.url)
            \(protection)base \(server.suffix)
            base passwd \(server.people)
            base group \(server.groups)
            binddn \(server.account)
            bindpw \(LDAPClientServer.secret)
            # Without this nslcd refuses names with + or =.
            validnames /^[a-z0-9._@+=-]+$/i

            """
    }

    /// mod_authnz_ldap and mod_ldap of httpd 2.4.
    private static func apache(_ server: LDAPClientServer) -> String {
        let mode =
            switch server.protection {
            case .tls: ""
            case .startTLS: " STARTTLS"
            case .none: ""
            }
        return """
            # Needs the modules ldap and authnz_ldap.
            <Location "/">
                AuthType Basic
                AuthName "Muster"
                AuthBasicProvider ldap
                AuthLDAPURL "\(server.url)/\(server.people)?uid"\(mode)
                AuthLDAPBindDN "\(server.account)"
                AuthLDAPBindPassword "\(LDAPClientServer.secret)"
                Require valid-user
                # Require ldap-group cn=GROUP,\(server.groups)
            </Location>

            """
    }

    /// ldap.toml of Grafana.
    private static func grafana(_ server: LDAPClientServer) -> String {
        """
        # ldap.toml
        [[servers]]
        host = "\(server.host)"
        port = \(server.port)
        use_ssl = \(server.protection != .none)
        start_tls = \(server.protection == .startTLS)
        bind_dn = '\(server.account)'
        bind_password = '\(LDAPClientServer.secret)'
        search_filter = "(uid=%s)"
        search_base_dns = ['\(server.people)']

        [servers.attributes]
        username = "uid"
        name = "givenName"
        surname = "sn"
        email = "mail"
        member_of = "memberOf"

        """
    }
}
