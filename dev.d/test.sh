# `./dev test [kind]`: a throw-away PostgreSQL, Redis where it can be had, the chosen projects under tests/, and the totals. Sourced by ./dev.

kinds() { ls -d tests/Chat.Tests.* | sed 's/.*\.//' | tr '[:upper:]' '[:lower:]'; }

run_tests() {
    local kind=${1:-all} projects=() project failed=0
    [ $# -eq 0 ] || shift
    for project in tests/Chat.Tests.*; do
        [ "$kind" = all ] || [ "$kind" = "$(tr '[:upper:]' '[:lower:]' <<<"${project##*.}")" ] || continue
        projects+=("$project")
    done
    [ ${#projects[@]} -gt 0 ] || fail "There are no '$kind' tests; there are: $(kinds | tr '\n' ' ')"

    cluster=test.$$
    trap 'stop_search_engines; stop_s3; stop_fault_proxy; delete_cluster "$cluster"; rm -f "$data/$cluster.out"' EXIT
    trap 'exit 130' INT TERM HUP
    delete_abandoned
    if [ ${#projects[@]} -eq 1 ]; then build "${projects[0]}"; else build Chat.sln; fi
    if [ -z "${CHAT_TEST_POSTGRES:-}" ]; then
        use_postgres "$cluster"
        export CHAT_TEST_POSTGRES=$connection
    fi
    need_redis
    if [[ $kind == @(all|integration) ]]; then use_search_engines; fi
    if [[ $kind == @(all|contract|endtoend) ]]; then use_s3; fi
    if [[ $kind == @(all|endtoend) ]]; then use_fault_proxy; fi

    for project in "${projects[@]}"; do
        say "${bold}${project##*.}${plain}"
        dotnet test "$project" -c Release --no-build --nologo "$@" | tee -a "$data/$cluster.out" || failed=1
    done
    totals "$data/$cluster.out" || fail "No test ran."
    [ "$failed" = 0 ] || fail "Some tests failed."
}

# Clusters of runs that were killed before they could clean up.
delete_abandoned() {
    local directory
    for directory in "$(clusters)"/test.*/; do
        directory=$(basename "$directory")
        [ "$directory" = 'test.*' ] || kill -0 "${directory#test.}" 2>/dev/null || delete_cluster "$directory"
    done
}

# Adds up the line that each test project ends with.
totals() {
    say
    sed -nE 's/.*Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+), Total: +([0-9]+), Duration: .* - (Chat\.Tests\.)?(.*)\.dll.*/\6 \2 \1 \3/p' "$1" |
        awk '{ printf "  %-14s %5d passed %5d failed %5d skipped\n", $1, $2, $3, $4; passed += $2; failed += $3; skipped += $4 }
             END { printf "  %-14s %5d passed %5d failed %5d skipped\n", "all", passed, failed, skipped
                   exit passed + failed + skipped == 0 }'
}
