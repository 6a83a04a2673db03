# Sourced by scripts/bench.sh: starts nginx, slapd and Muster with the same users. Sets their ports, url and keys.

nginx_port=18080 slapd_port=13389 muster_port=18834
url=http://127.0.0.1:$muster_port
declare -A paths=([get]=/users/%d [list]="/users?limit=50&after=%d")

mkdir -p "$work/www" "$work/ldap"
cat > "$work/nginx.conf" << CONF
worker_processes 2; pid $work/nginx.pid; error_log $work/nginx.log; daemon off;
events { worker_connections 256; }
http {
    access_log off; default_type application/json; keepalive_requests 10000000;
    client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3;
    uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
    server { listen 127.0.0.1:$nginx_port; root $work/www; }
}
CONF
cat > "$work/slapd.conf" << CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $work/slapd.pid
loglevel none
sizelimit unlimited
threads 16
database mdb
maxsize 4294967296
suffix "dc=bench"
directory $work/ldap
index objectClass,uid eq
CONF
{
    printf 'dn: dc=bench\nobjectClass: dcObject\nobjectClass: organization\ndc: bench\no: bench\n\n'
    seq 0 $((users - 1)) | awk '{printf "dn: uid=user%06d,dc=bench\nobjectClass: inetOrgPerson\nuid: user%06d\n" \
        "cn: Bench User %d\nsn: %d\nmail: user%06d@bench.example\n\n", $1, $1, $1, $1, $1}'
} > "$work/users.ldif"
slapadd -q -f "$work/slapd.conf" -l "$work/users.ldif" 2> /dev/null
gcc -O2 -o "$work/ldapload" Benchmarks/peers/ldapload.c -lldap -llber -lpthread

muster=.build/release/muster
json=$("$muster" init --data-dir "$work/data" --admin admin@example.com --format json)
field() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/" <<< "$json"; }
keys="accessKey=$(field access_key);secretKey=$(field secret_key)"
# Cheap hashes while the users are loaded: no cell of this table checks a password.
"$muster" serve --data-dir "$work/data" --bind "127.0.0.1:$muster_port" --set password.argon2.kibibytes=1024 \
    --set password.argon2.iterations=1 2> "$work/muster.log" &
pids+=($!)
wait_port $muster_port
python3 Benchmarks/peers/load.py "$url" "$keys" "$users" 16

curl --silent --fail -H "X-ApiKeys: $keys" "$url/users/3" > "$work/www/get.json"
curl --silent --fail -H "X-ApiKeys: $keys" "$url/users?limit=50" > "$work/www/list.json"
chmod -R a+rX "$work"
nginx -c "$work/nginx.conf" &
pids+=($!)
slapd -d 0 -h "ldap://127.0.0.1:$slapd_port" -f "$work/slapd.conf" &
pids+=($!)
wait_port $nginx_port
wait_port $slapd_port
