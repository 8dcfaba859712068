#!/bin/bash
# What profiling costs on this machine, never asserted: ratios of one run of this script.
#   prof.sh [BUILD]
# Best of nine, interleaved, one GEMM of 1024 x 1024 x 2048 f16 on one AIC and on all, with data as
# users profile it and without. For each: `run_seconds` of dv run, then times that of dv prof
# alone and with -o (the writers that hear the run are in it), and the same of the processor
# seconds of the whole command (the files made after the run are in it as well). Without data dv
# run replays loops, which nobody can listen to: there `--no-replay` is the base.
# Last: trace events written per second on one core.
build=$(realpath "${1:-$(dirname "$0")/../build}")
cd "$(dirname "$0")/.." || exit 2
dv=$build/emu/cli/dv

# The files go to memory where there is some: the disk is not what is measured.
files=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")") || exit 2
trap 'rm -rf "$files"' EXIT
TIMEFORMAT='%U %S'

# once COMMAND ..: prints run_seconds and processor seconds
once() {
    local spent
    rm -rf "$files/p"
    spent=$({ time "$@" --quiet --json "$files/j" >"$files/out" 2>&1; } 2>&1) || exit 1
    sed -n 's/.*"run_seconds": *\([0-9.eE+-]*\).*/\1/p' "$files/j" | head -n 1 |
        awk -v spent="$spent" '{ split(spent, s, " "); print $1, s[1] + s[2] }'
}

# ratios NAME ARGUMENT ..
ratios() {
    local name=$1
    shift
    for _ in 1 2 3 4 5 6 7 8 9; do
        echo "run $(once "$dv" run "$@" --no-replay)"
        echo "prof $(once "$dv" prof "$@")"
        echo "files $(once "$dv" prof "$@" -o "$files/p")"
    done | awk -v name="$name" '
        !($1 in r) || $2 < r[$1] { r[$1] = $2 }
        !($1 in c) || $3 < c[$1] { c[$1] = $3 }
        END {
            printf "%s_run_seconds: %.4g\n", name, r["run"]
            printf "%s_prof: %.2f times, with -o %.2f times\n", name, r["prof"] / r["run"],
                r["files"] / r["run"]
            printf "%s_command_seconds: %.4g\n", name, c["run"]
            printf "%s_command: %.2f times, with -o %.2f times\n", name, c["prof"] / c["run"],
                c["files"] / c["run"]
        }'
}

echo "load: $(cut -d ' ' -f 1 /proc/loadavg) on $(nproc) processors"
gemm=(kernels/gemm/gemm_f16.s m=1024 n=1024 k=2048)
ratios one "${gemm[@]}" --blocks 1
ratios all "${gemm[@]}"
ratios one_no_data "${gemm[@]}" --blocks 1 --data off
ratios all_no_data "${gemm[@]}" --data off
"$dv" as kernels/gemm/gemm_f16.s -o "$files/gemm.o" || exit 1
"$build/bench/bench-trace" "$files/gemm.o" "$files/trace" 2000000
