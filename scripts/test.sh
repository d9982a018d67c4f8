#!/bin/sh
# The whole suite. Installs Debian's Chromium and bubblewrap where it may; says what is skipped without Chromium.
set -u
missing=""
command -v chromium >/dev/null 2>&1 || missing="chromium"
command -v bwrap >/dev/null 2>&1 || missing="$missing bubblewrap"
if [ -n "$missing" ] && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing $missing"
    # shellcheck disable=SC2086 - two words, when both are missing
    (apt-get update && apt-get install -y --no-install-recommends $missing) >/dev/null 2>&1 || true
fi
command -v chromium >/dev/null 2>&1 || echo "Without chromium the browser tests are skipped: apt-get install chromium"
run="sh scripts/uv.sh run --no-sync"
# Four on two cores: half of a worker's time waits for servers and sandboxes that it started.
# Files in the order of their paths: what starts processes comes early, and quick tests fill the end.
exec $run pytest -n "${WORKERS:-4}" --dist loadfile --no-loadscope-reorder --no-header -p no:cacheprovider \
    -m "not soak" -rfEs --tb=short --durations 15 --durations-min 2 "$@"
