# `./dev up` and `./dev down`: PostgreSQL and the API in the foreground, stopped together. Sourced by ./dev.

up() {
    if is_up; then
        say "Chat is already running on $(address). './dev down' stops it."
        return
    fi
    need_sdk
    local port=${CHAT_PORT:-5080}
    trap 'stop_all' EXIT
    trap 'exit 0' INT TERM HUP
    echo $$ >"$data/up.pid"
    use_postgres pg
    build Chat.Api
    while port_taken "$port"; do
        step "port $port is taken by something else"
        port=$((port + 1))
    done
    echo "$port" >"$data/api.port"
    start_api "$port"
    wait_until_ready
    ready=yes
    welcome
    wait "$api" 2>/dev/null || fail "The API has ended (exit code $?). The last lines of $data/api.log:
$(tail -n 15 "$data/api.log")"
}

# In a session of its own, so that Ctrl-C reaches only this script, which stops the API first and PostgreSQL after it.
start_api() {
    step "starting the API (its log is .data/api.log)"
    ConnectionStrings__Postgres=$connection Keys__MasterKey=$(secret master-key 32) Files__Path=$data/files \
        ASPNETCORE_URLS=http://127.0.0.1:$1 ASPNETCORE_ENVIRONMENT=Development \
        $(command -v setsid) dotnet Chat.Api/bin/Release/net10.0/Chat.Api.dll --contentRoot "$root/Chat.Api" >"$data/api.log" 2>&1 &
    api=$!
}

wait_until_ready() {
    local since=$SECONDS said=
    until [ "$(http_status /health/ready)" = 200 ]; do
        kill -0 "$api" 2>/dev/null || { tail -n 30 "$data/api.log" >&2; fail "The API did not start; the end of its log ($data/api.log) is above."; }
        if [ $((SECONDS - since)) -ge 10 ] && [ -z "$said" ]; then
            said=yes
            step "still waiting for $(address)/health/ready, which says: $(http_get /health/ready | tail -n 1)"
        fi
        [ $((SECONDS - since)) -lt 120 ] || fail "The API is not ready after two minutes; $(address)/health/ready says: $(http_get /health/ready | tail -n 1)"
        sleep 0.3
    done
}

stop_all() {
    trap '' INT TERM HUP
    if [ -n "${api:-}" ] && kill -TERM "$api" 2>/dev/null; then
        step "stopping the API"
        wait "$api" || true
    fi
    [ -n "${CHAT_POSTGRES:-}" ] || { step "stopping PostgreSQL"; stop_cluster pg; }
    rm -f "$data/up.pid"
    [ -z "${ready:-}" ] || say "Stopped. Everything that was sent is kept; './dev up' finds it again."
}

down() {
    if is_up; then
        kill -TERM "$(cat "$data/up.pid")"
        while is_up; do sleep 0.2; done
        say "Stopped."
    else
        # what a killed ./dev left behind
        stop_cluster pg
        rm -f "$data/up.pid"
        say "Nothing was running."
    fi
}

# A pid alone may be another process's by now (it is after a reboot).
is_up() {
    local pid
    pid=$(cat "$data/up.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null &&
        { [ ! -r "/proc/$pid/cmdline" ] || tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q 'dev up'; }
}

address() { echo "http://127.0.0.1:$(cat "$data/api.port" 2>/dev/null || echo "${CHAT_PORT:-5080}")"; }

# A bare Debian has no curl; bash speaks enough HTTP for a health check.
http_get() {
    (
        exec 3<>"/dev/tcp/127.0.0.1/$(cat "$data/api.port")" || exit 0
        printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$1" >&3
        cat <&3
    ) 2>/dev/null | tr -d '\r'
}

http_status() { http_get "$1" | sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p'; }

welcome() {
    local at
    at=$(address)
    cat <<TEXT

${green}${bold}Chat is ready on $at${plain}

  API reference   $at/scalar
  Health          $at/health/ready

Try it (in another terminal):

  curl -s $at/v1/accounts -H 'Content-Type: application/json' \\
       -d '{"username":"ann","password":"correct horse battery","displayName":"Ann"}'
  token=\$(curl -s $at/v1/sessions -H 'Content-Type: application/json' \\
       -d '{"username":"ann","password":"correct horse battery"}' | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
  curl -s $at/v1/conversations -H "Authorization: Bearer \$token" -H 'Content-Type: application/json' \\
       -d '{"kind":"group","name":"Tea","clientConversationId":"'\$(uuidgen)'","members":[]}'

Next: './dev bench import --from <folder of IRC logs>' fills it with real talk, './dev projections verify all' holds the read models
against the log; './dev test' runs the tests.
${dim}Ctrl-C stops the API and PostgreSQL.${plain}

TEXT
}
