# Sourced by install.sh: what comes from the system, that is Python and the text libraries.
# shellcheck shell=sh disable=SC2154 # $root, $state, $log, $uv and $python are set by install.sh

apt_libraries='libpangoft2-1.0-0 libharfbuzz-subset0' # these bring Pango, HarfBuzz, fontconfig and GLib
# Whether the libraries are the system's, or `private`: to be unpacked into .venv/native.
# shellcheck disable=SC2034 # read by install.sh
libraries=system

# Print the path of a Python that will do: 3.11 or newer, and able to make environments where uv is not here to.
find_python() {
    probe='import os, sys
sys.version_info >= (3, 11) or sys.exit(1)
if not sys.argv[1]:
    import ensurepip, venv
print(os.path.realpath(sys.executable))'
    # Those it is tested on come first. On macOS a bare python3 may only offer to install developer tools.
    for candidate in "${HANDBILL_PYTHON:-python3.13}" python3.13 python3.12 python3.11 python3 python3.14; do
        "$candidate" -c "$probe" "$uv" 2>/dev/null && return
    done
    [ -n "$uv" ] || return 1
    "$uv" python find --quiet '>=3.11' 2>/dev/null && return
    "$uv" python install --quiet 3.13 2>>"$log" && "$uv" python find --quiet '>=3.11'
}

# True when Python $1 can open every library that the drawing needs.
has_libraries() { [ -n "$1" ] && "$1" -P "$root/generator/native.py" 2>>"$log"; }

# Find or install what the environment stands on. Sets $base and $libraries; dies saying what to do.
prepare_system() {
    base=$(find_python) || base=
    case $(uname -s) in
        Linux) has_libraries "$base" || install_for_linux ;;
        Darwin) [ -n "$base" ] || die "Python 3.11 or newer is missing. Install it, then run this again:

    brew install python@3.13
" ;;
        *) die "on Windows let uv set it up, from PowerShell in this folder:

    winget install astral-sh.uv
    uv venv
    uv pip sync --require-hashes --only-binary :all: requirements.lock

and then, each time:

    uv run --no-project -m generator build
" ;;
    esac
}

install_for_linux() {
    if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
        install_for_debian
    else
        die "Python 3.11 or newer, Pango or HarfBuzz is missing. Install them, then run this again:

    $(command_for_linux)
"
    fi
    base=$(find_python) || die "this system offers no Python 3.11 or newer. Install uv, which brings its own, and run this again"
}

# Print the line that installs what is needed on a Linux that is not of Debian's family.
command_for_linux() {
    if command -v dnf >/dev/null; then
        echo "sudo dnf install -y python3.12 pango harfbuzz"
    elif command -v pacman >/dev/null; then
        echo "sudo pacman -S --needed python pango harfbuzz"
    elif command -v zypper >/dev/null; then
        echo "sudo zypper install -y python312 libpango-1_0-0 libharfbuzz-subset0"
    elif command -v apk >/dev/null; then
        # One package, zxing-cpp, has no wheel for musl.
        echo "docker run --rm -it -v \"\$PWD\":/handbill -w /handbill debian:12 ./handbill build"
    else
        echo "your package manager, with: Python 3.11 or newer, Pango 1.44 or newer, HarfBuzz with its subset library"
    fi
}

install_for_debian() {
    if ! administrator=$(find_administrator); then
        [ -n "$base" ] || die "Python is missing, and only an administrator can add it. Ask for this, then run it again:

    sudo apt-get update && sudo apt-get install -y python3 python3-venv $apt_libraries
"
        # shellcheck disable=SC2034
        libraries=private
        return
    fi
    as_administrator update || say "that failed in part; going on with the package lists there are"
    packages=$(available_packages)
    # shellcheck disable=SC2086
    as_administrator install -y --no-install-recommends $packages ||
        die "that failed; all of the output is in $log"
}

# Print how to become the administrator: no way at all when sudo would wait for a password nobody can type.
find_administrator() {
    if [ "$(id -u)" = 0 ]; then
        echo env
    elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        echo sudo env
    else
        return 1
    fi
}

as_administrator() {
    # Another apt-get, such as the nightly upgrade, is waited for. Nobody is there to answer questions.
    # shellcheck disable=SC2086
    set -- $administrator DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@"
    say "running: $*"
    quietly "$@"
}

# Print what to install, in names that this release has.
available_packages() {
    [ -n "$base" ] || python_packages
    for package in $apt_libraries; do
        if apt-cache show "$package" >/dev/null 2>&1; then echo "$package"; fi
    done
}

python_packages() {
    minor=$(apt-cache policy python3 | sed -n 's/^ *Candidate: 3\.\([0-9]*\).*/\1/p')
    if [ "${minor:-0}" -ge 11 ]; then
        echo python3 python3-venv
        return
    fi
    for name in python3.13 python3.12 python3.11; do # older releases offer a newer Python beside their own
        if apt-cache show "$name-venv" >/dev/null 2>&1; then
            echo "$name" "$name-venv"
            return
        fi
    done
}

# Without an administrator: unpack the missing libraries into .venv/native, where generator/native.py looks.
unpack_libraries() {
    say "no administrator rights: unpacking the text libraries into .venv/native"
    apt=$state/apt
    rm -rf -- "$apt"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/packages" "$root/.venv/native"
    quietly own_apt update || say "the package lists could not be renewed; going on with what there is"
    # shellcheck disable=SC2086 # a list of names; the C library must stay the system's own
    missing=$(own_apt install --simulate --no-install-recommends $apt_libraries 2>>"$log" |
        awk '$1 == "Inst" && $2 !~ /^(libc6|libgcc-s1)$/ { print $2 }')
    # shellcheck disable=SC2086
    (cd -- "$apt/packages" && quietly own_apt download $missing) || no_libraries
    for package in "$apt"/packages/*.deb; do
        dpkg-deb -x "$package" "$root/.venv/native" || no_libraries
    done
    rm -rf -- "$apt"
    has_libraries "$python" || no_libraries
}

no_libraries() {
    die "the text libraries could not be fetched. Ask an administrator for this, then run it again:

    sudo apt-get update && sudo apt-get install -y $apt_libraries
"
}

# apt-get with lists and a cache of its own, so that it needs no rights.
own_apt() {
    apt-get -q -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Debug::NoLocking=1 "$@"
}
