#!/bin/bash
# What a kernel asks to be watched: .assert .print .dump, regions, .expect_cycles, .allow, bounds of
# named buffers, names in reports. watch.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
kernels=$PWD/kernels
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 99
export NO_COLOR=1

# run FILE ..: exit status, stdout in out, stderr in err.
run() {
    "$dv" run "$@" >out 2>err
    status=$?
}

# row NAME STATUS ERR SOURCE: the first line of stderr of a kernel.
row() {
    printf '%s\n' "$4" >row.s
    run row.s
    is "$1" "$2 $3" "$status $(grep -vE '^ |warning:' err | head -n 1 | sed 's/cycle [0-9]*/cycle N/')"
}

head='.kernel k, core=aiv
.param n, u32 = 4
.param f, f32 = 1.5
.param x, in, f16[64]
k:  .reg a = 7, p:ub = 0x40, mv:align = {len_burst=128}, q:gm
    ldparam q, x
    ldparam x9, n
    ldparam x9, f'

# ---- .assert

row "assert holds" 0 "" "$head
    .assert a == 7 && x0 == 7 && n == 4 && f == 1.5 && p == 0x40 && mv.len_burst == 128, \"all\"
    .assert blockid == 0 && q == x, \"addresses\"
    end"
row "assert fails" 1 "row.s:10: error: ASSERT: a is small: x0 < 7 is false" "$head
    mov a, 7
.assert a < 7, \"a is small\"
    end"
is "the place of a failed assert" \
    "when     core 24 (aiv 0), block 0, pipe SCALAR, cycle" "$(grep -o 'when .*cycle' err)"
row "assert in a loop" 1 "row.s:10: error: ASSERT: once: x0 == 7 is false; 2 times, first here" "$head
again:
    .assert a == 7, \"once\"
    sub.s64 a, a, 1
    mov q, 5
    jumpcmp.ge.s64 a, q, again
    end"
row "assert sees the state before its instruction" 0 "" "$head
    .assert a == 7, \"before\"
    mov a, 8
    .assert a == 8, \"after\"
    end"
row "assert that divides by zero" 1 \
    "row.s:9: error: ASSERT: no: 1 / (x0 - 7) is not known: division by zero" "$head
    .assert 1 / (a - 7), \"no\"
    end"
row "assert allowed" 0 "" "$head
    .allow ASSERT, \"known\"
    .assert a < 7, \"a is small\"
    end"
is "allowed findings are counted" "allowed: 1" "$(grep allowed out)"
row "assert allowed by a comment" 0 "" "$head
    .assert a < 7, \"a is small\"
    end ; dv:allow assert it is known"
row "assert allowed elsewhere" 1 "row.s:9: error: ASSERT: a is small: x0 < 7 is false" "$head
    .assert a < 7, \"a is small\"
    mov a, 0
    end ; dv:allow assert it is known"

# ---- .print

row "print" 0 "[core 24 block 0 cycle N] a=7   7|0007|+7|ff 100% 1.50 2.000" "$head
    .print \"a=%d %3d|%04x|%+d|%x %d%% %.2f %.3f\", a, a, a, a, 255, 100, f, f32(2.0)
    end"
row "print of a negative number" 0 "[core 24 block 0 cycle N] -1 18446744073709551615 ffffffffffffffff" "$head
    .print \"%d %u %x\", -1, -1, -1
    end"
row "print of two blocks" 0 "[core 24 block 0 cycle N] I am 0" "$head
    .print \"I am %d\", blockid
    end
.blocks 2"
is "print of block 1" "[core 25 block 1" "$(tail -n 1 err | grep -o '.*block 1')"
row "print is bounded" 0 "[core 24 block 0 cycle N] 0" ".kernel k, core=aiv
k:  .reg i = 0, e = 11000
    mov x9, 0
    mov x9, 0
    mov x9, 0
    mov x9, 0
    mov x9, 0
    mov x9, 0
again:
    .print \"%d\", i
    add.s64 i, i, 1
    jumpcmp.lt.s64 i, e, again
    end"
is "print says that it stops" "10001 more than 10000 lines of .print and .dump: the rest is left out" \
    "$(wc -l <err) $(tail -n 1 err)"

# ---- .dump

