#!/bin/bash
# The progress line: on a terminal only, and a run that shows it gives the same result.
#   progress.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
need "progress" bsdutils script || done_testing
export TERM=xterm
unset NO_COLOR

# on_terminal COMMAND: runs it with a terminal for stdin, stdout and stderr
on_terminal() {
    script -qec "$1" /dev/null </dev/null
}
# result FILE: the JSON without what may differ between two runs
result() {
    sed '/"host": {/,/}/d; /"host_seconds"/d' "$1"
}

# Windows of cores that tell each other nothing, requests that miss L2, and flags between cores.
for run in 'kernels/gemm/gemm_f16.s m=512 n=512 k=512 --blocks 4' \
    'kernels/gemm/gemm_f16.s m=256 n=256 k=256 --blocks 4 --cache cold' \
    'kernels/elementwise/vadd_f16.s n=400000 --blocks 60 --cache cold' \
    'kernels/gemm/gemm_f16.s m=1024 n=1024 k=1024 --data off' 'kernels/mix/gemm_split_f16.s'; do
    "$dv" run $run --json "$dir/a.json" >/dev/null 2>&1
    on_terminal "$dv run $run --json $dir/b.json" >/dev/null 2>&1
    is "same result: $run" "" "$(diff <(result "$dir/a.json") <(result "$dir/b.json") 2>&1)"
    is "there is one: $run" true "$([ -s "$dir/b.json" ] && echo true)"
done

# first_line PATTERN COMMAND: what fits first; the command takes longer than anybody waits and is
# ended then.
first_line() {
    local seen=
    : >"$dir/seen"
    script -qec "echo \$\$ >$dir/pid; exec $2" /dev/null </dev/null >"$dir/seen" &
    for _ in $(seq 600); do
        seen=$(tr '\r' '\n' <"$dir/seen" | grep -m 1 -o "$1") && break
        sleep 0.1
    done
    kill "$(cat "$dir/pid")"
    wait
    echo "$seen"
}
long='bench/kernels/cube_loop.s n=2000000000'
seen=$(first_line 'simulated .*cycles/s' "$dv run $long --max-cycles 500000000")
is "a long run tells" true \
    "$([[ $seen =~ ^simulated\ [0-9]+\ cycles\ \([0-9.]+\ us\),\ .*cycles/s$ ]] && echo true)"
# So do runs one after another.
many='kernels/elementwise/vadd_f16.s n=100000000 --data off --blocks 48'
for run in "what-if|what-if [0-9]* of [0-9]*: [a-z]|$dv prof $many --what-if" \
    "--uncertainty|uncertainty [0-9]* of [0-9]*: [a-z]|$dv run $many --uncertainty" \
    "--explore|schedule [0-9]* of 900000|$dv check kernels/elementwise/vadd_f16.s --explore 900000"; do
    IFS='|' read -r name pattern command <<<"$run"
    is "$name tells" true "$([ -n "$(first_line "$pattern" "$command")" ] && echo true)"
done
out=$("$dv" prof tests/prof/copy_rows.s --what-if 2>&1 >/dev/null)
is "off a terminal none does" "" "$out"
limited="$long --max-cycles 3000000"
out=$(on_terminal "NO_COLOR=1 $dv run $limited" | tr -d '\r')
is "NO_COLOR: no line" "" "$(grep -F simulated <<<"$out")"
out=$("$dv" run $limited 2>&1)
is "off a terminal: no line" "" "$(grep -F simulated <<<"$out")"
out=$(on_terminal "$dv run $limited --quiet" | tr -d '\r')
is "--quiet: no line" "" "$(grep -F simulated <<<"$out")"
done_testing
