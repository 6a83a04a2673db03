#!/usr/bin/env bash
# One would expect the newer version of a client library to wait as long as a server asks, since the older one did and
# the newer one's own documentation of ErrorStatus says so. restfly 1.5.1 waits as `Retry-After` of a 429 or 503 says;
# restfly 2.0.5 never reads the header and sleeps a time of its own, 30 seconds and more after a 429, ten and more after
# a 503. Matters to servers that limit requests and ask clients built on restfly back in a moment, and to people who
# wonder why a script stands still after it was upgraded.
# Upstream: restfly/_errors.py documents the header, restfly/_sync.py sleeps, https://github.com/librestfly/restfly;
# that the older one is meant to obey: https://github.com/librestfly/restfly/issues/1
# shellcheck source=findings/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

pypi older restfly==1.5.1 requests==2.32.5
pypi newer restfly==2.0.5 httpx==0.28.1

export no_proxy=127.0.0.1

# A server on loopback that answers 429 or 503 once, asks for 3 seconds, then answers 200. Sleeps are noted, not slept.
cat >"$folder/client.py" <<'EOF'
import http.server
import logging
import sys
import threading
import time

generation, status = sys.argv[1], int(sys.argv[2])
answers, slept = [status, 200], []
time.sleep = slept.append
logging.disable()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        code = answers.pop(0)
        self.send_response(code)
        if code != 200:
            self.send_header("Retry-After", "3")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}"
if generation == "older":
    from restfly.session import APISession

    answer = APISession(url=address).get("things")
else:
    from restfly import APIClient

    class Client(APIClient):
        def things(self):
            return self._get("/things")

    answer = Client(base_url=address).things()
assert answer.status_code == 200 and not answers, (answer, answers)
print(*(round(seconds, 1) for seconds in slept))
EOF

for status in 429 503; do
    for generation in older newer; do
        slept=$("$folder/$generation/bin/python" "$folder/client.py" "$generation" "$status") ||
            changed "the $generation restfly does not repeat a request after $status"
        echo "$status with Retry-After: 3: the $generation restfly sleeps $slept seconds, then repeats"
        case $generation in
        older) [[ $slept == 3.0 ]] || changed "restfly 1.5.1 sleeps $slept seconds where 3 were asked for" ;;
        newer) [[ ${slept%.*} -ge 10 ]] || changed "restfly 2.0.5 sleeps $slept seconds, so it reads Retry-After" ;;
        esac
    done
done
