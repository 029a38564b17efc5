#!/usr/bin/env bash
# Prints the Python to build .venv with: 3.11 first, as the lock file was made for it, else any newer one.
source "$(dirname "$0")/common.sh"

for name in python3.11 python3 python3.12 python3.13 python3.14; do
    # The interpreter itself is asked for its path, as a version manager's shim may stand before it.
    if path=$("$name" -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)' 2>/dev/null)
    then
        echo "$path"
        exit 0
    fi
done
fail "Python 3.11 or newer is needed; found: $(python3 --version 2>&1 || true). On Debian 12: apt-get install python3"
