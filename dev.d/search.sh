# Real search engines for the tests: those of CHAT_TEST_ELASTICSEARCH and CHAT_TEST_OPENSEARCH, or the ones of ../shared/search-engines, started for
# this run on loopback and stopped after it. Where there are neither, their tests are skipped and say so. Sourced by ./dev.

search_engines() { echo "${CHAT_TEST_SEARCH_ENGINES:-$root/../shared/search-engines}"; }

has_search_engines() { [ -x "$(search_engines)/start" ] && command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java" >/dev/null; }

use_search_engines() {
    if ! has_search_engines; then
        [ -n "${CHAT_TEST_ELASTICSEARCH:-}" ] || step "no search engine here (CHAT_TEST_ELASTICSEARCH is not set): its tests are skipped"
        return 0
    fi
    export CHAT_TEST_SEARCH_ENGINES=$(search_engines)
    engines=$(mktemp -d "${TMPDIR:-/tmp}/chat-engines.XXXXXX")
    chmod 755 "$engines"
    [ -n "${CHAT_TEST_ELASTICSEARCH:-}" ] || start_engine elasticsearch CHAT_TEST_ELASTICSEARCH
    [ -n "${CHAT_TEST_OPENSEARCH:-}" ] || start_engine opensearch CHAT_TEST_OPENSEARCH
    wait_for_engines
}

# start_engine <name> <variable for its address>; they start side by side
start_engine() {
    local port=$((32000 + RANDOM % 8000))
    while port_taken "$port"; do port=$((port + 1)); done
    step "starting $1 on 127.0.0.1:$port"
    "$(search_engines)/start" "$1" "$engines/$1" --port "$port" >"$data/$1.log" 2>&1 &
    engine_pids+=("$!") engine_ports+=("$port")
    disown # so that its end is not announced
    export "$2=http://127.0.0.1:$port"
}

wait_for_engines() {
    local i since=$SECONDS
    for i in "${!engine_ports[@]}"; do
        until [[ $(engine_health "${engine_ports[i]}") == *200* ]]; do
            kill -0 "${engine_pids[i]}" 2>/dev/null || fail "A search engine has ended; its log is in $data"
            [ $((SECONDS - since)) -lt 180 ] || fail "A search engine is not ready after three minutes; its log is in $data"
            sleep 1
        done
    done
}

engine_health() {
    (
        exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 0
        printf 'GET /_cluster/health?wait_for_status=yellow&timeout=5s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3
        head -n 1 <&3
    ) 2>/dev/null
}

stop_search_engines() {
    [ ${#engine_pids[@]} -eq 0 ] || kill -KILL "${engine_pids[@]}" 2>/dev/null || true
    [ -z "${engines:-}" ] || rm -rf "$engines"
}

engine_pids=() engine_ports=()
