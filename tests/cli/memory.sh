#!/bin/bash
# Memory systems of others, traces of ours, warm-ups and repeats.
#   memory.sh DV PLUGIN PLUGIN_OTHER_ABI PLUGIN_EARLY
dv=$(realpath "$1")
plugin=$(realpath "$2")
other=$(realpath "$3")
early=$(realpath "$4")
cd "$(dirname "$0")/../.." || exit 99
kernel=$PWD/kernels/elementwise/vadd_f16.s
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

value() {
    grep -oP "^$1: +\K.*" out.txt
}
first() {
    head -n 1 err.txt | sed "s|$dir/||"
}

# A plug-in: its time, its name.
"$dv" run "$kernel" n=100000 --blocks 8 --mem "$plugin" --verify --json r.json >out.txt 2>err.txt
is "a plug-in runs" "0 fixed true" "$? $(value mem) $(value verified)"
is "and says nothing" "" "$(cat err.txt)"
is "its name is in the document" 1 "$(grep -c '"mem": "fixed"' r.json)"
fixed=$(value cycles)
"$dv" run "$kernel" n=100000 --blocks 8 --json r.json >out.txt
is "ours is not named" "" "$(value mem)"
is "but in the document" 1 "$(grep -c '"mem": "analytic"' r.json)"
[ "$fixed" != "$(value cycles)" ] && ok "its time is another" || not_ok "its time is another" "$fixed"
"$dv" run "$kernel" n=100000 --blocks 8 --mem "$plugin" --data off >out.txt
is "payload makes no difference" "$fixed" "$(value cycles)"

# What cannot be plugged in.
refused() { # NAME FILE TEXT
    "$dv" run "$kernel" --mem "$2" --quiet >out.txt 2>err.txt
    local status=$?
    is "$1: status" 2 $status
    case $(first) in
    *"$3"*) ok "$1" ;;
    *) not_ok "$1" "$(cat err.txt)" ;;
    esac
}
echo text >text.so
refused "another interface" "$other" "built for interface 99, this dv has 2"
refused "no such file" none.so "none.so"
refused "no shared object" text.so "text.so"
refused "data before it was asked for" "$early" "breaks the rules of dv/mem.h: port"
lib=$(ldd "$dv" | awk '$2 == "=>" && /libz|libjansson/ { print $3; exit }')
[ -z "$lib" ] || refused "a library of something else" "$lib" "exports no dv_mem_plugin"

# Traces.
run() {
    "$dv" run "$kernel" n=65536 --blocks 4 --quiet "$@" >out.txt 2>err.txt
}
run --mem-trace t.csv
is "a trace" "0 cycle,core,op,address,bytes" "$? $(head -n 1 t.csv)"
is "all bytes are in it" "262144 131072" \
    "$(awk -F, '{ n[$3] += $5 } END { print n["R"], n["W"] }' t.csv)"
is "in the order of time" "" "$(tail -n +2 t.csv | sort -c -s -t, -n -k1,1 2>&1)"
is "of four cores" 4 "$(tail -n +2 t.csv | cut -d, -f2 | sort -u | wc -l)"
run --mem-trace again.csv:csv --warmup 2 --repeat 2
is "only the first launch that counts is traced" "$(cat t.csv)" "$(cat again.csv)"
run --mem-trace t.ram:ramulator
is "ramulator: 64-byte accesses" "6144 2048" "$(wc -l <t.ram) $(grep -c ' W$' t.ram)"
is "ramulator: nothing else" 0 "$(grep -vcE '^0x[0-9a-f]+[048c]0 [RW]$' t.ram)"
run --mem-trace t.dram:dramsim3
is "dramsim3: with cycles" "6144 0" \
    "$(wc -l <t.dram) $(grep -vcE '^0x[0-9A-F]+[048C]0 (READ|WRITE) [0-9]+$' t.dram)"
