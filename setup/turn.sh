# Sourced by install.sh: one setup at a time.
# shellcheck shell=sh

# Print what tells process $1 from every other, also from one given the same number later.
identity() {
    if [ -r "/proc/$1/stat" ]; then
        facts=$(cat "/proc/$1/stat" 2>/dev/null) || facts=
        boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null) || boot=
        # Field 22 is the start time; the name, field 2, is in brackets and may hold spaces.
        # shellcheck disable=SC2086
        set -- "$1" ${facts##*) }
        case ${2-} in [ZX]) boot=over ;; esac # ended, though its parent has not asked about it yet
        echo "$1.${21-}.$boot"
    else
        echo "$1.$(ps -o lstart= -p "$1" 2>/dev/null | tr -cd '[:alnum:]')"
    fi
}

is_alive() { [ "$(identity "${1%%.*}")" = "$1" ]; }

# Remove the turn of a setup that was killed. Only one may do so at a time, or it could remove its successor's.
end_dead_turn() {
    find "$1.ending" -prune -mmin +1 -exec rmdir {} + 2>/dev/null || : # killed while doing this
    mkdir "$1.ending" 2>/dev/null || return 1
    holder=$(readlink "$1") && ! is_alive "$holder" && rm -f -- "$1"
    rmdir "$1.ending"
}

# Wait until no other setup is at work, then hold the turn until this process ends.
# A symbolic link, because it is made together with its text in one step: no turn is ever without a holder.
take_turn() {
    turn=$1
    waited=0
    until ln -s "$(identity $$)" "$turn" 2>/dev/null; do
        holder=$(readlink "$turn") || holder=
        [ -n "$holder" ] || [ "$waited" -lt 5 ] || die "cannot make links in $(dirname -- "$turn")"
        if [ -n "$holder" ] && is_alive "$holder"; then
            [ "$waited" -gt 0 ] || say "waiting for another setup, process ${holder%%.*}"
            sleep 1
        else
            end_dead_turn "$turn" || sleep 1
        fi
        waited=$((waited + 1))
    done
    trap 'rm -f -- "$turn"' EXIT
    trap 'exit 1' HUP INT TERM
}
