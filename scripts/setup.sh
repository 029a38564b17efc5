#!/usr/bin/env bash
# Makes this clone ready to work; every step looks first and does only what is missing.
source "$(dirname "$0")/common.sh"

mkdir -p .setup
exec {lock}>.setup/lock
if ! flock --nonblock "$lock"; then
    say "another set-up is running in this folder; waiting for it"
    flock "$lock"
fi

for step in debian python browser; do
    "scripts/setup-$step.sh" {lock}>&-
done
say "set-up is complete ($SECONDS s)"
