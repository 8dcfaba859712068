#!/bin/bash
# dv explain: whole pages for two small kernels whose numbers are pinned, what --at takes and
# refuses, exit statuses, the JSON against its schema and its sums.
#   explain.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
source=$PWD
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

cat >twice.s <<'END'
.kernel twice, core=aiv
.param  x, in,  f16[1024]
.param  y, out, f16[1024]
.buf    T, ub, f16[1024]
.flag   loaded, mte2 -> v
.flag   added,  v -> mte3
twice:
    .reg    px:gm, py:gm, t:ub = T, move:align = {len_burst=2048}, each:vec3 = {repeat=8}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b16 [t], [px], move
    set     loaded
    wait    loaded
    vadd.f16 [t], [t], [t], each
    set     added
    wait    added
    mov_ub_to_out_align.b16 [py], [t], move
    end
END
# Costs of vector classes cannot be --set, a file can.
cat >pinned.yaml <<'END'
extends: 910B1
chip: pinned
l2:
  write: {v: 64 B/cy, from: documented, src: "a source", range: 60..70}
  write_latency: {v: 100 cy, from: documented, src: "a source"}
core:
  icache: {miss: {v: 0 cy, from: ours, src: "a source"}}
  scalar:
    issue: {v: 1 cy, from: ours, src: "a source"}
    ld_gm: {v: 20 cy, from: ours, src: "a source", range: 4..30}
    miss: {v: 0 cy, from: ours, src: "a source"}
  flag:
    latency: {v: 6.5 cy, from: fitted, src: "a source", range: 1..13}
    issue: {v: 1 cy, from: documented, src: "a source"}
  requests:
    reads: {v: 4096, from: ours, src: "a source"}
    writes: {v: 4096, from: ours, src: "a source"}
  gm_ub:
    latency: {v: 200 cy, from: fitted, src: "a source", range: 175..240}
    rate: {v: 128 B/cy, from: measured, src: "a source"}
costs:
  - {class: vec_add, head: 22 cy, each: 1.5 cy, tail: 0 cy, from: measured, src: "a source"}
END
cat >steps.s <<'END'
.kernel steps, core=aic
.buf    A, l0a, f16[256]
.buf    B, l0b, f16[256]
.buf    C, l0c, f32[256]
.macro  multiply
    mmad.f16f32 [rc], [ra], [rb], mm
.endm
steps:
    .reg    ra:l0a = A, rb:l0b = B, rc:l0c = C, left = 9, two = 2
    .reg    mm:mmad = {m=16 k=16 n=16 c_init=1}
    .rept   3
    multiply
    .endr
    bar.m
    div.s64 left, left, two
again:
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, two, again
    bar.all
    end
END
pins=
for pin in scalar.issue=1 scalar.div=16 scalar.jump=2 queue.m=1 mmad.head_cold=23 \
    mmad.head_queued=10 cube.mac_f16=256 icache.miss=0 barrier=3; do
    pins+=" --set core.$pin"
done

# page KERNEL ARG ..: compares with standard input.
page() {
    local wanted
    wanted=$(cat)
    # shellcheck disable=SC2086
    case $1 in
    twice.s) is "$*" "$wanted" "$("$dv" explain --chip ./pinned.yaml "$@" 2>err.txt)" ;;
    *) is "$*" "$wanted" "$("$dv" explain $pins "$@" 2>err.txt)" ;;
    esac
}

