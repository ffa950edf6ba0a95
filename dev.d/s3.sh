# A real S3 server for the tests: that of CHAT_TEST_S3, or the one of ../shared/s3, started for this run on loopback and stopped after it. Where
# there is neither, its tests are skipped and say so. Sourced by ./dev.

s3_start() { echo "${CHAT_TEST_S3_START:-$root/../shared/s3/start}"; }

use_s3() {
    [ -z "${CHAT_TEST_S3:-}" ] || return 0
    if [ ! -x "$(s3_start)" ] || ! command -v xz >/dev/null; then
        step "no S3 server here (CHAT_TEST_S3 is not set): its tests are skipped"
        return 0
    fi
    export CHAT_TEST_S3_START=$(s3_start)
    local port=$((32000 + RANDOM % 8000)) since=$SECONDS
    while port_taken "$port"; do port=$((port + 1)); done
    s3_data=$(mktemp -d "${TMPDIR:-/tmp}/chat-s3.XXXXXX")
    step "starting S3 on 127.0.0.1:$port"
    "$(s3_start)" "$s3_data" --port "$port" >"$data/s3.log" 2>&1 &
    s3_pid=$!
    until port_taken "$port"; do
        kill -0 "$s3_pid" 2>/dev/null || fail "The S3 server has ended; its log is $data/s3.log"
        [ $((SECONDS - since)) -lt 60 ] || fail "The S3 server is not ready after a minute; its log is $data/s3.log"
        sleep 0.1
    done
    export CHAT_TEST_S3=http://127.0.0.1:$port
}

stop_s3() {
    [ -z "$s3_pid" ] || kill -KILL "$s3_pid" 2>/dev/null || true
    [ -z "$s3_data" ] || rm -rf "$s3_data"
}

s3_pid='' s3_data=''
