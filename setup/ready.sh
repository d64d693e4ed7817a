# Sourced by ./handbill, ./test and ./handbill-bench with $root set. Gives $python and ready().
# shellcheck shell=sh disable=SC2154

unset PYTHONHOME PYTHONPATH # they belong to some other Python
python=$root/.venv/bin/python

# Compiled Python is kept, or every start would compile anew: within the environment, beside no source.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX="$root/.venv/compiled"

# The file that says the environment serves `run`, `test` or `bench`: named by the locks it was made from, written last.
stamp() {
    case $1 in
        run) set -- run "$root/requirements.lock" ;;
        test) set -- test "$root/requirements.lock" "$root/requirements-dev.lock" ;;
        bench) set -- bench "$root/requirements.lock" "$root/requirements-bench.lock" ;;
    esac
    name=$1
    shift
    sum=$(cat -- "$@" | cksum)
    echo "$root/.venv/ready-$name-${sum% *}"
}

# True when nothing needs doing. A Python that the system has since replaced leaves a dead link, hence -x.
is_ready() { [ -e "$(stamp "$1")" ] && [ -x "$python" ]; }

# Set up for `run`, `test` or `bench`, if need be. All of it is said on stderr: stdout belongs to the command.
ready() { is_ready "$1" || sh "$root/setup/install.sh" "$1" >&2; }
