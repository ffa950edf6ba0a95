# `./dev doctor`: looks at everything the other verbs need, and says what to fix. Sourced by ./dev.

doctor() {
    troubles=0
    check_sdk
    check_postgres
    check_redis
    check_ports
    check_disk
    check_secrets
    check_api
    [ "$troubles" = 0 ] && say "${green}All is well.${plain}" || fail "To fix: $troubles"
}

fine() { say "  ${green}ok${plain}    $*"; }
trouble() { say "  ${red}fix${plain}   $*"; troubles=$((troubles + 1)); }

check_sdk() {
    local version
    if ! command -v dotnet >/dev/null; then trouble ".NET: not found. Install the .NET 10 SDK from https://dot.net/download"
    elif version=$(dotnet --version 2>/dev/null); then fine ".NET SDK $version"
    else trouble ".NET: global.json asks for 10.0, here is only: $(dotnet --list-sdks | tr '\n' ' ')"; fi
}

check_postgres() {
    if [ -n "${CHAT_POSTGRES:-}" ]; then fine "PostgreSQL: the one of CHAT_POSTGRES (the API checks it when it starts)"
    elif find_postgres; then fine "$("$postgres_bin/postgres" --version) in $postgres_bin"
    elif command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then fine "PostgreSQL: none yet; './dev up' installs it with apt-get"
    elif docker info >/dev/null 2>&1; then fine "PostgreSQL: none here; './dev up' runs it with Docker"
    else trouble "PostgreSQL $oldest_postgres or later: not found. Install it, or set CHAT_POSTGRES to a connection string"; fi
}

check_redis() {
    if command -v redis-server >/dev/null; then fine "$(redis-server --version | cut -d' ' -f1-3) for the tests of several nodes"
    else fine "Redis: none; one node needs none, and './dev test' installs it where apt-get can"; fi
}

check_ports() {
    local port=${CHAT_PORT:-5080}
    if is_up; then fine "port $port: Chat runs on $(address)"
    elif port_taken "$port"; then trouble "port $port is taken; stop what uses it or choose another: CHAT_PORT=$((port + 1)) ./dev up"
    else fine "port $port is free"; fi
}

check_disk() {
    local free
    free=$(df -Pk "$(clusters)/." 2>/dev/null | awk 'NR == 2 { print int($4 / 1024) }')
    if [ "${free:-0}" -ge 2048 ]; then fine "disk: $((free / 1024)) GB free for .data"
    else trouble "disk: ${free:-0} MB free for .data; 2 GB are needed to build and to keep a log"; fi
}

check_secrets() {
    local name mode
    for name in master-key postgres-password; do
        [ -e "$data/$name" ] || { fine "$name: none yet; './dev up' makes it"; continue; }
        mode=$(stat -c %a "$data/$name" 2>/dev/null || stat -f %Lp "$data/$name")
        if [ "$mode" = 600 ]; then fine "$name: made, readable by you only"
        else trouble "$name: others can read it (mode $mode). Run: chmod 600 .data/$name"; fi
    done
}

check_api() {
    is_up || { fine "Chat does not run"; return 0; }
    if [ "$(http_status /health/ready)" = 200 ]; then fine "Chat is ready"
    else trouble "Chat runs but is not ready: $(http_get /health/ready | tail -n 1)"; fi
}
