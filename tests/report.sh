#!/bin/bash
# report.html of dv prof -o: its numbers are those of the JSON, it needs nothing from elsewhere, it
# stays small for many events, and it works in a browser. Pictures of its parts go to SHOTS.
#   report.sh DV SHOTS
dv=$(realpath "$1")
mkdir -p "$2"
shots=$(realpath "$2")
reader=$(realpath "$(dirname "$0")/report.py")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
need "report" python3 python3 || done_testing

# numbers NAME ARG ..: profiles into $dir/NAME and compares the page with the JSON
numbers() {
    local name=$1
    shift
    "$dv" prof "$@" -o "$dir/$name" --quiet --json "$dir/$name.json" 2>"$dir/$name.err"
    is "$name: profiled" "0 " "$? $(grep -v -e 'dv: note' -e '^\[core' "$dir/$name.err")"
    is "$name: numbers" "" "$(python3 "$reader" numbers "$dir/$name" "$dir/$name.json" 2>&1)"
}

# browse NAME KERNEL ARG ..: the page of $dir/NAME
browse() {
    local name=$1
    shift
    mkdir -p "$shots/$name"
    is "$name: in a browser" "" \
        "$("$python" "$reader" browse "$dir/$name" "$dir/$name.json" "$dv" "$shots/$name" "$@" 2>&1)"
}

gemm="kernels/gemm/gemm_f16.s m=512 n=512 k=256"
softmax="kernels/softmax/softmax_f32.s"
# shellcheck disable=SC2086
numbers gemm $gemm
numbers softmax $softmax --what-if
numbers mix kernels/mix/gemm_split_f16.s
numbers fractions kernels/elementwise/vadd_f16.s n=70000 --blocks 2 --set core.scalar.issue=1.3
numbers merged kernels/elementwise/vadd_c100_f16.s --chip 910A
numbers many kernels/gemm/gemm_f16.s m=4096 n=4096 k=1792 --blocks 24 --data off
is "many: a million events" "" "$(python3 "$reader" events "$dir/many" "$dir/many.json" 1000000 2>&1)"
rm -rf "$dir/many"
numbers window kernels/elementwise/vadd_f16.s n=70000 --blocks 2 --trace-window 500:900
numbers past kernels/elementwise/vadd_f16.s n=70000 --blocks 2 --trace-window 9000000:9900000
sed 's/^    wait    empty.*/    .mark load\n&/; s/^    mov_out.*/&\n    .endmark/' tests/prof/copy_rows.s >"$dir/marked.s"
numbers region "$dir/marked.s" --roi load

# A log has no names of buffers; uneven work and the launch stand below the verdict.
"$dv" run "$softmax" --log "$dir/softmax.log" --quiet
"$dv" replay "$dir/softmax.log" -o "$dir/replay" --json "$dir/replay.json" >"$dir/replay.txt" 2>&1
is "replay: numbers" "" "$(python3 "$reader" numbers "$dir/replay" "$dir/replay.json" 2>&1)"
is "replay: lines of the console" "$(grep -E '^(launch|balance): ' "$dir/replay.txt")" \
    "$(python3 "$reader" notes "$dir/replay" "$dir/replay.json")"
is "the slowest core is rounded as the cycles are" same \
    "$(sed -nE 's/^cycles: ([0-9]+) \(per core .* \1\)$/same/p' "$dir/replay.txt")"
is "replay: both lines" 2 "$(python3 "$reader" notes "$dir/replay" "$dir/replay.json" | wc -l)"

# Names and text that try to be something else than text; two parts of a path make </script>.
mkdir "$dir/<"
evil="$dir/</script><script>document.title='taken'<!--\"&$(printf '\303\251').s"
python3 tests/prof/hostile.py >"$evil"
numbers hostile "$evil"

for python in python3 /usr/bin/python3; do
    "$python" -c 'import selenium' 2>/dev/null && break
    python=
done
if [ -z "$python" ] || ! command -v chromedriver >/dev/null; then
    need "browser" "python3-selenium chromium-driver" 'chromedriver with selenium'
else
    # shellcheck disable=SC2086
    browse gemm $gemm
    browse softmax $softmax
    for kind in window past region; do
        is "$kind: in a browser" "" "$("$python" "$reader" part "$dir/$kind" "$dir/$kind.json" $kind 2>&1)"
    done
    is "replay: in a browser" "" "$("$python" "$reader" unnamed "$dir/replay" "$dir/replay.json" 2>&1)"
    is "hostile: in a browser" "" "$("$python" "$reader" hostile "$dir/hostile" "$dir/hostile.json" 2>&1)"
fi

# Firefox is large and not needed for building: it is looked at where it is.
if command -v firefox-esr >/dev/null && [ -n "$python" ] && "$python" -c 'import trio_websocket' 2>/dev/null; then
    is "firefox" "" "$("$python" tests/report_firefox.py "$dir/gemm" 2>&1)"
else
    ok "firefox # SKIP install firefox-esr python3-selenium"
fi
done_testing
