#!/bin/bash
# Kernels of tests/planted/ with one bug each (-D BUG=1) and its fixed twin (-D BUG=0). `dv check`
# must find the bug at a line marked `; <- CODE`, the other access at one marked `; <- CODE other`
# if that is where it is reported, and say nothing bad of the twin, which must compute what its
# .ref or .assert says. `; <- CODE (warning)`: the finding is no error. `; args: ..`: for dv check.
#   planted.sh DV [KERNEL.s ..]
dv=$(realpath "$1")
shift
cd "$(dirname "$0")/planted" || exit 99
. ../tap.sh
need 'planted bugs' python3 python3 || done_testing
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
[ $# -gt 0 ] || set -- *.s

# say KERNEL BUG [OPTION ..]: assembles and checks it; document, status and messages into $dir
say() {
    local name=$dir/${1%.s}.$2 args
    read -ra args < <(sed -n 's/^; args: *//p' "$1")
    "$dv" as -D BUG="$2" "$1" -o "$name.o" >"$name.err" 2>&1 &&
        timeout 60 "$dv" check "$name.o" "${args[@]}" "${@:3}" --max-cycles 10000000 \
            --json "$name.json" --quiet >>"$name.err" 2>&1
    echo $? >"$name.status"
}

for kernel; do
    say "$kernel" 1
    verify=()
    if grep -q '^\.ref' "$kernel"; then verify=(--verify); fi
    say "$kernel" 0 "${verify[@]}"
done
while IFS=$'\t' read -r verdict name detail; do
    if [ "$verdict" = ok ]; then ok "$name"; else not_ok "$name" "$detail"; fi
done < <(python3 judge.py "$dir" "$@")
right=$((tap_count - tap_failed))
is "every kernel was judged" $# "$tap_count"
echo "# $right of $#"
done_testing
