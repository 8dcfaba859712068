#!/bin/bash
# Why and what if: dv prof names the right bound and --what-if the right repair, for good kernels
# and for two with a known fault; the JSON fits its schema and its shares add up.
#   why.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
source=$PWD
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

node=$(need "JSON" node-ajv node >need.txt && echo yes)
[ -n "$node" ] || { need "JSON" node-ajv node || true; }

# look FILE EXPRESSION: of the document d.
look() {
    node -e 'const d = JSON.parse(require("fs").readFileSync(process.argv[1]));
        console.log(eval(process.argv[2]));' "$1" "$2"
}
fits() {
    NODE_PATH=/usr/share/nodejs node -e '
        const fs = require("fs"), Ajv = require("ajv");
        const read = f => JSON.parse(fs.readFileSync(f)), dir = process.argv[2];
        const ajv = new (Ajv.default || Ajv)();
        ajv.addSchema(read(dir + "/finding.json"));
        console.log(ajv.validate(read(dir + "/run.json"), read(process.argv[1])) ? "valid"
            : ajv.errorsText());' "$1" "$source/docs/schema" 2>&1
}
sums='(() => { const p = d.profile.critical_path, sum = (a, f) => a.reduce((n, x) => n + f(x), 0);
    return [sum(Object.values(p.pipes), x => x.cycles), sum(Object.values(p.causes), x => x),
        sum(p.instructions, x => x.cycles) + p.no_instruction,
        sum(p.flags, x => x.cycles) + p.no_flag,
        sum(Object.values(p.pipes), x => sum(Object.values(x.by), y => y))]
        .every(x => x === p.cycles) &&
        sum(Object.values(p.shared), x => x) === p.causes.shared && Math.ceil(p.cycles) === d.cycles; })()'

# case NAME BOUND FIRST ARGUMENTS: kind and pipe of the bound, and which row of --what-if is first
# among those that change the kernel, not the launch.
show() {
    local name=$1 bound=$2 first=$3
    shift 3
    "$dv" prof "$@" --what-if --json "$name.json" >"$name.txt" 2>&1
    is "$name: exit status" 0 $?
    [ -n "$node" ] || return
    is "$name: fits the schema" valid "$(fits "$name.json")"
    is "$name: the bound" "$bound" \
        "$(look "$name.json" 'd.profile.bound.kind + " " + d.profile.bound.pipe')"
    is "$name: what to repair first" "$first" \
        "$(look "$name.json" 'd.what_if.filter(x => x.name != "launch")[0].name')"
    is "$name: shares of the critical path add up" true "$(look "$name.json" "$sums")"
    is "$name: rows by what they save" true "$(look "$name.json" \
        'd.what_if.filter(x => x.name != "launch")
            .map(x => x.saved_cycles * (!x.limit ? 1 : /^unit/.test(x.name) ? 1 / 2 : 2 / 3))
            .every((x, i, a) => !i || x <= a[i - 1] + 0.01)')"
    is "$name: the console says the same" true "$(grep -qFx -- \
        "$(look "$name.json" d.profile.bound.text)" "$name.txt" && echo true)"
    is "$name: one line of trust" 1 "$(grep -c '% of this time rests on' "$name.txt")"
}

show gemm "unit CUBE" "unit CUBE" "$source/kernels/gemm/gemm_f16.s" m=512 n=512 k=1024
show softmax "latency VECTOR" "starts of VECTOR" "$source/kernels/softmax/softmax_f32.s" rows=2048
show copy "bursts MTE2" bursts "$source/tests/prof/copy_rows.s"
show late "queue_full MTE1" queues "$source/tests/prof/gemm_late.s"
show early "unit CUBE" "unit CUBE" "$source/tests/prof/gemm_late.s" late=0
# All cores: what they share is the bound, and who has not enough of it is named.
all="--data off --blocks 48"
show memory "shared MTE2" L2 "$source/kernels/elementwise/vadd_f16.s" n=20000000 $all --cache cold
show l2 "shared MTE2" "rate L2" "$source/kernels/elementwise/vadd_f16.s" n=20000000 $all
show lines "shared MTE2" "same lines" "$source/tests/prof/same_lines.s" --blocks 48 --data off
# Two units that take turns have the same share: the one that works names the bound, not the one whose
# starts others hide.
sed 's/^\.equ    ROWS, 512/.equ    ROWS, 128/; s/out:align = {len_burst=WIDE n_burst=ROWS}/out:align = {len_burst=WIDE*ROWS}/
    s/512\*tiles/128*tiles/' "$source/tests/prof/copy_rows.s" >tie.s
