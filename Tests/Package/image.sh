# The image is what skopeo takes for one, and its program runs with a root that cannot be written, whoever runs it.
scripts/image.sh
first=$(sha256sum < "$image")
scripts/image.sh > /dev/null
expect "the same program makes the same image" equal "$(sha256sum < "$image")" "$first"
described=$(skopeo inspect "oci-archive:$image")
expect "skopeo names its version" equal \
    "$(python3 -c 'import json, sys; print(json.load(sys.stdin)["Labels"]["org.opencontainers.image.version"])' <<< "$described")" \
    "$version"
expect "its user is not root" eval 'skopeo inspect --config "oci-archive:$image" | grep "\"User\": \"65532:65532\"" > /dev/null'

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/"{copy,root,data,foreign}
skopeo copy --quiet "oci-archive:$image" "dir:$place/copy"
layer=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["layers"][0]["digest"].split(":")[1])' "$place/copy/manifest.json")
tar --extract --gzip --file "$place/copy/$layer" --directory "$place/root"
expect "a health check is in its settings" eval 'tar --extract --to-stdout --file "$image" --wildcards "blobs/sha256/*" 2> /dev/null | grep --text Healthcheck > /dev/null'
chown 65532:65532 "$place/data"
chown 12345:12345 "$place/foreign"

# contained USER FOLDER WORDS...: the program as a container would have it: its root read-only, a volume at /data.
contained() {
    local user=$1 folder=$2
    shift 2
    unshare --mount --pid --fork --net bash -c '
        ip link set lo up 2> /dev/null || true
        mount --bind "$1/root" "$1/root" && mount --bind "$3" "$1/root/data" && mount --options remount,bind,ro "$1/root" || exit 99
        place=$1 user=$2
        shift 3
        export MUSTER_DATA_DIR=/data MUSTER_HTTP_BIND=127.0.0.1:18834 TMPDIR=/data
        run() { chroot --userspec="$user:$user" "$place/root" /usr/bin/muster "$@"; }
        if [[ $1 != serve ]]; then run "$@"; exit; fi
        run serve & server=$!
        for try in {1..100}; do
            if run server status --quiet --url http://127.0.0.1:18834; then break; fi
            sleep 0.1
        done
        run server status --url http://127.0.0.1:18834; code=$?
        kill -TERM "$server" && wait "$server"
        exit "$code"
    ' _ "$place" "$user" "$folder" "$@"
}

contained 65532 "$place/data" serve > "$place/empty" 2>&1 || true
expect "an empty volume is no directory, and the program says what to do" says "$place/empty" "muster init"
for user in 65532:data 12345:foreign; do
    folder=$place/${user#*:}
    contained "${user%:*}" "$folder" init --admin admin@example.com > /dev/null
    contained "${user%:*}" "$folder" serve > "$place/served" 2>&1 || { cat "$place/served"; fatal "the image does not serve"; }
    expect "user ${user%:*} serves with a root that cannot be written, and the health check says so" true
done
rm -rf "$place"
trap - EXIT
