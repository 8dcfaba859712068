#!/bin/bash
# Linking as docs/linking.md shows it, every shipped kernel through dv as -c and dv ld, what other
# tools say of the result, and what dv ld refuses.
#   link.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
source=$PWD

# refuse NAME WORDS ARGUMENT ..: exit 2 and the whole of stderr, without the pointer to the help
refuse() {
    local name=$1 words=$2 got
    shift 2
    got=$("$dv" "$@" 2>&1 >/dev/null)
    is "$name" "2 $words" "$? $(grep -v "^see 'dv help" <<<"$got")"
}

# ---- the page ------------------------------------------------------------------------------------
awk -v dir="$dir" '
    /^    ; [a-z0-9_]+[.]s:/ { name = $2; sub(/:.*/, "", name) }
    name != "" && /^(    |$)/ { print substr($0, 5) >(dir "/" name); next }
    { name = "" }' docs/linking.md
cd "$dir" || exit 99
ran=0
while read -r _ line; do
    case $line in
    ar\ *) need "$line" binutils ar || continue ;;
    esac
    out=$(eval "${line/#dv /\"\$dv\" }" 2>&1)
    is "page: $line" "0" "$?$(grep -E "error|warning" <<<"$out")"
    case $line in
    *--verify*) is "page: it verifies" "verified: true" "$(grep '^verified:' <<<"$out" | xargs)" ;;
    esac
    ran=$((ran + 1))
done < <(grep -E '^    \$ ' "$source/docs/linking.md")
is "the page shows commands" true "$([ $ran -ge 7 ] && echo true)"
is "the map names an object" true "$(grep -q '  add_tile.o$' sum.map && echo true)"

# ---- one file: the same bytes --------------------------------------------------------------------
while read -r k; do
    rm -f direct.o linked.o
    "$dv" as "$source/$k" -o direct.o 2>/dev/null
    "$dv" as -c "$source/$k" -o part.o 2>/dev/null && "$dv" ld part.o -o linked.o
    is "same object: $k" "0 true" "$? $(cmp direct.o linked.o && echo true)"
done < <(cd "$source" && git ls-files -co --exclude-standard 'kernels/*/*.s')

# ---- other tools ---------------------------------------------------------------------------------
"$dv" ld add.o add_tile.o -o sum.o
if need "readelf" binutils readelf; then
    out=$(readelf -aW sum.o 2>&1 >/dev/null)
    is "readelf has nothing to complain about" "" "$out"
    is "no relocation is left" 0 "$(readelf -rW sum.o | grep -c unrecognized)"
fi
if need "nm" binutils nm; then
    is "the function is global" 1 "$(nm sum.o | grep -c ' T add_tile$')"
fi
if need "llvm-dwarfdump" llvm llvm-dwarfdump; then
    llvm-dwarfdump --verify sum.o >dwarf.txt 2>&1
    is "llvm-dwarfdump --verify" "0 1" "$? $(grep -c '^No errors' dwarf.txt)"
fi
if need "eu-addr2line" elfutils eu-addr2line; then
    at=$(nm sum.o | awk '$3 == "add_tile" { print "0x" $1 }')
    line=$(grep -n 'vadd.f16' add_tile.s | cut -d: -f1)
    is "eu-addr2line finds the second file" "add_tile add_tile.s:$line" \
        "$(eu-addr2line -f -s -e sum.o "$at" | sed 's/:[0-9]*$//' | xargs)"
fi
cat >twice.s <<'END'
.global twice
.macro inner
    mov x1, x2
.endm
.macro outer
    nop
    inner
.endm
twice:
    outer
    ret
END
"$dv" as -c twice.s
sed 's/^    call    add_tile .*/    call add_tile\n    call twice/; s/\.extern /.extern twice, /' add.s >more.s
"$dv" as -c more.s
"$dv" ld more.o add_tile.o twice.o -o more_linked.o
is "three files linked" 0 $?
if need "call sites" elfutils eu-addr2line; then
    at=$(nm more_linked.o | awk '$3 == "twice" { print "0x" $1 }')
    is "eu-addr2line -i shows body and call sites" \
        "inner inlined at twice.s:7 in twice twice.s:3 outer twice.s:7 twice twice.s:10" \
        "$(eu-addr2line -f -i -s -e more_linked.o "$(printf '0x%x' $((at + 4)))" | sed 's/:\([0-9]*\):[0-9]*/:\1/' | xargs)"
fi
"$dv" dis more_linked.o >again.s && "$dv" as again.s -o again.o 2>/dev/null
if need "same words" binutils objcopy; then
    for n in more_linked again; do objcopy -I elf64-little -O binary -j .text $n.o $n.bin; done
    is "the disassembly of a linked object assembles to it" 0 "$(cmp more_linked.bin again.bin; echo $?)"
fi

# ---- refusals ------------------------------------------------------------------------------------
"$dv" as add_tile.s -o final.o
cp add.o vendor.o
printf '\x29\x10' | dd of=vendor.o bs=1 seek=18 conv=notrunc 2>/dev/null
refuse "no file" "dv: error: expected objects or archives" ld
refuse "missing file" "dv: error: cannot open 'none.o': No such file or directory" ld none.o
refuse "text" "dv: error: add.s is a text file, not a dv object: assemble it first with dv as" ld add.s
refuse "final" "dv: error: final.o is final: it has no relocations left
    help: assemble it again with dv as -c" ld final.o
refuse "vendor" "dv: error: vendor.o was made by the vendor's compiler; such objects are not linked
    help: dv dis lists it" ld vendor.o
refuse "undefined" "add.s:26:5: error: undefined symbol 'tile_bytes', used by add.o
    help: link the object or archive that defines it
add.s:39:5: error: undefined symbol 'add_tile', used by add.o
    help: link the object or archive that defines it" ld add.o
refuse "no kernel" "dv: error: no kernel is linked
    help: one of the sources needs a .kernel" ld add_tile.o
refuse "misspelt kernel" "dv: error: no input holds a kernel 'ad'
    help: did you mean 'add'?" ld add.o add_tile.o --kernel ad
refuse "relocatable objects do not run" "dv: error: this object is relocatable: link it first with dv ld" run add.o
[ ! -e none ] && is "nothing is written on failure" false "$([ -e out.o ] && echo true || echo false)"
done_testing
