#!/bin/sh
# Installs the locked dependencies and says which large package is under way: install.sh [uv sync's].
set -u
here=$(cd "$(dirname "$0")" && pwd)
echo "Installing the locked dependencies (seconds when they are cached, else a few minutes)"
failed=$(mktemp) || exit 1
trap 'rm -f "$failed"' EXIT
# What was installed in the end is a hundred lines; what is being fetched is worth a look.
{ sh "$here/uv.sh" sync --frozen "$@" 2>&1 && rm -f "$failed"; } | grep -v '^ [-+~] '
test ! -e "$failed"
