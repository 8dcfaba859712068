#!/bin/bash
# dv prof -o DIR when the disk is full: for every file, the status is 2, the file is named, and what
# was written can be read. Folders that cannot be made or written.
#   prof_disk.sh DV FULL    FULL: tests/full.c as a module that is preloaded
dv=$(realpath "$1")
full=$(realpath "$2")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
kernel=(kernels/gemm/gemm_f16.s m=512 n=512 k=512 --data off)
"$dv" prof "${kernel[@]}" -o "$dir/whole" --quiet 2>"$dir/err"
is "a run with room" 0 "$?"

# cut FILE PERCENT LEFT: the file gets so much of its bytes
cut() {
    local file=$1 part=$2 left=$3 size
    size=$(stat -c %s "$dir/whole/$file")
    rm -rf "$dir/part"
    LD_PRELOAD=$full FULL_NAME=/part/$file FULL_AT=$((size * part / 100)) \
        ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0 \
        "$dv" prof "${kernel[@]}" -o "$dir/part" --quiet >"$dir/out" 2>"$dir/err"
    is "$file, $part %: status" 2 "$?"
    is "$file, $part %: named" 1 \
        "$(grep -c "cannot write '.*/part/$file': No space left on device" "$dir/err")"
    is "$file, $part %: what is left" "$left" \
        "$(python3 tests/prof/cut.py "$dir/part/$file" "$dir/whole/$file" 2>&1)"
}

core=core0.cubecore0
if need "full disk" python3 python3; then
    for file in simulator/trace.json simulator/$core/trace.json simulator/$core/${core}_instr_exe.csv \
        simulator/visualize_data.bin stacks.folded callgrind.out.instr callgrind.out.line \
        trace.pftrace speedscope.json pipes.vcd; do
        cut "$file" 97 "whole records"
    done
    cut simulator/trace.json 30 "whole records"
    cut trace.pftrace 50 "whole records"
    cut pipes.vcd 50 "whole records"
    cut report.html 97 "whole records"
    cut report.html 5 gone
    cut OpBasicInfo.csv 50 gone
    cut run.json 50 gone
    if command -v callgrind_annotate >/dev/null; then
        cut callgrind.out.line 90 "whole records"
        callgrind_annotate "$dir/part/callgrind.out.line" >"$dir/out" 2>"$dir/err"
        is "callgrind_annotate takes what is left" "0 " "$? $(cat "$dir/err")"
    fi
fi

# The same with a file system that is really full, where one can be mounted.
if unshare -m mount -t tmpfs none /mnt 2>/dev/null; then
    mkdir -p "$dir/small"
    for room in 400k 3m; do
        left=$(unshare -m sh -c '
            mount -t tmpfs -o size="$1" none "$2/small" || exit 99
            "$3" prof kernels/gemm/gemm_f16.s m=512 n=512 k=512 --data off -o "$2/small/p" \
                --quiet 2>"$2/err"
            echo "$?"
            python3 tests/prof/cut.py "$2/small/p/simulator/trace.json" \
                "$2/whole/simulator/trace.json"' sh "$room" "$dir" "$dv" 2>&1 | paste -sd ' ')
        is "a disk of $room" "2 whole records" "$left"
        is "a disk of $room: a file is named" 1 \
            "$(grep -c "cannot write '.*/small/p/.*': No space left on device" "$dir/err")"
    done
else
    ok "a small disk # SKIP cannot mount"
fi

# ---- folders ---------------------------------------------------------------------------------

# refuses NAME TEXT ARGUMENT ..
refuses() {
    local name=$1 text=$2 got
    shift 2
    "$dv" prof kernels/elementwise/vadd_f16.s --quiet "$@" >"$dir/out" 2>"$dir/err"
    got=$?
    if [ "$got" = 2 ] && grep -qF -- "$text" "$dir/err"; then
        ok "$name"
    else
        not_ok "$name" "status $got: $(cat "$dir/err")"
    fi
}
ln -s loop "$dir/loop"
ln -s nothing "$dir/dangling"
echo text >"$dir/file"
long=$(printf 'x%.0s' {1..300})
refuses "a link to itself" "/loop': Too many levels of symbolic links" -o "$dir/loop"
refuses "a link to nothing" "/dangling' is a link to what is not there" -o "$dir/dangling"
refuses "below a file" "/file/p': Not a directory" -o "$dir/file/p"
refuses "a name that is too long" "File name too long" -o "$dir/$long"
refuses "a path that is too long" "File name too long" -o "$dir$(printf '/x%.0s' {1..2500})"
mkdir "$dir/taken"
echo text >"$dir/taken/simulator"
refuses "a file where a folder goes" "cannot make the folder '$dir/taken/simulator'" \
    -o "$dir/taken" --force
mkdir -p "$dir/taken2/pipes.vcd"
refuses "a folder where a file goes" "cannot write '$dir/taken2/pipes.vcd': Is a directory" \
    -o "$dir/taken2" --force
if [ "$(id -u)" != 0 ]; then
    mkdir -m 555 "$dir/locked"
    refuses "not writable" "cannot write into the folder '$dir/locked'" -o "$dir/locked"
    refuses "a parent that is not writable" "Permission denied" -o "$dir/locked/p"
fi
done_testing