cat >dump.s <<'END'
.kernel k, core=aiv
.param x, in, f16[64]
.param y, out, f16[64]
.buf A, ub, f16[64]
.flag full, mte2 -> s
.flag go, s -> mte3
k:  .reg a:ub = A, p:gm, q:gm, mv:align = {len_burst=128}
    ldparam p, x
    ldparam q, y
    mov_out_to_ub_align.b16 [a], [p], mv
    .dump A, f16[2]
    set full
    wait full
    .dump A, f16[2, 4]
    .dump a + 16, f16[2], if=blockid == 0
    .dump a, f16[2], if=blockid == 1
    .dump x, f16[3]
    .dump gm:p + 2, u16[1]
    .dump ub:0x2fff0, f16[64]
    set go
    wait go
    mov_ub_to_out_align.b16 [q], [a], mv
    bar.all
    .dump q, f16[2]
    end
END
run dump.s x=iota
is "dump" "0 [24] dump A at ub 0x0
       0: 0 0
[24] dump A at ub 0x0
       0: 0 1 2 3
       4: 4 5 6 7
[24] dump a + 16 at ub 0x10
       0: 8 9
[24] dump x at gm 0x100000000000
       0: 0 1 2
[24] dump gm:p + 2 at gm 0x100000000002
       0: 15360
[24] dump ub:0x2fff0 at ub 0x2fff0: outside that memory
[24] dump q at gm 0x100000000400
       0: 0 1" "$status $(sed 's/core \([0-9]*\) block 0 cycle [0-9]*/\1/' err)"
run dump.s x=iota --data off
is "dump without data" "0 7" "$status $(grep -c 'no data (--data off)' err)"

# ---- nothing changes the run

sed '/^ *\.dump/d' dump.s >plain.s
"$dv" run dump.s --quiet --json with.json --log with.log 2>/dev/null
"$dv" run plain.s --quiet --json without.json --log without.log
drop='/"build_id"/d; /host/d; /_seconds/d; /simd/d'
is "a watched run is the same run" "" "$(diff <(sed "$drop" with.json) <(sed "$drop" without.json))"
is ".. and has the same log" "" "$(cmp with.log without.log 2>&1)"
for k in elementwise/vadd_f16 softmax/softmax_f32 gemm/gemm_f16; do
    awk '/^[a-z0-9_]+:/ && !done { print; print ".mark all"; print ".print \"%d\", blockid"; done = 1; next }
         /^    (wait|jumpcmp)/ { print "    .assert x0 == x0, \"same\"" ; print "    .dump gm:0, f16[1], if=0" }
         { print } END { print ".endmark" }' "$kernels/$k.s" >marked.s
    cp "$kernels/$k.s" plain.s
    cp "$kernels/dv.inc" "$kernels/${k%/*}"/*.inc . 2>/dev/null
    rm -f with.json without.json
    "$dv" run plain.s --blocks 3 --verify --quiet --json without.json 2>/dev/null
    "$dv" run marked.s --blocks 3 --verify --quiet --json with.json 2>/dev/null
    sed -i '/"marks": {}/d; /"marks": {/,/^  }/d' with.json without.json
    is "$k is the same run when watched" "verified true" \
        "$(sed -n 's/.*"verified": \(.*\),/verified \1/p' with.json)$(diff <(sed "$drop" with.json) <(sed "$drop" without.json))"
done

# ---- regions

cat >marks.s <<'END'
.kernel k, core=aiv
.param x, in, f16[64]
.buf A, ub, f16[64]
k:  .reg a:ub = A, p:gm, mv:align = {len_burst=128}, i = 3, zero = 0
    ldparam p, x
    .expect_cycles scalar, 6, 6
loop:
    .mark scalar
    sub.s64 i, i, 1
    nop
    .endmark
    jumpcmp.gt.s64 i, zero, loop
    .mark load
    mov_out_to_ub_align.b16 [a], [p], mv
    .endmark load
    mov x9, 0x80000003
    mov lpcnt, x9
    bar.all
    mov x9, 0xc0000003
    mov lpcnt, x9
    end
END
run marks.s --json marks.json
is "regions" "0 marks.scalar: cycles 6, visits 3, longest 2" "$status $(grep marks.scalar out)"
is "a region reaches to the completion of its items" "marks.load: visits 1" \
    "$(awk -F'[ ,]+' '/marks.load/ && $3 > 50 { print $1, $4, $5 }' out)"
is "user marks of LPCNT" 1 "$(grep -c '^marks.Mark 0x3: cycles [0-9]*, visits 1' out)"
run marks.s --blocks 2 --json marks.json
is "regions of two cores" "2 6 12" "$(sed -n '/"scalar"/,/}/s/.*"\(cores\|cycles\|core_cycles\)": \([0-9]*\).*/\2/p' \
    marks.json | paste -sd ' ')"
sed 's/scalar, 6, 6/scalar, 7, 9/' marks.s >slow.s
run slow.s
is "expected cycles" "1 slow.s:6: error: CYCLES: region 'scalar' took 6 cycles, expected 7 to 9" \
    "$status $(head -n 1 err)"
