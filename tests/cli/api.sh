#!/bin/bash
# The public library: the header compiles alone as C and as C++, a program uses the shared
# library, and nothing but dv_emu_* and dv_cce_* is visible.
#   api.sh DV API LIBRARY
dv=$(realpath "$1")
api=$(realpath "$2")
library=$(realpath "$3")
cd "$(dirname "$0")/../.." || exit 99
header=$PWD/emu/emu.h
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

is "the header alone is C" "" "$(cc -std=c11 -Wall -Wextra -Werror -pedantic -fsyntax-only \
    -x c "$header" 2>&1)"
if need "the header alone is C++" g++ c++; then
    is "the header alone is C++" "" "$(c++ -std=c++11 -Wall -Wextra -Werror -pedantic -fsyntax-only \
        -x c++ "$header" 2>&1)"
fi
is "visible symbols that are neither dv_emu_* nor dv_cce_*" "" "$(nm -D --defined-only "$library" |
    awk '$2 ~ /[TDBRV]/ && $3 !~ /^dv_(emu|cce)_/ { print $3 }')"
declared=$(grep -oE 'dv_emu_[a-z_]+\(' "$header" | tr -d '(' | sort -u)
exported=$(nm -D --defined-only "$library" | awk '$2 == "T" { print $3 }' | sort)
missing=$(comm -23 <(sort <<<"$declared") <(echo "$exported"))
is "every declared function is exported" "" "$missing"
"$dv" new add >/dev/null && "$dv" as add.s -o add.o
out=$("$api" add.o)
is "a program on the library" 0 $?
is "its failed checks" "" "$(grep '^not ok' <<<"$out")"
done_testing