show tie "bursts MTE2" "unit MTE2" tie.s tiles=128
sed 's/, 128\]/, 64]/; s/ src_gap=WIDE//; s/stepx = 2\*/stepx = /' tie.s >whole.s
show whole "latency MTE3" buffers whole.s tiles=128
show mix "bursts MTE2" bursts "$source/kernels/mix/gemm_split_f16.s" m=512 n=512 --blocks 4

# named NAME BOUND FIRST ARGUMENTS: only these two.
named() {
    local name=$1 want="$2, $3"
    shift 3
    "$dv" prof "$@" --what-if --json "$name.json" >"$name.txt" 2>&1
    [ -z "$node" ] || is "$name: the bound, and what to repair first" "$want" "$(look "$name.json" \
        '[d.profile.bound.kind + " " + d.profile.bound.pipe, d.what_if[0].name].join(", ")')"
}
# A stream with one fault at a time.
fault() { # NAME LINE BOUND FIRST
    { echo ".equ $2"; cat "$source/tests/prof/stream.s"; } >"$1.s"
    named "$1" "$3" "$4" "$1.s" tiles=64
}
fault single "COPIES, 1" "latency MTE3" buffers
fault barriers "BARS, 1" "latency MTE3" barriers
fault asks "ASKS, 1" "latency MTE2" "latency of reads"
fault same "SAME, 1" "banks VECTOR" banks
fault words "WORDS, 8" "scalar SCALAR" "loads of SCALAR"
fault code "CODE, 3000" "scalar SCALAR" code
fault atomic "ATOMIC, 1" "unit MTE3" atomics
named rows "unit MTE2" "unit MTE2" "$source/tests/prof/whole_rows.s"
named panels "unit MTE2" "unit MTE2" "$source/kernels/gemm/gemm_f16.s" m=128 n=256 k=2048 --data off

if [ -n "$node" ]; then
    is "a launch that is not most of the time stands last" launch \
        "$(look copy.json 'd.what_if[d.what_if.length - 1].name')"
    is "the pool is named" "memory L2 same_lines" "$(for f in memory l2 lines; do
        look $f.json '(() => { const s = d.profile.critical_path.shared;
            return Object.keys(s).sort((a, b) => s[b] - s[a])[0]; })()'; done | xargs)"
    is "and said" true "$(look memory.json '/^Bound by memory, which all cores share: .*48 cores .*1466 GB/
        .test(d.profile.bound.text)')"
    is "nobody shares on one core" 0 "$(look copy.json d.profile.critical_path.causes.shared)"
    is "no roof is broken" true \
        "$(for f in gemm copy late memory l2 lines mix; do
            look $f.json 'd.profile.roofs.every(x => x.share <= 1.02)'; done | sort -u)"
    is "the path goes to other cores" true \
        "$(look mix.json '(p => p.crossings > 0 && p.elsewhere > p.cycles / 2)(d.profile.critical_path)')"
    is "what the launch takes, to the cycle" 12025 \
        "$(look l2.json 'd.what_if.find(x => x.name == "launch").saved_cycles')"
    # promise ROW FILE ARGUMENTS: what the row saves, and what the launch then takes less
    promise() {
        local row=$1 file=$2
        shift 2
        "$dv" run "$@" --quiet --json then.json
        node -e 'const f = require("fs"), read = n => JSON.parse(f.readFileSync(n));
            const a = read(process.argv[1]), b = read("then.json");
            const saved = a.what_if.find(x => x.name == process.argv[2]).saved_cycles;
            console.log(Math.abs((a.task_us - b.task_us) * 1850 - saved) < 0.02 * saved);' \
            "$file" "$row"
    }
    vadd="$source/kernels/elementwise/vadd_f16.s n=20000000 $all"
    is "a rate that all share saves what it promises" true \
        "$(promise "rate L2" l2.json $vadd --set l2.rate=1000000)"
    is "cores that begin together too" true "$(promise "starts of cores" l2.json $vadd \
        --set launch.per_aiv=0)"
    is "and hits of L2" true "$(promise L2 memory.json $vadd)"
    is "bursts are counted" 128 \
        "$(look copy.json 'd.profile.moves["GM->UB"].bytes / d.profile.moves["GM->UB"].bursts')"
    is "who starves behind the full queue is named" true \
        "$(look late.json '/MTE2 idles/.test(d.profile.bound.text)')"
    is "the repair saves what it promises" true \
        "$(node -e 'const f = require("fs"), read = n => JSON.parse(f.readFileSync(n));
        const late = read("late.json"), early = read("early.json");
        const saved = late.what_if.find(x => x.name == "queues").saved_cycles;
        console.log(Math.abs(late.cycles - early.cycles - saved) < 0.05 * late.cycles)')"
    "$dv" run "$source/tests/prof/copy_rows.s" tiles=2 --json run.json --quiet
    is "dv run has no profile" "null null" "$(look run.json 'd.profile + " " + d.what_if')"
    "$dv" prof "$source/tests/prof/copy_rows.s" tiles=2 --json prof.json --quiet
    is "without --what-if there is none" null "$(look prof.json d.what_if)"
