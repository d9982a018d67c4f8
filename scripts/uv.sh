#!/bin/sh
# Runs uv: the one on the PATH, else one that is installed into .venv-uv by this Python's pip.
set -eu
if command -v uv >/dev/null 2>&1; then exec uv "$@"; fi
here=$(cd "$(dirname "$0")/.." && pwd)
if [ ! -x "$here/.venv-uv/bin/uv" ]; then
    python=$(command -v python3 || command -v python || true)
    if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        echo "menon needs Python 3.11 or newer: install it, then run the command again." >&2
        exit 1
    fi
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "menon needs pip and venv: install python3-pip and python3-venv, then run the command again." >&2
        exit 1
    fi
    echo "Installing uv into .venv-uv" >&2
    "$python" -m venv "$here/.venv-uv"
    "$here/.venv-uv/bin/pip" install --quiet --disable-pip-version-check "uv>=0.9"
fi
exec "$here/.venv-uv/bin/uv" "$@"
