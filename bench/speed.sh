#!/bin/bash
# Host speed, never asserted: how fast dv runs on this machine.
#   speed.sh [BUILD]
# gemm:   functional f16 GEMM 1024^3, run_seconds against OpenBLAS sgemm of the same size, one
#         thread each, its kernel pinned to the best the processor has; best of three, interleaved.
# engine: timing on one core, best of three: instructions and simulated cycles per host second, and
#         `of_chip`, the time on the modelled chip over that on the host: above 1 dv is the faster.
#         cube_loop keeps CUBE busy, gemm_timing is a whole product, both also with every round of
#         their loops simulated (--no-replay); vadd is moves and additions. Softmax and layernorm
#         run with data: S reads what V computed, so that --data off ends with NODATA.
# check:  what --check costs, as a ratio of run_seconds.
# prof:   the same of dv prof, alone and with -o; and trace events written per second.
# docs/performance.md says what the figures rest on.
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

echo "load: $(cut -d ' ' -f 1 /proc/loadavg) on $(nproc) processors"

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

# engine NAME KERNEL [ARGUMENT ..]
engine() {
    local name=$1 best=''
    shift
    for _ in 1 2 3; do
        "$dv" run "$@" --blocks 1 --quiet --json "$json" || exit 1
        best=$(least "$best" "$(field run_seconds "$json")")
    done
    awk -v name="$name" -v s="$best" -v i="$(field instructions "$json")" \
        -v c="$(field cycles "$json")" -v us="$(field time_us "$json")" 'BEGIN {
        if (s <= 0) s = 1e-9
        printf "%s_seconds: %.4g\n", name, s
        printf "%s_instructions_per_second: %.3g\n", name, i / s
        printf "%s_cycles_per_second: %.3g\n", name, c / s
        printf "%s_of_chip: %.3g\n", name, us / 1e6 / s
    }'
}

loop=(bench/kernels/cube_loop.s n=2000000 --data off)
product=(kernels/gemm/gemm_f16.s m=4096 n=2048 k=8192 --data off)
engine cube_loop "${loop[@]}"
engine cube_loop_no_replay "${loop[@]}" --no-replay
engine gemm_timing "${product[@]}"
engine gemm_timing_no_replay "${product[@]}" --no-replay
engine vadd kernels/elementwise/vadd_f16.s n=20000000 --data off
engine softmax_data kernels/softmax/softmax_f32.s rows=1024 cols=1000
engine layernorm_data kernels/norm/layernorm_f16.s rows=1024 cols=1000

# check NAME KERNEL [ARGUMENT ..]: run_seconds with --check over those without, best of three each
check() {
    local name=$1 plain='' checked=''
    shift
    for _ in 1 2 3; do
        "$dv" run "$@" --quiet --json "$json" || exit 1
        plain=$(least "$plain" "$(field run_seconds "$json")")
        "$dv" run "$@" --check --quiet --json "$json" 2>/dev/null || exit 1
        checked=$(least "$checked" "$(field run_seconds "$json")")
    done
    awk -v name="$name" -v p="$plain" -v c="$checked" \
        'BEGIN { printf "check_%s: %.2f times %.4g s\n", name, c / p, p }'
}

check gemm kernels/gemm/gemm_f16.s m=1024 n=1024 k=1024
check gemm_functional kernels/gemm/gemm_f16.s m=1024 n=1024 k=1024 --time off
check vadd kernels/elementwise/vadd_f16.s n=20000000
check softmax kernels/softmax/softmax_f32.s rows=1024 cols=1000
check layernorm kernels/norm/layernorm_f16.s rows=1024 cols=1000

# The files go to memory where there is some: the disk is not what is measured.
files=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")") || exit 2
trap 'rm -rf "$json" "$files"' EXIT

# prof NAME KERNEL [ARGUMENT ..]: run_seconds of dv prof over those of dv run, best of three each
prof() {
    local name=$1 plain='' alone='' whole=''
    shift
    for _ in 1 2 3; do
        rm -rf "$files/p"
        "$dv" run "$@" --quiet --json "$json" || exit 1
        plain=$(least "$plain" "$(field run_seconds "$json")")
        "$dv" prof "$@" --quiet --json "$json" || exit 1
        alone=$(least "$alone" "$(field run_seconds "$json")")
        "$dv" prof "$@" --quiet --json "$json" -o "$files/p" || exit 1
        whole=$(least "$whole" "$(field run_seconds "$json")")
    done
    awk -v name="$name" -v p="$plain" -v a="$alone" -v w="$whole" \
        'BEGIN { printf "prof_%s: %.2f times, with -o %.2f times %.4g s\n", name, a / p, w / p, p }'
}

prof gemm kernels/gemm/gemm_f16.s m=1024 n=1024 k=1024
"$dv" as kernels/gemm/gemm_f16.s -o "$files/gemm.o" || exit 1
"$build/bench/bench-trace" "$files/gemm.o" "$files/trace" 2000000