page twice.s --at 10 --nth 2 <<'END'
instruction: ld.b64 x1, [x31, #8]
line: twice.s:10
pc: 0x2c
place: core 24 (aiv 0), block 0, SCALAR, execution 2
dispatched: at 31.00; S last waited at line 9 until 29.00, for a load from the data cache
life: 21.00 cycles, 31.00 to 52.00

piece            from          to     cycles  why
stall           31.00       51.00      20.00  for a load from the data cache
issue           51.00       52.00       1.00
together                               21.00

numbers
  load = 20.00
    core.scalar.ld_gm = 20 cy (ours, a source, range 4..30)
  issue = 1.00
    core.scalar.issue = 1 cy (ours, a source)
END

page twice.s --at 11 <<'END'
instruction: mov_out_to_ub_align.b16 [x2], [x0], x3, x4
line: twice.s:11
pc: 0x30
place: core 24 (aiv 0), block 0, MTE2, execution 1
dispatched: at 52.00; S last waited at line 10 until 51.00, for a load from the data cache
life: 216.00 cycles, 52.00 to 268.00

piece            from          to     cycles  why
head            52.00      252.00     200.00  latency until data move
work           252.00      268.00      16.00  2048 bytes, all in L2
together                              216.00

numbers
  head_cold = 200.00
    core.gm_ub.latency = 200 cy (fitted, a source, range 175..240)
  work = 16.00 = 2048 bytes / core.gm_ub.rate
    core.gm_ub.rate = 128 B/cy (measured, a source)
END

page twice.s --at 13 <<'END'
instruction: wait_flag.mte2.v #0 loaded
line: twice.s:13
pc: 0x38
place: core 24 (aiv 0), block 0, VECTOR, execution 1
dispatched: at 54.00; S last waited at line 10 until 51.00, for a load from the data cache
life: 220.50 cycles, 54.00 to 274.50

piece            from          to     cycles  why
flag            54.00      274.50     220.50  set_flag.mte2.v #0 loaded (line 12), set at 268.00
together                              220.50

numbers
  flag_latency = 6.50
    core.flag.latency = 6.5 cy (fitted, a source, range 1..13)
  next_item = 1.00
    core.flag.issue = 1 cy (documented, a source)
END

page twice.s --at 14 <<'END'
instruction: vadd.f16 [x2], [x2], [x2], x5
line: twice.s:14
pc: 0x3c
place: core 24 (aiv 0), block 0, VECTOR, execution 1
dispatched: at 55.00; S last waited at line 10 until 51.00, for a load from the data cache
life: 254.50 cycles, 55.00 to 309.50

piece            from          to     cycles  why
queued          55.00      275.50     220.50  behind wait_flag.mte2.v #0 loaded (line 13), which waited for set_flag.mte2.v #0 loaded (line 12), set at 268.00
work           275.50      287.50      12.00  8 repeats x each
tail           287.50      309.50      22.00  until the result is there; independent successors start before
together                              254.50

numbers
  work = 12.00 = 8 repeats x each
    costs: vec_add = head 22 cy, each 1.5 cy, tail 0 cy (measured, a source)
  tail = 22.00 = head
    costs: vec_add = head 22 cy, each 1.5 cy, tail 0 cy (measured, a source)
END

page twice.s --at twice.s:17 <<'END'
instruction: mov_ub_to_out_align.b16 [x1], [x2], x3, x4
line: twice.s:17
pc: 0x48
place: core 24 (aiv 0), block 0, MTE3, execution 1
dispatched: at 58.00; S last waited at line 10 until 51.00, for a load from the data cache
life: 391.00 cycles, 58.00 to 449.00

piece            from          to     cycles  why
queued          58.00      317.00     259.00  behind wait_flag.v.mte3 #0 added (line 16), which waited for set_flag.v.mte3 #0 added (line 15), set at 309.50
head           317.00      417.00     100.00  latency until data move
work           417.00      449.00      32.00  2048 bytes, all in L2
together                              391.00

numbers
  head_cold = 100.00
    l2.write_latency = 100 cy (documented, a source)
  work = 32.00 = 2048 bytes / l2.write
    l2.write = 64 B/cy (documented, a source, range 60..70)
END

page twice.s --at 18 <<'END'
instruction: end
line: twice.s:18
pc: 0x4c
place: core 24 (aiv 0), block 0, SCALAR, execution 1
dispatched: at 59.00; S last waited at line 10 until 51.00, for a load from the data cache
life: 390.00 cycles, 59.00 to 449.00

piece            from          to     cycles  why
stall           59.00      449.00     390.00  for everything dispatched; mov_ub_to_out_align.b16 [x1], [x2], x3, x4 (line 17) was complete last
together                              390.00
END

page steps.s --at 6 --nth 1 <<'END'
instruction: mmad.f16f32 [x2], [x0], [x1], x5
line: steps.s:6, in multiply of line 12, in .rept of line 11
pc: 0x20
place: core 0 (aic 0), block 0, CUBE, execution 1
dispatched: at 8.00
life: 39.00 cycles, 8.00 to 47.00

piece            from          to     cycles  why
head             8.00       31.00      23.00  head_cold: the unit was idle
work            31.00       47.00      16.00  1 block x 4096 MAC / core.cube.mac_f16
together                               39.00

numbers
  head_cold = 23.00
    core.mmad.head_cold = 23 cy (ours, --set)
  work = 16.00 = 1 block x 4096 MAC / core.cube.mac_f16
    core.cube.mac_f16 = 256 MAC/cy (ours, --set)
END

page steps.s --at 12 --nth 3 <<'END'
instruction: mmad.f16f32 [x2], [x0], [x1], x5
line: steps.s:6, in multiply of line 12, in .rept of line 11
pc: 0x28
place: core 0 (aic 0), block 0, CUBE, execution 3
dispatched: at 47.00; S waited 37.00 for room in the full queue of CUBE, until mmad.f16f32 [x2], [x0], [x1], x5 (line 6) left it
life: 52.00 cycles, 47.00 to 99.00

piece            from          to     cycles  why
unit            47.00       73.00      26.00  the unit works for mmad.f16f32 [x2], [x0], [x1], x5 (line 6)
head            73.00       83.00      10.00  head_queued: it follows mmad.f16f32 [x2], [x0], [x1], x5 (line 6) at once
work            83.00       99.00      16.00  1 block x 4096 MAC / core.cube.mac_f16
together                               52.00

numbers
  head_queued = 10.00
    core.mmad.head_queued = 10 cy (ours, --set)
  work = 16.00 = 1 block x 4096 MAC / core.cube.mac_f16
    core.cube.mac_f16 = 256 MAC/cy (ours, --set)
END

page steps.s --at 14 <<'END'
instruction: bar.m
line: steps.s:14
pc: 0x2c
place: core 0 (aic 0), block 0, CUBE, execution 1
dispatched: at 73.00; S waited 25.00 for room in the full queue of CUBE, until mmad.f16f32 [x2], [x0], [x1], x5 (line 6) left it
life: 26.00 cycles, 73.00 to 99.00

piece            from          to     cycles  why
barrier         73.00       99.00      26.00  after mmad.f16f32 [x2], [x0], [x1], x5 (line 6), complete then
together                               26.00

numbers
  next_item = 3.00
    core.barrier = 3 cy (ours, --set)
END

page steps.s --at 15 <<'END'
instruction: div.s64 x3, x3, x4
line: steps.s:15
pc: 0x30
place: core 0 (aic 0), block 0, SCALAR, execution 1
dispatched: at 74.00; S last waited at line 14 until 73.00, for room in the full queue of CUBE, until mmad.f16f32 [x2], [x0], [x1], x5 (line 6) left it
life: 17.00 cycles, 74.00 to 91.00

piece            from          to     cycles  why
issue           74.00       75.00       1.00
division        75.00       91.00      16.00
together                               17.00

numbers
  issue = 1.00
    core.scalar.issue = 1 cy (ours, --set)
  division = 16.00
    core.scalar.div = 16 cy (ours, --set)
END

page steps.s --at 18 <<'END'
instruction: jumpcmp.gt.s64 x3, x4, 0x34
line: steps.s:18
pc: 0x38
place: core 0 (aic 0), block 0, SCALAR, execution 1
dispatched: at 92.00; S last waited at line 14 until 73.00, for room in the full queue of CUBE, until mmad.f16f32 [x2], [x0], [x1], x5 (line 6) left it
life: 3.00 cycles, 92.00 to 95.00

piece            from          to     cycles  why
issue           92.00       93.00       1.00
jump            93.00       95.00       2.00
together                                3.00

numbers
  issue = 1.00
    core.scalar.issue = 1 cy (ours, --set)
  jump = 2.00
    core.scalar.jump = 2 cy (ours, --set)
END

page steps.s --at 19 <<'END'
instruction: bar.all
line: steps.s:19
pc: 0x3c
place: core 0 (aic 0), block 0, SCALAR, execution 1
dispatched: at 97.00; S last waited at line 14 until 73.00, for room in the full queue of CUBE, until mmad.f16f32 [x2], [x0], [x1], x5 (line 6) left it
life: 6.00 cycles, 97.00 to 103.00

piece            from          to     cycles  why
stall           97.00      102.00       5.00  for everything dispatched; mmad.f16f32 [x2], [x0], [x1], x5 (line 6) was complete last
issue          102.00      103.00       1.00
together                                6.00

numbers
  barrier = 3.00
    core.barrier = 3 cy (ours, --set)
  issue = 1.00
    core.scalar.issue = 1 cy (ours, --set)
END

# refused STATUS MESSAGE ARG ..
refused() {
    local status=$1 message=$2
    shift 2
    out=$("$dv" explain "$@" 2>err.txt)
    is "$*" "$status  $message" "$? $out $(grep 'dv: error' err.txt | sed 's/^dv: error: //')"
}
refused 2 "line 1 of steps.s holds no instruction; the nearest line with one is 6" steps.s --at 1
refused 2 "line 13 of steps.s holds no instruction; the nearest lines with one are 10 and 14" \
    steps.s --at 13
refused 2 "no instruction comes from a file 'other.s'; 'dv as -l -' lists what there is" \
    steps.s --at other.s:6
refused 2 "no instruction at 0x44: they are at multiples of 4 below 0x44" steps.s --at 0x44
refused 2 "no instruction at 0x6: they are at multiples of 4 below 0x44" steps.s --at 0x6
refused 2 "--at 6x: expected LINE, FILE:LINE or 0xPC" steps.s --at 6x
refused 2 "--at :6: expected LINE, FILE:LINE or 0xPC" steps.s --at :6
refused 2 "expected --at LINE, FILE:LINE or 0xPC" steps.s
refused 2 "--nth 0: expected a number above 0" steps.s --at 6 --nth 0
refused 2 "a life has times; remove --time off" steps.s --at 6 --time off
refused 2 "--log, --dump and --uncertainty belong to 'dv run'" steps.s --at 6 --uncertainty
refused 1 "--at 6: executed 3 times in block 0, in no block more often; --nth 4 asks for more" \
    steps.s --at 6 --nth 4
refused 1 "--at 15: executed 1 time in block 0, in no block more often; --nth 2 asks for more" \
    steps.s --at 15 --nth 2
refused 1 "--at 6: executed 3 times in block 0; --nth 4 asks for more" steps.s --at 6 --nth 4 --in-block 0
refused 1 "--at 6: never executed in block 1 with these arguments" steps.s --at 6 --in-block 1
gemm="$source/kernels/gemm/gemm_f16.s"
line() { grep -nF "$1" "$gemm" | head -n 1 | cut -d: -f1; } # of a statement of that kernel
never=$(line "; fewer rows")
refused 1 "--at $never: never executed with these arguments" "$gemm" --at "$never"
"$dv" run steps.s --at 6 >out.txt 2>err.txt
is "--at is of explain alone" "2 dv: error: --at belongs to 'dv explain'" "$? $(head -n 1 err.txt)"

# Other ways to the same instruction.
"$dv" explain steps.s --at 0x28 >pc.txt
for at in "12 --nth 3" "steps.s:6 --nth 3" "0X28"; do
    # shellcheck disable=SC2086
    is "--at $at" "$(sed 's/execution 1$/execution/' pc.txt)" \
        "$("$dv" explain steps.s --at $at | sed 's/execution [13]$/execution/')"
done
is "a line of an included file" "0 instruction: div.s64 x7, x4, x1" \
    "$("$dv" explain "$source/kernels/elementwise/vadd_f16.s" --at dv.inc:19 >out.txt
        echo "$? $(sed -n '1s/x[0-9]*/x7/; 1s/, x[0-9]*, x[0-9]*/, x4, x1/; 1p' out.txt)")"
