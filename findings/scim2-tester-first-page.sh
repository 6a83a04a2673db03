#!/usr/bin/env bash
# One would expect a checker of servers to look for what it has made by its id or by a filter, or to turn the pages of a list,
# which RFC 7644 section 3.4.2.4 lets a server cut. scim2-tester 0.5.2 looks on the first page alone, so that a server that
# passes while it is empty fails as soon as it has more users than fit on a page. Matters to whoever runs the checker
# against a server with people in it: give it an empty one, or pages longer than all lists.
# Upstream: scim2_tester/checkers/resource_get.py, https://github.com/python-scim/scim2-tester
# shellcheck source=findings/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

pypi scim scim2-cli==0.6.0 scim2-tester==0.5.2 scim2-client==0.13.2 scim2-models==0.12.3 scim2-server==0.8.3

export no_proxy=127.0.0.1
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
root=http://127.0.0.1:$port/v2

# The server in memory, with pages of five resources, as its description says.
cat >"$folder/service.json" <<'EOF'
{
  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
  "patch": {"supported": true},
  "bulk": {"supported": true, "maxOperations": 1000, "maxPayloadSize": 1048576},
  "filter": {"supported": true, "maxResults": 1000},
  "changePassword": {"supported": true},
  "sort": {"supported": true},
  "etag": {"supported": true},
  "pagination": {
    "cursor": false, "index": true, "defaultPaginationMethod": "index", "defaultPageSize": 5, "maxPageSize": 5
  }
}
EOF
"$folder/scim/bin/scim2-server" --port "$port" --service-provider-config "$folder/service.json" \
    >"$folder/log" 2>&1 &
started+=($!)
await curl -sf "$root/ServiceProviderConfig"

check() {
    "$folder/scim/bin/scim2" --url "$root" test >"$folder/verdicts" 2>&1 || true
    grep -ci 'could not find' "$folder/verdicts" || true
}

empty=$(check)
echo "no users: $empty resources were not found"
grep -q 'Successfully found User' "$folder/verdicts" || changed "the checker does not get to lists"
for number in {1..60}; do
    curl -sf -o "$folder/made" -H 'Content-Type: application/scim+json' "$root/Users" \
        -d '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"user'$number'"}' ||
        changed "the server takes no users"
done
full=$(check)
echo "sixty users, pages of five: $full resources were not found"
grep -i -m 1 'could not find' "$folder/verdicts" || true
[[ $empty == 0 ]] || changed "an empty server fails, too"
[[ $full -gt 0 ]] || changed "the checker finds what it has made on whatever page"
