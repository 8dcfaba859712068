#!/bin/bash
#   asm.sh DV
dv=$(realpath "${1:-$(dirname "$0")/../build/emu/cli/dv}")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# what kernels are made of: labels, configs, flags, expressions, vector and scalar instructions
awk 'BEGIN {
    print ".kernel big, core=aiv\n.param x, in, f16[1024]\n.buf A, ub, f16[1024], copies=2"
    print ".flag f, mte2 -> v, ids=2\nbig:\n.reg p:gm, a:ub = A, c:align={len_burst=64}, t, u"
    print ".reg v:vec3={repeat=8}\nldparam p, x"
    for (n = 0; n < 9999; n++) {
        printf "l%d:\n    mov     t, %d*3+(2<<4)      ; count\n    add.s64 t, t, 12\n", n, n
        print "    mov_out_to_ub_align.b16 [a], [p], c\n    set     f[" n % 2 "]\n    wait    f[" n % 2 "]"
        print "    vadd.f16 [a], [a], [a], v\n    mov     c.len_burst, t\n    add     c.n_burst, 1"
        print "    jumpcmp.eq.s64 t, u, l" n
    }
    print "end" }' >"$dir/statements.s"
awk 'BEGIN {
    print ".kernel big, core=aiv\nbig:\n.reg t, u\n.macro m a, b\n  add.s64 \\a, \\b, 1\n.endm"
    for (n = 0; n < 99993; n++) print "  m t, u"
    print "end" }' >"$dir/macros.s"
awk 'BEGIN {
    print ".kernel big, core=aiv\nbig:"
    for (n = 0; n < 33332; n++) print "    jump    l" n "\n    nop\nl" n ":"
    print "end" }' >"$dir/forward.s"

for source in statements macros forward; do
    TIMEFORMAT=%U
    took=$({ time "$dv" as "$dir/$source.s" -o "$dir/big.o" 2>"$dir/err"; } 2>&1)
    is "$source assembles" "" "$(grep -A3 'error:' "$dir/err")"
    echo "# $source: $(wc -l <"$dir/$source.s") lines, $took s of CPU time"
done
done_testing