fi
# Right only while S is slow: nothing orders the load and the sum.
cat >luck.s <<'EOF'
.kernel luck, core=aiv
.param  x, in, f16[1024]
.buf    T, ub, f16[1024]
luck:
    .reg    px:gm, t:ub = T, move:align = {len_burst=2048}, each:vec3 = {repeat=8}, n
    ldparam px, x
    mov_out_to_ub_align.b16 [t], [px], move
    .rept   1000
    add.s64 n, n, 1
    .endr
    vadd.f16 [t], [t], [t], each
    end
EOF
"$dv" prof luck.s --what-if --json luck.json >out.txt 2>err.txt
is "a row that the kernel does not survive" "0 1" \
    "$? $(grep -c '^unit SCALAR .*the kernel stops then: ' out.txt)"
[ -z "$node" ] || is "it fits the schema" "valid null" \
    "$(fits luck.json) $(look luck.json 'd.what_if.find(x => x.fault).saved_cycles')"

said() { # NAME TEXT FILE COUNT
    is "$1" "$4" "$(grep -cE -- "$2" "$3")"
}
said "the other of two that tie is named" \
    '^MTE2-bound: .* bursts are 128 B, .* Next is MTE3, 50 %: less there may save as much\.' tie.txt 1
said "who comes next, with its bursts" '^MTE3-bound: .* Next is MTE2, [0-9]+ %: less there' whole.txt 1
said "bursts of their own are as long as they are asked for" '^GM_TO_UB .* 128$' tie.txt 1
said "bursts that adjoin are one" '^GM_TO_UB .* 16384  \(bursts of 128 that adjoin\)$' whole.txt 1
# Far from its roof a unit is not the only way to be faster; near it, it is.
"$dv" prof "$source/kernels/gemm/gemm_f16.s" m=512 n=512 k=512 --blocks 4 >far.txt 2>&1
said "far from the roof" '^CUBE-bound: .*and so does less time before they start\. Next is MTE2, [0-9]+ %: less there' far.txt 1
"$dv" prof "$source/kernels/gemm/gemm_f16.s" m=1024 n=1024 k=2048 --data off >full.txt 2>&1
said "near the roof" '^CUBE-bound: .*only fewer or larger MMADs make it faster\. MTE2' full.txt 1
said "a rate is the limit, not the length of rows" '^MTE2-bound: .*; the rate is the limit: ' rows.txt 1
said "panels are the limit" '^MTE2-bound: .* the rate of ND2NZ is the limit: ' panels.txt 1
said "what stops S" ' BAR\.ALL stops everything 64 times on the way' barriers.txt 1
said "barriers beside flags" '^barriers .*flags between two units instead$' barriers.txt 1
{ echo ".equ BARS, 1"; sed '/^ *\(arm\|drain\|wait\|set\) *\(empty\|saved\)/d; /^\.flag *\(empty\|saved\)/d' \
    "$source/tests/prof/stream.s"; } >alone.s
"$dv" prof alone.s tiles=64 --what-if >alone.txt 2>&1
said "barriers that hand buffers back" '^barriers .* and copies of each buffer$' alone.txt 1
late=' A buffer is handed back late: [0-9]+ times on the way VECTOR waits until MTE3 has read it; more copies'
said "a buffer that is handed back late" "$late" single.txt 1
said "none of many" "$late" gemm.txt 0
said "S waits at END where there is no barrier" '^SCALAR .* barrier and END [0-9.]+ %' single.txt 1
said "what S waits for" ' S waits for flags of VECTOR on the way' asks.txt 1
said "S is slow for a reason" '^SCALAR-bound: .*; most of that for what it loads itself: ' words.txt 1
said "and for another" '^SCALAR-bound: .*; most of that for code that the cache does not hold: ' code.txt 1
said "starts and ends beside work" \
    '^VECTOR-bound: .*: each takes [0-9]+ cycles to start and end and [0-9]+ to work; make fewer' softmax.txt 1