"$dv" explain "$source/kernels/elementwise/vadd_f16.s" n=1000000 --blocks 7 --at 26 --in-block 5 \
    >out.txt
is "another block" "place: core 29 (aiv 5), block 5, VECTOR, execution 1" "$(grep ^place: out.txt)"
"$dv" explain steps.s --at 6 --json - >6.json
is "--json - is all that is printed" "{ }" "$(head -c 1 6.json) $(tail -n 1 6.json)"
is "--quiet prints nothing" "" "$("$dv" explain steps.s --at 6 --quiet)"

# The documents, and their sums to the last digit.
number=0
json() {
    number=$((number + 1))
    "$dv" explain "$@" --quiet --json $number.json 2>err.txt || not_ok "$*" "$(cat err.txt)"
}
for at in 9 11 12 13 14 15 16 17 18; do json twice.s --at $at; done
for at in 6 14 15 17 18 19 20; do json steps.s --at $at; done
move=$(line "[ga], na")
for at in "$(line "wait    l1_free")" "$move" "$(line "wait    l0_free")" "$(line load_l1_to_l0a)" \
    "$(line load_l1_to_l0b)" "$(line "set     l0_full")" "$(line "wait    l0_full")" \
    "$(line "mmad.f16f32 [")" "$(line "set     l0_free")"; do
    json "$gemm" m=512 n=256 k=1024 --data off --at "$at" --nth 7
done
json "$gemm" --data off --at "$move" --set l2.bytes="256 KiB"
if need "schema" node-ajv node; then
    is "the documents fit docs/schema/explain.json and add up" "$number documents" \
        "$(NODE_PATH=/usr/share/nodejs node -e '
        const fs = require("fs"), Ajv = require("ajv");
        const read = f => JSON.parse(fs.readFileSync(f));
        const fits = new (Ajv.default || Ajv)().compile(read(process.argv[1]));
        let n = 0;
        for (const file of process.argv.slice(2)) {
            const life = read(file);
            let at = life.dispatch, sum = 0;
            if (!fits(life)) console.log(file, JSON.stringify(fits.errors));
            for (const p of life.pieces) {
                if (p.from !== at || p.to - p.from !== p.cycles) console.log(file, "gap", p.name);
                at = p.to;
                sum += p.cycles;
            }
            if (sum !== life.cycles || at !== life.done) console.log(file, sum, life.cycles);
            n++;
        }
        console.log(n, "documents");' "$source/docs/schema/explain.json" $(seq -f %.0f.json $number))"
fi

# What is shown adds up as well.
"$dv" explain "$gemm" m=512 n=256 k=1024 --data off --at "$move" --nth 5 >out.txt
is "hundredths add up" "$(sed -n 's/^life: \([0-9.]*\).*/\1/p' out.txt)" \
    "$(awk '/^piece/ { on = 1; next } /^together/ { on = 0 } on { sum += $4 }
        END { printf "%.2f", sum }' out.txt)"
done_testing