run slow.s --time off
is "no cycles to expect with --time off" "0 marks.scalar: visits 3" "$status $(grep marks.scalar out)"
sed 's/^loop:/    jump loop2/; s/^    .mark load/loop2:\n&/; /jumpcmp/d; s/, i = 3, zero = 0/, i = 3/' \
    marks.s >never.s
run never.s
is "a region that is never entered" \
    "1 never.s:6: error: CYCLES: region 'scalar' was never entered, expected 6 to 6 cycles" \
    "$status $(grep -m 1 error: err)"

# ---- bounds of buffers

cat >fence.s <<'END'
.kernel k, core=aiv
.param x, in, f16[256]
.buf A, ub, f16[64], copies=2
.buf S, ub, f16[128], with=A
.buf B, ub, f16[64]
k:  .reg a:ub = A, s:ub = S, b:ub = B, p:gm, mv:align = {len_burst=256}
    ldparam p, x
    mov_out_to_ub_align.b16 [a], [p], mv
    mov_out_to_ub_align.b16 [s], [p], mv
    mov_out_to_ub_align.b16 [b], [p], mv
    bar.all
    end
END
run fence.s
is "copies of a buffer, shared memory, bytes without a name" "0 " "$status $(cat err)"
sed 's/len_burst=256/len_burst=288/' fence.s >over.s
run over.s
is "into another buffer" "1 over.s:8:5: error: BOUNDS: dst leaves buffer A[0] (ub 0x0..0x100) and writes B at \
ub 0x100" "$status $(head -n 1 err)"
sed '8s/$/ ; dv:allow BOUNDS on purpose/; 9s/$/ ; dv:allow BOUNDS on purpose/
     s/len_burst=256/len_burst=288/' over.s >allowed.s
run allowed.s
is "into another buffer, allowed" "0 allowed: 2" "$status $(cat err)$(grep allowed out)"
cat >two.s <<'END'
.kernel one, core=aiv
.param x, in, f16[256]
.buf A, ub, f16[128]
one:.reg a:ub = A, p:gm, mv:align = {len_burst=256}
    ldparam p, x
    mov_out_to_ub_align.b16 [a], [p], mv
    bar.all
    end
.kernel two, core=aiv
.param x, in, f16[256]
.buf C, ub, f16[64]
.buf D, ub, f16[64]
two:.reg c:ub = C, d:ub = D, q:gm, mw:align = {len_burst=256}
    ldparam q, x
    mov_out_to_ub_align.b16 [d], [q], mw
    mov_out_to_ub_align.b16 [c], [q], mw
    end
END
run two.s --kernel one
is "buffers of the other kernel are no bounds" "0 " "$status $(cat err)"
run two.s --kernel two
is "buffers of the running kernel are" "1 two.s:16:5: error: BOUNDS: dst leaves buffer C (ub 0x0..0x80) and \
writes D at ub 0x80" "$status $(head -n 1 err)"

# ---- names in reports

cat >dead.s <<'END'
.kernel k, core=aiv
.flag full, mte2 -> v, ids=2
k:  .mark inner
    wait full[1]
    .endmark
    end
END
run dead.s --json dead.json
is "a deadlock names the flag" "1 v waits for flag full[1] (mte2 -> v, id 1) at line 4" \
    "$status $(grep -o 'v waits for flag[^;]*' err | head -n 1)"
is "a finding names flag and region" '"buffer": "full[1]", "mark": "inner",' \
    "$(grep -E '"(buffer|mark)"' dead.json | head -n 2 | sed 's/^ *//' | paste -sd ' ')"
is "a record for people names them too" "full[1] inner" \
    "$(grep -o 'operand *full\[1\]' err | grep -o 'full.*') $(grep -o 'region inner' err | cut -d' ' -f2)"
cat >log.s <<'END'
.kernel k, core=aiv
.param x, in, f16[64]
.buf A, ub, f16[64], copies=2
.flag full, mte2 -> v, ids=2
k:  .reg a:ub = A[1], p:gm, mv:align = {len_burst=64}
    ldparam p, x
    .mark load
    add.s64 a, a, 32
    mov_out_to_ub_align.b16 [a], [p], mv
    set full[1]
    .endmark
    wait full[1]
    end
END
run log.s --log log.txt
is "the log names flags" 4 "$(grep -c 'FLAG ID:1, NAME:full\[1\]' log.txt)"
is "the log names buffers" 2 "$(grep -c 'MTE2 .*, DST AT:A\[1\]/0x20, MARK:load$' log.txt)"

done_testing
