#!/bin/sh
# The gates; all of them run, and the first that failed decides the status.
set -u
run="sh scripts/uv.sh run --no-sync"
status=0
gate() {
    name=$1; shift
    if "$@" >.gate.log 2>&1; then echo "ok    $name"; else echo "FAIL  $name"; cat .gate.log; status=1; fi
    rm -f .gate.log
}
gate "format" $run ruff format --check --quiet .
gate "lint" $run ruff check --quiet --output-format concise .
gate "types" $run basedpyright
gate "layers" $run lint-imports --no-cache
gate "sizes" $run python scripts/sizes.py
gate "tables" $run python scripts/tables.py --check
exit $status
