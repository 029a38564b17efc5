#!/usr/bin/env bash
# Makes .venv hold exactly what requirements/casm.lock names, and the casm command.
source "$(dirname "$0")/common.sh"

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
lock=requirements/casm.lock
stamp=.setup/venv.stamp
wanted=$(cat "$lock" pyproject.toml scripts/setup-python.sh | sha256sum)
wanted+=" $PWD"

intact() { .venv/bin/python -I scripts/check_venv.py "$lock" casm-inventory; }

if [ -f "$stamp" ] && [ "$(<"$stamp")" = "$wanted" ] && intact 2>/dev/null; then
    say "Python packages: .venv is as $lock says"
    exit 0
fi

rm -f "$stamp"
started=$SECONDS

install_locked() {
    .venv/bin/python -m pip install --quiet --quiet --require-hashes --only-binary :all: -r "$lock"
    .venv/bin/python -m pip install --quiet --quiet --no-deps --no-build-isolation --editable .
}

build_new() {
    local python
    python=$(scripts/find-python.sh)
    say "Python packages: making .venv with $("$python" --version) and installing $lock (a minute or two)"
    rm -rf .venv
    "$python" -m venv .venv
    install_locked
}

if ! .venv/bin/python -I -c 'import sys, pip; sys.version_info >= (3, 11) or sys.exit(1)' 2>/dev/null; then
    build_new
else
    say "Python packages: bringing .venv to what $lock says"
    install_locked
    if ! damage=$(intact 2>&1); then
        say "Python packages: .venv is damaged ($(head -n 1 <<<"$damage")); making it anew"
        build_new
    fi
fi

damage=$(intact 2>&1) || fail "Python packages: .venv is still not right: $damage"
printf '%s' "$wanted" >"$stamp"
say "Python packages: ready ($((SECONDS - started)) s)"
