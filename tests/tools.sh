#!/bin/bash
# A built kernel is read by the ordinary tools: sections, symbols, source lines.
#   tools.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
kernel=kernels/elementwise/vadd_f16.s

# has NAME PATTERN TEXT: some line of the text matches
has() {
    if grep -qE -- "$2" <<<"$3"; then ok "$1"; else not_ok "$1" "no line matches: $2
$(head -n 40 <<<"$3")"; fi
}

out=$("$dv" as $kernel -o "$dir/vadd.o" 2>&1)
is "assembled" "0 " "$? $out"

if need "readelf" binutils readelf; then
    out=$(readelf -hSn "$dir/vadd.o" 2>"$dir/err")
    is "readelf has nothing to complain about" "0 " "$? $(cat "$dir/err")"
    has "class and data" 'ELF64' "$out"
    has "machine" '0x4153' "$out"
    has "text section" '[.]text +PROGBITS' "$out"
    has "symbol table" '[.]symtab +SYMTAB' "$out"
    has "line table" '[.]debug_line +PROGBITS' "$out"
    has "note with owner dv" '^ +dv ' "$out"
    out=$(readelf --debug-dump=decodedline "$dir/vadd.o" 2>"$dir/err")
    is "decoded lines: nothing to complain about" "0 " "$? $(cat "$dir/err")"
    line=$(grep -n '^ *vadd.f16 ' $kernel | head -n 1 | cut -d: -f1)
    has "decoded lines name the vadd line" "vadd_f16.s +$line " "$out"
fi
if need "nm" binutils nm; then
    has "nm lists the entry" ' [Tt] vadd_f16$' "$(nm "$dir/vadd.o" 2>&1)"
    has "nm lists a label" ' t loop$' "$(nm "$dir/vadd.o" 2>&1)"
fi
if need "eu-addr2line" elfutils eu-addr2line; then
    entry=$(nm "$dir/vadd.o" 2>/dev/null | awk '$3 == "vadd_f16" { print "0x" $1 }')
    out=$(eu-addr2line -f -e "$dir/vadd.o" "${entry:-0}" 2>&1)
    has "eu-addr2line names the function" '^vadd_f16' "$out"
    has "eu-addr2line names file and line" 'vadd_f16[.]s:[1-9]' "$out"
fi
if need "eu-elflint" elfutils eu-elflint; then
    out=$(eu-elflint --gnu-ld "$dir/vadd.o" 2>&1 | grep -vE 'machine|unknown object file note|No errors')
    is "eu-elflint finds nothing else" "" "$out"
fi

"$dv" dis "$dir/vadd.o" >"$dir/again.s" 2>"$dir/err"
is "disassembled" "0 " "$? $(cat "$dir/err")"
out=$("$dv" as "$dir/again.s" -o "$dir/again.o" 2>&1)
is "disassembly assembles" "0 " "$? $out"
if need "same words" binutils objcopy; then
    for n in vadd again; do
        objcopy -I elf64-little -O binary -j .text "$dir/$n.o" "$dir/$n.bin"
    done
    is "disassembly gives the same words" "0 true" \
        "$(cmp "$dir/vadd.bin" "$dir/again.bin" >&2; echo $?) $([ -s "$dir/vadd.bin" ] && echo true)"
fi
is "run from the file as from the text" \
    "$("$dv" run $kernel n=5000 2>&1 | grep '^cycles:')" \
    "$("$dv" run "$dir/vadd.o" n=5000 2>&1 | grep '^cycles:')"
done_testing
