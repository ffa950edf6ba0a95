# A proxy that slows, cuts and swallows connections, for the tests that need one: the toxiproxy of CHAT_TEST_TOXIPROXY, or the one of ../shared/faults,
# started for this run on loopback and stopped after it. Where there is neither, those tests are skipped and say so. Sourced by ./dev.

faults() { echo "${CHAT_TEST_FAULTS:-$root/../shared/faults}"; }

use_fault_proxy() {
    [ -z "${CHAT_TEST_TOXIPROXY:-}" ] || return 0
    if ! [ -x "$(faults)/start" ] || ! command -v xz >/dev/null; then
        step "no fault proxy here (CHAT_TEST_TOXIPROXY is not set): its tests are skipped"
        return 0
    fi
    local port=$((22000 + RANDOM % 8000)) i
    while port_taken "$port"; do port=$((port + 1)); done
    step "starting a fault proxy on 127.0.0.1:$port"
    fault_data=$(mktemp -d "${TMPDIR:-/tmp}/chat-faults.XXXXXX")
    "$(faults)/start" "$fault_data" --port "$port" >"$data/faults.log" 2>&1 &
    fault_pid=$!
    disown # so that its end is not announced
    for i in {1..100}; do
        ! port_taken "$port" || { export CHAT_TEST_TOXIPROXY=http://127.0.0.1:$port; return 0; }
        kill -0 "$fault_pid" 2>/dev/null || break
        sleep 0.1
    done
    fail "The fault proxy has not started; its log is in $data/faults.log"
}

stop_fault_proxy() {
    [ -z "${fault_pid:-}" ] || kill -KILL "$fault_pid" 2>/dev/null || true
    [ -z "${fault_data:-}" ] || rm -rf "$fault_data"
}
