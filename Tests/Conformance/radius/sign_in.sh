#!/usr/bin/env bash
# On a machine of its own (../ssh/apart.sh): signs somebody in by Debian's pam_radius_auth, as coming from an address. What
# is asked for comes from standard input, a line each.
# Usage: sign_in.sh SETTINGS NAME ADDRESS
set -euo pipefail
install -m 0600 "$1" /etc/pam_radius_auth.conf
printf '%s required pam_radius_auth.so\n' auth account > /etc/pam.d/by-radius
exec pamtester -I rhost="$3" by-radius "$2" authenticate acct_mgmt
