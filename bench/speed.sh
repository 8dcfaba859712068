#!/bin/bash
# Host speed, never asserted: how fast dv runs on this machine.
#   speed.sh [BUILD]
# gemm:   functional f16 GEMM 1024^3, run_seconds against OpenBLAS sgemm of the same size, one
#         thread each, its kernel pinned to the best the processor has; best of three, interleaved.
# engine: timing without data of a loop that keeps CUBE busy: simulated cycles per host second.
build=$(realpath "${1:-$(dirname "$0")/../build}")
cd "$(dirname "$0")/.." || exit 2
dv=$build/emu/cli/dv
sgemm=$build/bench/sgemm

core=Haswell
grep -qm1 'AuthenticAMD' /proc/cpuinfo && core=Zen
grep -qm1 'avx512bw' /proc/cpuinfo && core=COOPERLAKE
export OPENBLAS_CORETYPE=$core OPENBLAS_NUM_THREADS=1

# field NAME FILE: a number from the JSON of a run
field() { sed -n 's/.*"'"$1"'": *\([0-9.eE+-]*\).*/\1/p' "$2" | head -n 1; }

json=$(mktemp) || exit 2
trap 'rm -f "$json"' EXIT
least() { awk -v a="$1" -v b="$2" 'BEGIN { print (a == "" || b < a) ? b : a }'; }

ours='' theirs=''
for _ in 1 2 3; do
    "$dv" run kernels/gemm/gemm_f16.s m=1024 n=1024 k=1024 --time off --quiet --json "$json" ||
        exit 1
    ours=$(least "$ours" "$(field run_seconds "$json")")
    [ -x "$sgemm" ] && theirs=$(least "$theirs" "$("$sgemm" 1024 3)")
done
echo "gemm_seconds: $ours"
if [ -n "$theirs" ]; then
    echo "sgemm_seconds: $theirs ($core)"
    awk -v o="$ours" -v t="$theirs" 'BEGIN { printf "gemm_of_sgemm: %.2f\n", t / o }'
else
    echo "sgemm: skipped: install libopenblas-dev and build again"
fi

best=
for _ in 1 2 3; do
    "$dv" run bench/kernels/cube_loop.s n=200000 --data off --quiet --json "$json" || exit 1
    rate=$(awk -v c="$(field cycles "$json")" -v s="$(field run_seconds "$json")" \
        'BEGIN { print (s > 0 ? c / s : 0) }')
    best=$(awk -v a="${best:-0}" -v b="$rate" 'BEGIN { print (b > a ? b : a) }')
done
awk -v r="$best" 'BEGIN { printf "engine_cycles_per_second: %.3g\n", r }'
