# systemd's judge of services: how far somebody would come who had taken over the server.
score=$(systemd-analyze security --offline=true --json=off packaging/muster.service | sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/\1/p')
expect "systemd-analyze security is at 2.0 or better ($score)" fewer "$score" 2.0
