# Redis for the tests, which start servers of their own from the program on the PATH. Sourced by ./dev.
# Chat itself runs without Redis on one node, so a machine that cannot have it only skips the tests of several.

need_redis() {
    command -v redis-server >/dev/null && return
    command -v apt-get >/dev/null || { without_redis; return; }
    local sudo=()
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || { without_redis; return; }
        sudo=(sudo)
    fi
    say "Redis is missing: installing the package 'redis-server' with apt-get."
    local log=$data/apt.log
    "${sudo[@]}" apt-get update >"$log" 2>&1 &&
        "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends redis-server >>"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; without_redis; }
}

without_redis() { say "There is no redis-server here and it cannot be installed with apt-get: the tests of several nodes are skipped."; }
