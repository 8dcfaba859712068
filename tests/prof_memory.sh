#!/bin/bash
# Memory of dv prof -o does not grow with its traces.   prof_memory.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
need "peak memory" python3 python3 || done_testing

# run FOLDER|- ARGUMENT ..: sets kb, the peak memory, and mb, the size of the folder
run() {
    local folder=()
    [ "$1" = - ] || folder=(-o "$dir/$1")
    shift
    kb=$(python3 -c '
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if not status else "failed")' \
        "$dv" prof "$@" --data off --quiet "${folder[@]}")
    mb=$(du -sm "$dir" | cut -f 1)
    rm -rf "${dir:?}"/*
}

# below NAME LIMIT SMALL LARGE, all in KB
below() {
    if [ $(($4 - $3)) -lt "$2" ]; then
        ok "$1: $3 and $4 KB"
    else
        not_ok "$1" "$3 and $4 KB"
    fi
}

# added ARGUMENT ..: sets added, the memory that the files take on top of what the run and its
# critical path do
added() {
    run - "$@"
    local alone=$kb
    run p "$@"
    added=$((kb - alone))
}

added kernels/elementwise/vadd_f16.s n=5000000 --blocks 2500
few=$added
added kernels/elementwise/vadd_f16.s n=50000000 --blocks 25000
below "ten times the blocks, $mb MB of files" 6000 "$few" "$added"
added bench/kernels/cube_loop.s n=25000 --blocks 1
short=$added
added bench/kernels/cube_loop.s n=100000 --blocks 1
is "files that outgrow memory" true "$([ "$mb" -gt 500 ] && echo true)"
below "one block four times as long, $mb MB of files" 6000 "$short" "$added"
done_testing
