#!/bin/bash
# tiles.sh LIBDV.so [COMPILER ..]: the tile family (tiles/*.cpp) in C++17, verified against plain
# loops with the checker on.
lib=$(realpath "$1")
cxx=${2:-g++}
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
. "$top/tests/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# not optimised: that is most of the time of this test
flags=(-std=c++17 -O0 -Wall -Wextra -Werror -I"$top/emu/cce/include" -I"$(dirname "$lib")/cce/include")
! nm -D "$lib" 2>/dev/null | grep -q __asan_ || flags+=(-fsanitize=address)
! nm -D "$lib" 2>/dev/null | grep -q __ubsan_ || flags+=(-fsanitize=undefined)

need "compiler" "$cxx" "$cxx" || done_testing
for part in "$here"/tiles/*.cpp; do
    name=$(basename "$part" .cpp)
    "$cxx" "${flags[@]}" -c "$part" -o "$work/$name.o" >"$work/$name.log" 2>&1 &
    [ $(($(jobs -r | wc -l) % $(nproc))) -ne 0 ] || wait -n
done
wait
if ! "$cxx" "${flags[@]}" "$work"/*.o "$lib" -Wl,-rpath,"$(dirname "$lib")" -o "$work/tiles" \
    >"$work/link.log" 2>&1; then
    not_ok "the tile family compiles" "$(cat "$work"/*.log | head -n 20)"
    done_testing
fi
"$work/tiles"