run --mem-trace one.csv --mem "$plugin" --blocks 1
is "a trace of a plug-in" "0 262144 131072" \
    "$? $(awk -F, '{ n[$3] += $5 } END { print n["R"], n["W"] }' one.csv)"
is "of one core, in the order of time" "" "$(tail -n +2 one.csv | sort -c -s -t, -n -k1,1 2>&1)"
"$dv" run "$kernel" n=65536 --blocks 4 >plain.txt
"$dv" run "$kernel" n=65536 --blocks 4 --mem-trace u.csv >out.txt
is "a trace changes no time" "$(grep ^cycles plain.txt)" "$(grep ^cycles out.txt)"
run --mem-trace t.csv:xml
is "an unknown format" "2 1" "$? $(grep -c "no format 'xml': csv, ramulator or dramsim3" err.txt)"
run --mem-trace none/t.csv
is "no such directory" "2 1" "$? $(grep -c "cannot write 'none/t.csv'" err.txt)"
if [ -c /dev/full ]; then
    run --mem-trace /dev/full
    is "a full disk" "2 dv: error: cannot write '/dev/full': No space left on device; the trace is not whole" \
        "$? $(first)"
fi
run --mem-trace t.csv --time off
is "no trace without time" "2 1" "$? $(grep -c 'remove --time off' err.txt)"

# Launches one after another.
cycles() {
    "$dv" run "$kernel" n=1000000 --blocks 8 "$@" >out.txt 2>err.txt
    value cycles
}
# of KEY: rounded up, of the cycles of all launches.
of() {
    grep -A3 '"repeat_cycles": {' r.json | grep -oP "\"$1\": \K[0-9.]+" |
        awk '{ print $1 == int($1) ? $1 : int($1) + 1 }'
}
warm=$(cycles)
cold=$(cycles --cache cold)
is "a warm-up leaves what --cache warm assumes" "$warm" "$(cycles --cache cold --warmup 1)"
is "the number is said" 1 "$(value warmup)"
is "repeats: the last is shown" "$warm" "$(cycles --cache cold --repeat 5 --json r.json)"
is "and all are summed up" "5 $warm $cold $warm" \
    "$(grep -oP '"repeat": \K\d+' r.json) $(of min) $(of max) $(of median)"
is "in words too" 1 "$(grep -cE '^repeat: +5 launches, [0-9]+ \.\. [0-9]+ cycles, median [0-9]+$' out.txt)"
is "without payload too" "$warm" "$(cycles --cache cold --repeat 2 --data off)"
cycles --warmup 2 --repeat 3 --verify --check --hints off --json r.json >/dev/null
is "the last one is verified and checked" "true 0" "$(value verified) $(grep -cE "error:|warning:" err.txt)"
is "the document tells" "2 3 1" \
    "$(grep -oP '"warmup": \K\d+' r.json) $(grep -oP '"repeat": \K\d+' r.json) $(grep -c '"repeat_cycles": {' r.json)"
cat >twice.s <<'S'
.kernel twice, core=aiv
.param t, inout, s32[16]
twice:
    mov     x20, para_base
    ld.b64  x21, [x20, 0]
    ld.b32  x5, [x21, 0]
    add.s64 x5, x5, 1
    st.b32  x5, [x21, 0]
    end
S
"$dv" run twice.s t=ones t=@t.npy --repeat 3 --warmup 1 --quiet >out.txt 2>err.txt
is "every launch finds the same inputs" "0 2" "$? $(od -An -i -j128 -N4 t.npy | tr -d ' ')"
"$dv" run twice.s t=ones --data off --repeat 3 --quiet >out.txt 2>err.txt
is "also without payload" "0" "$?$(cat err.txt)"
for bad in "--warmup x" "--warmup -1" "--repeat 0" "--repeat 1e9"; do
    # shellcheck disable=SC2086
    run $bad
    is "$bad" 2 $?
done
done_testing
