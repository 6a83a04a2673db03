#!/usr/bin/env bash
# One would expect a checker of servers to put a user into a group that it has made, since RFC 7643 section 4.2 has a member's
# value be the id of a SCIM resource. scim-sanity 0.7.4 adds a member `fake-member-id` instead, which is nobody's id, and
# wants 200: a server that looks whether its members exist, and refuses this one with 400 invalidValue, has failed.
# Matters to whoever builds or judges such a server: that line of the report says nothing against it.
# Upstream: scim_sanity/probe/tests.py of scim-sanity 0.7.4
# shellcheck source=findings/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

pypi sanity scim-sanity==0.7.4

export no_proxy=127.0.0.1

# A server in memory that keeps users and groups, and whose only rule is to check members where it is told to.
cat >"$folder/server.py" <<'EOF'
import http.server
import json
import sys
import uuid

checks = sys.argv[1] == "checks"
kept = {"Users": {}, "Groups": {}}
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=None, **more):
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/scim+json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, **more):
        self.answer(status, {"schemas": [ERROR], "status": str(status), "detail": "no", **more})

    def read(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")

    def parts(self):
        path = self.path.split("?")[0].strip("/").split("/")
        return path[0], path[1] if len(path) > 1 else None

    def do_GET(self):
        kind, name = self.parts()
        if kind in kept and name is None:
            found = list(kept[kind].values())
            page = [] if "count=0" in self.path else found
            self.answer(200, {"schemas": [LIST], "totalResults": len(found), "startIndex": 1,
                              "itemsPerPage": len(page), "Resources": page})
        elif kind in kept and name in kept[kind]:
            self.answer(200, kept[kind][name])
        else:
            self.refuse(404)

    def do_POST(self):
        kind, _ = self.parts()
        body = self.read()
        if kind not in kept or not (body.get("userName") or body.get("displayName")):
            return self.refuse(400, scimType="invalidValue")
        name = str(uuid.uuid4())
        place = f"http://{self.headers['Host']}/{kind}/{name}"
        now = "2026-01-01T00:00:00Z"
        meta = {"resourceType": kind[:-1], "created": now, "lastModified": now, "location": place}
        body |= {"id": name, "meta": meta}
        kept[kind][name] = body
        self.answer(201, body, Location=place)

    def do_PUT(self):
        kind, name = self.parts()
        body = self.read()
        if name not in kept.get(kind, {}):
            return self.refuse(404)
        body |= {"id": name, "meta": kept[kind][name]["meta"]}
        kept[kind][name] = body
        self.answer(200, body)

    def do_PATCH(self):
        kind, name = self.parts()
        body = self.read()
        if name not in kept.get(kind, {}):
            return self.refuse(404)
        for operation in body["Operations"]:
            path, value = operation.get("path"), operation.get("value")
            if path == "members" and operation["op"] == "add":
                print("members", *(one["value"] for one in value), flush=True)
                if checks and any(one["value"] not in kept["Users"] for one in value):
                    return self.refuse(400, scimType="invalidValue")
                kept[kind][name].setdefault("members", []).extend(value)
            elif operation["op"] == "remove":
                kept[kind][name].pop(path, None)
            else:
                kept[kind][name][path] = value
        self.answer(200, kept[kind][name])

    def do_DELETE(self):
        kind, name = self.parts()
        if kept.get(kind, {}).pop(name, None) is None:
            return self.refuse(404)
        self.answer(204)

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
EOF

for server in believes checks; do
    python3 "$folder/server.py" "$server" >"$folder/$server.log" &
    started+=($!)
    await test -s "$folder/$server.log"
    port=$(head -n 1 "$folder/$server.log")
    "$folder/sanity/bin/scim-sanity" probe "http://127.0.0.1:$port" --token any --user-domain example.com \
        --i-accept-side-effects >"$folder/report" 2>&1 || true
    asked=$(sed -n 's/^members //p' "$folder/$server.log")
    verdict=$(grep -m 1 'add member' "$folder/report") || changed "no member is added any more"
    echo "a server that $server members is asked to add \"$asked\":$verdict"
    [[ $asked == fake-member-id ]] || changed "the member that is added is $asked"
    case $server in
    believes) grep -q PASS <<<"$verdict" || changed "a server that takes the member fails, too" ;;
    checks) grep -q FAIL <<<"$verdict" || changed "a server that refuses the member has not failed" ;;
    esac
done
