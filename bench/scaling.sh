#!/bin/bash
# Prints docs/scaling.md and writes the pictures beside it: one kernel on 1 to 48 cores, from L2 and
# from memory, and a matrix product with warm and cold caches.
#   scaling.sh DV [DIRECTORY]
set -euo pipefail
dv=$(realpath "$1")
out=$(realpath "${2:-$(dirname "$0")/../docs}")
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cores=1,2,4,6,8,10,12,14,16,18,20,22,24,32,40,48
for state in warm cold; do
    "$dv" sweep kernels/micro/read.s moves=128 --blocks $cores --cache $state \
        --set launch.per_aiv=0 --csv "$dir/read-$state.csv" --quiet
    "$dv" sweep kernels/gemm/gemm_f16.s m=256,512,1024,2048,4096 n=2048 k=1024 --blocks 24 \
        --cache $state --csv "$dir/gemm-$state.csv" --quiet
done

# column FILE NAME: one column of a CSV without its head
column() {
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
        { print $at }' "$1"
}
number() { "$dv" chip 910B1 --full | awk -v RS='\n' -v key="$1" -v group="$2" '
    /^[a-z0-9]+:/ { top = $1 } $1 == key ":" && top == group ":" { sub(/.*v: /, ""); print $1; key = "" }'; }

clock=$("$dv" chip 910B1 --full | sed -n 's/^clock: {v: \([0-9.]*\) .*/\1/p')
rate=$(number rate mem) usable=$(number usable mem) core=$(number core_rate mem) l2=$(number rate l2)
ub=$("$dv" chip 910B1 --full | awk '/^  gm_ub:/ { on = 1 } on && /rate:/ { sub(/.*v: /, ""); print $1; on = 0 }')

paste <(column "$dir/read-warm.csv" blocks) <(column "$dir/read-warm.csv" cycles) \
    <(column "$dir/read-cold.csv" cycles) |
    awk -v move=16384 -v n=128 '{ printf "%d %.1f %.1f\n", $1, $1 * n * move / $2, $1 * n * move / $3 }' \
    >"$dir/read"
paste <(column "$dir/gemm-warm.csv" m) <(column "$dir/gemm-warm.csv" cycles) \
    <(column "$dir/gemm-cold.csv" cycles) |
    awk '{ f = $1 * 2048 * 1024; printf "%d %.0f %.0f\n", $1, f / $2, f / $3 }' >"$dir/gemm"

# svg FILE XLABEL YLABEL: two curves, warm blue and cold red
svg() {
    awk -v xl="$2" -v yl="$3" '{ x[NR] = $1; a[NR] = $2; b[NR] = $3; if ($1 > mx) mx = $1
        if ($2 > my) my = $2; if ($3 > my) my = $3 }
        function px(v) { return 60 + 500 * v / mx } function py(v) { return 300 - 270 * v / my }
        function line(v, colour,   i) { printf "<polyline fill=\"none\" stroke=\"%s\" points=\"", colour
            for (i = 1; i <= NR; i++) printf "%.1f,%.1f ", px(x[i]), py(v[i]); print "\"/>" }
        END { print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 600 350\" font-family=\"sans-serif\" font-size=\"12\">"
            print "<path d=\"M60 20V300H570\" fill=\"none\" stroke=\"#444\"/>"
            for (i = 0; i <= 4; i++) { printf "<text x=\"54\" y=\"%.0f\" text-anchor=\"end\">%.0f</text>\n", py(my * i / 4) + 4, my * i / 4
                printf "<text x=\"%.0f\" y=\"316\" text-anchor=\"middle\">%.0f</text>\n", px(mx * i / 4), mx * i / 4 }
            line(a, "#1f5fbf"); line(b, "#bf3f1f")
            printf "<text x=\"300\" y=\"340\" text-anchor=\"middle\">%s</text>\n", xl
            printf "<text x=\"70\" y=\"16\">%s (blue: warm, red: cold)</text>\n</svg>\n", yl }' "$dir/$1" \
        >"$out/scaling-$1.svg"
}
svg read "cores" "bytes a cycle of all cores"
svg gemm "rows of A" "multiply-accumulates a cycle"

knee() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a / b }'; }
memory=$(awk -v r="$rate" -v u="$usable" -v c="$clock" 'BEGIN { printf "%.1f", r * u * 1000 / c }')
# The first number of cores whose rate is below 99 % of that many single cores, and the one before.
bend() { awk -v at="$1" 'NR == 1 { one = $at / $1; last = $1 }
    $at < 0.99 * one * $1 { if (!said++) print last " and " $1 } { last = $1 }' "$dir/read"; }
last() { awk -v at="$1" 'END { print $at }' "$dir/read"; }
one() { awk -v at="$1" 'NR == 1 { print $at }' "$dir/read"; }

cat >"$out/scaling.md" <<END
# Scaling

Written by \`bench/scaling.sh\` from \`dv sweep\`, for model $(sed -n 's/.*DV_MODEL_VERSION "\(.*\)"/\1/p' emu/chips/version.h), 910B1.

## One kernel on 1 to 48 cores
\`kernels/micro/read.s\`: each core reads 2 MiB of its own in moves of 16 KiB, three in flight; all
begin together (\`launch.per_aiv=0\`). Bytes a cycle of all cores:

| cores | from L2 | from memory |
|---|---|---|
$(awk '{ printf "| %d | %s | %s |\n", $1, $2, $3 }' "$dir/read")

![bytes a cycle](scaling-read.svg)

| | a core | all together | the knee: all / a core | modelled: it bends between |
|---|---|---|---|---|
| memory | $core B/cy (mem.core_rate) | $rate GB/s x $usable at $clock MHz = $memory B/cy | $(knee "$memory" "$core") cores | $(bend 3) |
| L2 | $ub B/cy (core.gm_ub.rate) | $l2 B/cy (l2.rate) | $(knee "$l2" "$ub") cores | $(bend 2) |

With 48 cores the model reads $(last 3) B/cy from memory and $(last 2) B/cy from L2; a core alone
$(one 3) and $(one 2), the first latency included.

## A matrix product, warm and cold
\`kernels/gemm/gemm_f16.s\` with n = 2048, k = 1024 on 24 cores; multiply-accumulates a cycle of all
cores, of 24 x 4096 = 98304:

| m | warm | cold |
|---|---|---|
$(awk '{ printf "| %d | %s | %s |\n", $1, $2, $3 }' "$dir/gemm")

![multiply-accumulates a cycle](scaling-gemm.svg)
END
