#!/bin/sh
# The gates; all of them run, and any that failed decides the status. The types take one core for
# a minute: the others run beside them.
set -u
run="sh scripts/uv.sh run --no-sync"
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
status=0
gate() {
    name=$1; shift
    if "$@" >"$logs/$name" 2>&1; then echo "ok    $name"; else echo "FAIL  $name"; cat "$logs/$name"; return 1; fi
}
gate "types" $run basedpyright &
types=$!
gate "format" $run ruff format --check --quiet . || status=1
gate "lint" $run ruff check --quiet --output-format concise . || status=1
gate "sizes" $run python scripts/sizes.py || status=1
gate "tables" $run python scripts/tables.py --check || status=1
gate "layers" $run lint-imports --no-cache || status=1
wait "$types" || status=1
exit $status