is "and more for them, as it says" true "$(sed -n \
    's/^VECTOR-bound: .* takes \([0-9]*\) cycles to start and end and \([0-9]*\) to work.*/\1 \2/p' softmax.txt |
    awk '{ print ($1 > $2) ? "true" : "false" }')"
said "who calls the macro of a line" ' dv\.inc:[0-9]+, in macro reduce_row of softmax_f32\.s:32 +vcmax' softmax.txt 1
said "a line is one of each who calls" ' dv\.inc:[0-9]+, in macro reduce_row of softmax_f32\.s:37 +vcadd' softmax.txt 1
# What passes before the cycles that are counted, and cores that have less to do.
"$dv" prof "$source/kernels/softmax/softmax_f32.s" rows=64 >few.txt 2>&1
said "most of it is the launch" \
    '^launch: 90 % of task_us passes outside these cycles: 6\.50 us for the launch, 5\.[0-9]+ us before' few.txt 1
said "the cores are not even" '^balance: the slowest core works 2377 cycles, 48 cores on the average 1[0-9]+:' few.txt 1
said "neither is said of a long run" '^(launch|balance):' copy.txt 0
# dv run knows no critical path, and does not contradict the one that does.
"$dv" run "$source/kernels/softmax/softmax_f32.s" rows=64 >few.txt 2>&1
said "dv run tells who knows more" '^bound: no unit all the time: VECTOR, .*; dv prof names what its cycles wait for$' few.txt 1
"$dv" run "$source/kernels/gemm/gemm_f16.s" m=512 n=512 k=1024 >near.txt 2>&1
said "where a unit is full, nothing more" '^bound: CUBE, busy [0-9.]+ % of the time$' near.txt 1
sed 's/^    mov_out_to_ub/    .mark load\n&/; s/^    set     full/    .endmark\n&/' tie.s >marked.s
"$dv" prof marked.s --json /none/x.json >both.txt 2>&1
is "marks stand on the console; what cannot be written is said last" "2 1 error" \
    "$? $(grep -c '^marks\.load: cycles [0-9]*, visits 24, longest [0-9]*$' both.txt) $(tail -n 1 both.txt |
        grep -o error)"

# Both groups of what-if are sorted, and the limits are the second.
is "repairs, then limits, both by what they save" "sorted sorted launch" "$(awk '
    /^what if / { on = 1; last = 1e18; next }
    /^limits \(/ { print bad ? "not" : "sorted"; bad = 0; last = 1e18; next }
    !on || !/[0-9]/ { next }
    { save = substr($0, 19, 13) + 0; bad += save > last; last = save; launch = /^launch / ? "launch" : launch }
    END { print bad ? "not" : "sorted"; print launch }' gemm.txt | xargs)"
# Cores that have as much to do are even, however late they begin.
"$dv" prof "$source/kernels/elementwise/vadd_f16.s" n=1572864 $all --what-if >even.txt 2>&1
said "no balance of even work" '^balance ' even.txt 0
"$dv" prof "$source/kernels/softmax/softmax_f32.s" rows=64 --set launch.per_aiv=0 --what-if >even.txt 2>&1
said "but of uneven work" '^balance ' even.txt 1
# The operand whose moves take most time, not most bytes.
"$dv" prof "$source/kernels/gemm/gemm_f16.s" m=512 n=512 k=512 --set core.l1_l0b.rate=64 >slow.txt 2>&1
said "the path that takes the time" '^MTE1-bound: .* wait for L1->L0B; ' slow.txt 1
"$dv" prof "$source/kernels/gemm/gemm_f16.s" m=1536 n=1536 k=1536 --blocks 24 --data off >near.txt 2>&1
said "not only, where another has its share" \
    '^CUBE-bound: .* most of the time: fewer or larger MMADs .*Next is MTE2, [0-9]+ %: less there' near.txt 1
# In the pace of a log S stops where it did there.
"$dv" run barriers.s tiles=64 --log bars.log --quiet
for pace in log cost; do "$dv" replay bars.log --pace $pace --what-if >pace.$pace 2>&1; done
is "barriers of a log" "0 2" "$(grep -cE '^barriers | BAR\.ALL stops' pace.log) $(grep -cE \
    '^barriers | BAR\.ALL stops' pace.cost)"

is "three lines and no more" 3 "$(sed -n '/^path %/,/^$/p' gemm.txt | grep -c '^ *[0-9]')"
"$dv" run "$source/tests/prof/copy_rows.s" --what-if >/dev/null 2>err.txt
is "--what-if of dv run" "2 1" "$? $(grep -c "belongs to 'dv prof'" err.txt)"
done_testing
