#!/bin/bash
# header.sh CHECK-LIBRARY ISA-LIBRARY LIST: the header of intrinsics against the hand-written table:
# prototypes, every call in C11 and C++17 with every compiler there is, constants that do not fit.
check=$(realpath "$1")
isa=$(realpath "$2")
list=$(realpath "$3")
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
. "$top/tests/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# <dv/cce_intrinsics.h>
mkdir "$work/dv"
cp "$(dirname "$list")/cce_intrinsics.h" "$work/dv"
include=(-I"$work" -I"$top/emu/cce/include" -I"$top")
warn=(-Wall -Wextra -Werror)

need "table" python3 python3 || done_testing
if found=$(python3 "$here/table.py" "$here/table.txt" names "$list"); then
    ok "prototypes are those of the table, all $found"
else
    not_ok "prototypes are those of the table" "$found"
fi
is "docs/cce.md lists them" "$(cat "$list")" "$(sed -n '/^```$/,/^```$/{/^```$/d;p}' "$top/docs/cce.md")"
sed 's/^wait_flag(src, dst/wait_flag(dst, src/' "$list" >"$work/list.txt"
if found=$(python3 "$here/table.py" "$here/table.txt" names "$work/list.txt"); then
    not_ok "two swapped parameters are found" "$found"
else
    ok "two swapped parameters are found"
fi
python3 "$here/table.py" "$here/table.txt" calls >"$work/calls.inc" || not_ok "calls are made"

# What the libraries need when they are built for a sanitizer.
san=()
! nm "$check" 2>/dev/null | grep -q __asan_ || san+=(-fsanitize=address)
! nm "$check" 2>/dev/null | grep -q __ubsan_ || san+=(-fsanitize=undefined)

# calls NAME COMPILER FLAG ..: compiles the calls and runs them against the recording stub.
calls() {
    local name=$1 cc=$2 found
    shift 2
    need "$name" "$cc" "$cc" || return
    if ! found=$("$cc" "$@" "${warn[@]}" "${include[@]}" -c "$here/calls.c" -o "$work/calls.o" 2>&1); then
        not_ok "$name compiles" "$(head -n 20 <<<"$found")"
    elif ! found=$(g++ "$work/calls.o" "$check" "$isa" -lelf -ldw -ljansson -lm "${san[@]}" \
        -o "$work/calls" 2>&1); then
        not_ok "$name links" "$(head -n 5 <<<"$found")"
    elif ! found=$("$work/calls"); then
        not_ok "$name: every parameter at its place" "$found"
    else
        ok "$name: ${found%%$'\n'*}"
    fi
}
# Code is not optimized but for one compiler: ranges of constants are looked at there alone.
calls "gcc C11" gcc -x c -std=c11 -O0
calls "gcc C++17" g++ -x c++ -std=c++17 -O0
calls "clang C11" clang -x c -std=c11 -O1
calls "clang C++17" clang++ -x c++ -std=c++17 -O0

# only NAME COMPILER FLAG ..: compiles the calls without code.
only() {
    local name=$1 cc=$2 found
    shift 2
    need "$name" "$cc" "$cc" || return
    if found=$("$cc" "$@" "${warn[@]}" "${include[@]}" -fsyntax-only "$here/calls.c" 2>&1); then
        ok "$name"
    else
        not_ok "$name" "$(head -n 20 <<<"$found")"
    fi
}
only "gcc C++20" g++ -x c++ -std=c++20
only "clang C++20" clang++ -x c++ -std=c++20
only "gcc gnu11" gcc -x c -std=gnu11

# Alone, the header passes what users turn on for their own.
printf '#include "dv/cce.h"\n' >"$work/alone.c"
strict=(-Wconversion -Wsign-conversion -Wshadow -Wpedantic -Wundef)
for cc in "gcc -x c -std=c11" "g++ -x c++ -std=c++17 -Wold-style-cast -Wno-old-style-cast" \
    "clang -x c -std=c11" "clang++ -x c++ -std=c++17"; do
    read -ra line <<<"$cc"
    need "strict $cc" "${line[0]}" "${line[0]}" || continue
    if found=$("${line[@]}" "${warn[@]}" "${strict[@]}" "${include[@]}" -fsyntax-only "$work/alone.c" 2>&1); then
        ok "strict ${line[0]}"
    else
        not_ok "strict ${line[0]}" "$(head -n 20 <<<"$found")"
    fi
done

# refused NAME LANGUAGE TEXT MESSAGE: a kernel that no compiler takes, and why.
refused() {
    local cc found
    for cc in gcc clang; do
        need "$1 ($cc)" "$cc" "$cc" || continue
        printf '#include "dv/cce.h"\nvoid kernel(float *x, half *h, int n);\n%s\n' "$3" >"$work/bad"
        if found=$("$cc" -x "$2" -O1 "${include[@]}" -c "$work/bad" -o "$work/bad.o" 2>&1); then
            not_ok "$1 ($cc, $2)" "compiles"
        elif grep -q "$4" <<<"$found"; then
            ok "$1 ($cc, $2)"
        else
            not_ok "$1 ($cc, $2)" "$(head -n 10 <<<"$found")"
        fi
    done
}
c='void kernel(float *x, half *h, int n) { (void)x; (void)h; (void)n;'
for language in c c++; do
    refused "repeat 256" $language "$c vadd(x, x, x, 256, 1, 1, 1, 8, 8, 8); }" \
        'repeat does not fit: 0 .. 255'
    refused "event 8" $language "$c set_flag(PIPE_MTE2, PIPE_V, 8); }" 'id does not fit: 0 .. 7'
    refused "negative gap" $language "$c copy_gm_to_ubuf(x, x, 0, 1, 8, -1, 0); }" \
        'src_gap does not fit: 0 .. 65535'
    refused "offset of a load" $language "$c (void)ld_dev(x, -2049); }" \
        'offset does not fit: -2048 .. 2047'
    refused "wrong element" $language "$c vadd(h, x, h, 1, 1, 1, 1, 8, 8, 8); }" 'error:'
    refused "no such type" $language "$c vexp((int *)x, (int *)x, 1, 1, 1, 8, 8); }" 'error:'
done
refused "repeat 256 of a template" c++ \
    "template <int N> void f(float *x) { vadd(x, x, x, N, 1, 1, 1, 8, 8, 8); } $c f<256>(x); }" \
    'repeat does not fit: 0 .. 255'
# where LANGUAGE: a constant in line 3, which clang names without optimization too.
where() {
    local found
    need "line of a constant ($1)" clang clang || return
    printf '#include "dv/cce.h"\n__aicore__ void kernel(float *x) {\nvadd(x, x, x, 256, 1, 1, 1, 8, 8, 8); }\n' \
        >"$work/bad"
    found=$(clang -x "$1" -O0 -DDV_CCE_WHERE "${include[@]}" -fsyntax-only "$work/bad" 2>&1)
    if grep -q '^[^ ]*bad:3:[0-9]*: error: repeat does not fit: 0 .. 255$' <<<"$found"; then
        ok "line of a constant ($1)"
    else
        not_ok "line of a constant ($1)" "$(head -n 5 <<<"$found")"
    fi
}
where c
where c++
refused "a float for DEQSCALE" c++ "$c set_deqscale(1.5f); }" 'deleted'
done_testing
