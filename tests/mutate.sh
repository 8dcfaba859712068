#!/bin/bash
# Takes each `wait` and `set` line out of a kernel in turn. Without it the kernel is wrong, so a
# run must end with status 1 and must never say "verified: true".
#   mutate.sh DV KERNEL [name=value ..]
dv=$(realpath "$1")
kernel=$2
shift 2
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cp -r kernels "$dir"

# verdict FILE ARG ..: what a run says, in one line
verdict() {
    local out status
    out=$(timeout 60 "$dv" run "$@" --verify --max-cycles 20000000 2>&1)
    status=$?
    if grep -q '^verified: *true' <<<"$out"; then echo "status $status, verified: true"; else
        echo "status $status, not verified"
    fi
}

is "as it stands" "status 0, verified: true" "$(verdict "$dir/$kernel" "$@")"

count=0
while IFS=: read -r line text; do
    sed "${line}d" "$kernel" >"$dir/$kernel"
    is "line $line, $(xargs <<<"${text%%;*}")" "status 1, not verified" \
        "$(verdict "$dir/$kernel" "$@")"
    count=$((count + 1))
done < <(grep -nE '^[ ]*(set|wait)[ ]' "$kernel")
is "lines were found" true "$([ $count -ge 8 ] && echo true)"
done_testing
