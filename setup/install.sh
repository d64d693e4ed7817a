#!/bin/sh
# Makes .venv from the locked packages, fetching Python and the text libraries first where they are missing.
# Started by ./handbill, ./test and ./handbill-bench as `sh setup/install.sh run|test|bench`; safe to repeat, and to kill at any time.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/setup/ready.sh"
. "$root/setup/turn.sh"
. "$root/setup/system.sh"

state=$root/.setup
log=$state/log
mark=$root/.venv/made-by-handbill
uv=$(command -v uv) || uv=
unset PIP_USER PIP_TARGET PIP_PREFIX # each would send the packages elsewhere
export PYTHONDONTWRITEBYTECODE=1     # what is compiled goes into .venv, and would stand there before it is made

say() { printf 'handbill: %s\n' "$*"; }
die() {
    say "$*"
    exit 1
}

# Run a command quietly; when it fails, show the end of what it said.
quietly() {
    printf '\n$ %s\n' "$*" >>"$log"
    "$@" >>"$log" 2>&1 && return
    tail -n 20 "$log"
    return 1
}

make_environment() {
    say "making a Python environment in .venv with $base"
    if [ -e "$root/.venv" ] && [ ! -e "$mark" ]; then
        say "the .venv that stood there is kept as .venv.kept-$$"
        mv -- "$root/.venv" "$root/.venv.kept-$$"
    fi
    rm -rf -- "$root/.venv"
    mkdir "$root/.venv"
    : >"$mark"
    if [ -n "$uv" ]; then
        quietly "$uv" venv --quiet --allow-existing --python "$base" "$root/.venv"
    else
        quietly "$base" -m venv "$root/.venv"
    fi || die "Python could not make an environment; all of its output is in $log"
    # From site-packages up to the repository: a path that stays right when the folder is moved.
    for packages in "$root"/.venv/lib/python3.*/site-packages; do
        echo ../../../.. >"$packages/handbill.pth"
    done
}

# Install one lock. Nothing is compiled on this machine, and a file that differs from its hash is refused.
fetch_packages() {
    say "fetching the packages of $1, each checked against its hash"
    set -- --quiet --no-deps --require-hashes --only-binary :all: -r "$root/$1"
    if [ -n "$uv" ]; then
        quietly "$uv" pip install --python "$python" "$@" && return
        say "uv could not; trying pip"
        quietly "$python" -m ensurepip || die "uv failed and this Python has no pip; see $log"
    fi
    quietly "$python" -m pip install --no-compile --no-input --disable-pip-version-check "$@" ||
        die "the packages could not be fetched; is there a network? All of the output is in $log"
}

set_up_run() {
    say "first use: setting up (about a minute; later runs skip this)"
    prepare_system
    make_environment
    if [ "$libraries" = private ]; then unpack_libraries; fi
    fetch_packages requirements.lock
    : >"$(stamp run)"
}

set_up_test() {
    fetch_packages requirements-dev.lock
    : >"$(stamp test)"
}

set_up_bench() {
    fetch_packages requirements-bench.lock
    : >"$(stamp bench)"
}

mkdir -p "$state" 2>/dev/null || die "cannot write in $root, where the environment is to be made"
take_turn "$state/turn"
: >"$log"
# `if`, not `||`: after `||` a failing line inside would not stop the function.
if ! is_ready run; then set_up_run; fi
if [ "$1" = test ] && ! is_ready test; then set_up_test; fi
if [ "$1" = bench ] && ! is_ready bench; then set_up_bench; fi
say "ready"
