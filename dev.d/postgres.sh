# PostgreSQL for development: finds or installs one and runs private clusters, never as root, on loopback only. Sourced by ./dev.
# What starts one sets `connection`; clusters live under $(clusters), each in a directory of its own.

oldest_postgres=15

# use_postgres <cluster>: starts the private cluster, or takes the server that was given.
use_postgres() {
    if [ -n "${CHAT_POSTGRES:-}" ]; then
        connection=$CHAT_POSTGRES
        step "using the PostgreSQL of CHAT_POSTGRES"
    elif find_postgres || install_postgres; then
        start_cluster "$1"
    elif docker info >/dev/null 2>&1; then
        start_container "$1"
    else
        fail "No PostgreSQL $oldest_postgres or later was found, and it can be installed neither with apt-get nor run with Docker.
Install it (https://www.postgresql.org/download/), or give one: CHAT_POSTGRES='Host=…;Username=…;Password=…;Database=…'"
    fi
}

# Sets `postgres_bin` to the newest usable directory of binaries; with an argument, to one of that major version.
find_postgres() {
    local directory version newest=0
    for directory in $(path_to_postgres) /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql@*/bin; do
        [ -x "$directory/initdb" ] && [ -x "$directory/pg_ctl" ] && [ -x "$directory/postgres" ] || continue
        version=$("$directory/pg_ctl" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')
        [ "$version" -ge "$oldest_postgres" ] && [ "$version" -gt "$newest" ] && [ "$version" = "${1:-$version}" ] || continue
        newest=$version postgres_bin=$directory
    done
    [ "$newest" -gt 0 ]
}

path_to_postgres() { local pg_ctl; pg_ctl=$(command -v pg_ctl) && dirname "$(readlink -f "$pg_ctl")" || true; }

install_postgres() {
    command -v apt-get >/dev/null || return 1
    local sudo=()
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        sudo=(sudo)
    fi
    say "PostgreSQL is missing: installing the package 'postgresql' with apt-get."
    # Debian would create and start a server of its own; this one is only for its binaries.
    "${sudo[@]}" mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" | "${sudo[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
    local log=$data/apt.log
    "${sudo[@]}" apt-get update >"$log" 2>&1 &&
        "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
            -o Dpkg::Options::=--force-confold postgresql >>"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; say "apt-get could not install it; its log is $log"; return 1; }
    find_postgres || { say "apt-get only has a PostgreSQL older than $oldest_postgres."; return 1; }
}

# PostgreSQL refuses to run as root, so root hands over to an account without rights. It may not see the working directory.
as_postgres() (
    cd /
    if [ "$(id -u)" = 0 ]; then
        exec setpriv --reuid="$(unprivileged)" --regid="$(id -g "$(unprivileged)")" --clear-groups "$@"
    else
        exec "$@"
    fi
)

unprivileged() { id -u postgres >/dev/null 2>&1 && echo postgres || echo nobody; }

# What is kept outside the clone is called after this, not after its path: whoever clones again into the same place starts afresh.
clone_id() {
    [ -s "$data/id" ] || od -An -N5 -tx1 /dev/urandom | tr -d ' \n' >"$data/id"
    cat "$data/id"
}

# A clone under /root is closed to that account: then its clusters are kept where it can go.
clusters() {
    if [ "$(id -u)" != 0 ] || as_postgres test -x "$data"; then echo "$data"
    else echo "/var/lib/chat-dev/$(clone_id)"; fi
}

start_cluster() {
    local directory port tries
    directory=$(clusters)/$1
    [ "${directory#"$data"}" != "$directory" ] || step "the account '$(unprivileged)' cannot enter $root: the database is in $directory"
    if [ -e "$directory/PG_VERSION" ]; then
        find_postgres "$(cat "$directory/PG_VERSION")" ||
            fail "The data was made by PostgreSQL $(cat "$directory/PG_VERSION"), which is not here. Install that version, or './dev reset' deletes the data."
    else
        create_cluster "$directory"
    fi
    if ! cluster_runs "$directory"; then
        for tries in 1 2 3; do
            port=$(kept_port "$1")
            as_postgres "$postgres_bin/pg_ctl" start --silent --wait -D "$directory" -l "$directory/server.log" -o "-p $port" >/dev/null 2>&1 && break
            rm -f "$data/$1.port"
        done
        cluster_runs "$directory" || { tail -n 15 "$directory/server.log" >&2; fail "PostgreSQL does not start; its log is $directory/server.log"; }
    fi
    port=$(sed -n 4p "$directory/postmaster.pid")
    connection="Host=127.0.0.1;Port=$port;Username=chat;Password=$(secret postgres-password 24);Database=chat"
    step "PostgreSQL $(cat "$directory/PG_VERSION") runs on 127.0.0.1:$port"
}

cluster_runs() { as_postgres "$postgres_bin/pg_ctl" status -D "$1" >/dev/null 2>&1; }

# Made aside and renamed when complete, so that an interrupted first run leaves nothing half done.
create_cluster() {
    local new=$1.new locale=C
    step "making a private PostgreSQL cluster in $1"
    locale -a 2>/dev/null | grep -qix 'c\.utf-\?8' && locale=C.UTF-8
    rm -rf "$new"
    mkdir -p "$(dirname "$1")"
    mkdir -m 700 "$new"
    (umask 077 && secret postgres-password 24 >"$new.password")
    [ "$(id -u)" != 0 ] || chown "$(unprivileged)" "$new" "$new.password"
    as_postgres "$postgres_bin/initdb" -D "$new" -U chat --pwfile="$new.password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale="$locale" >"$data/initdb.log" 2>&1 || { cat "$data/initdb.log" >&2; fail "initdb failed."; }
    rm "$new.password"
    as_postgres tee -a "$new/postgresql.conf" >/dev/null <<'CONF'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
CONF
    echo 'create database chat' | as_postgres "$postgres_bin/postgres" --single -D "$new" postgres >>"$data/initdb.log" 2>&1
    mv "$new" "$1"
}

stop_cluster() {
    local directory
    directory=$(clusters)/$1
    if [ -e "$directory/PG_VERSION" ] && find_postgres "$(cat "$directory/PG_VERSION")" && cluster_runs "$directory"; then
        as_postgres "$postgres_bin/pg_ctl" stop --silent --wait --mode fast -D "$directory" >/dev/null
    elif command -v docker >/dev/null; then
        docker stop "$(container "$1")" >/dev/null 2>&1 || true
    fi
}

delete_cluster() {
    stop_cluster "$1"
    rm -rf "${data:?}/$1" "$(clusters)/${1:?}" "$data/$1.port"
    ! command -v docker >/dev/null || docker volume rm "$(container "$1")" >/dev/null 2>&1 || true
}

delete_clusters() {
    local directory
    for directory in "$(clusters)"/{pg,test.*,bench.*}; do delete_cluster "$(basename "$directory")"; done
}

container() { echo "chat-dev-$(clone_id)-$1"; }

start_container() {
    local name port tries
    name=$(container "$1") port=$(kept_port "$1")
    say "PostgreSQL is missing: running the Docker image postgres:17 as $name."
    (umask 077 && printf 'POSTGRES_USER=chat\nPOSTGRES_DB=chat\nPOSTGRES_PASSWORD=%s\n' "$(secret postgres-password 24)" >"$data/docker.env")
    docker run --detach --rm --name "$name" --env-file "$data/docker.env" --publish "127.0.0.1:$port:5432" \
        --volume "$name:/var/lib/postgresql/data" postgres:17 -c max_connections=300 >/dev/null || fail "Docker could not run PostgreSQL; its message is above."
    # Only the finished server listens on TCP; the one that initializes the volume does not.
    for tries in {1..60}; do
        docker exec "$name" pg_isready --quiet --host 127.0.0.1 && break
        sleep 1
    done
    connection="Host=127.0.0.1;Port=$port;Username=chat;Password=$(secret postgres-password 24);Database=chat"
}

# The same port each time, so that a connection string stays good; another when something else has taken it.
kept_port() {
    local file=$data/$1.port port
    port=$(cat "$file" 2>/dev/null || true)
    while [ -z "$port" ] || port_taken "$port"; do port=$((20000 + RANDOM % 12000)); done
    echo "$port" | tee "$file"
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

db() {
    [ -z "${CHAT_POSTGRES:-}" ] || { say "$CHAT_POSTGRES"; return; }
    [ -e "$data/pg.port" ] || fail "There is no development database yet; './dev up' makes it."
    say "Host=127.0.0.1;Port=$(cat "$data/pg.port");Username=chat;Password=$(secret postgres-password 24);Database=chat"
}
