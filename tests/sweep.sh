#!/bin/bash
# dv sweep: order of the grid, cycles of dv run, failed points, the same bytes for any jobs and
# ranks, resume after a kill, what it refuses, the JSON and its schema.
#   sweep.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
source=$PWD
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
gemm=$source/kernels/gemm/gemm_f16.s

# A kernel with two arguments that costs nothing; n above 9 is refused by an assertion.
cat >small.s <<'END'
.kernel small, core=aiv
.param  n, u32 = 1, max=20
.param  t, u32 = 1
.param  c, out, f16[n]
small:
    .reg    p:gm, n, t, zero = 0
    ldparam p, c
    ldparam n, n
    ldparam t, t
    .assert n < 10, "n is small"
again:
    sub.s64 t, t, 1
    jumpcmp.gt.s64 t, zero, again
    end
END

# column NAME FILE: one column of a CSV file without quotes, blanks between.
column() {
    awk -F, -v want="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == want) c = i; next }
        { printf "%s%s", (NR > 2 ? " " : ""), $c } END { print "" }' "$2"
}

# ---- grid and results
"$dv" sweep small.s n=1..3 --blocks 2,4 t=1..8:x2 --chip 910B2,910B4 --csv grid.csv --quiet
is "a grid runs" 0 $?
is "points are numbered" "$(seq -s ' ' 0 47)" "$(column point grid.csv)"
is "the last parameter is fastest" "$(for _ in $(seq 24); do echo 910B2 910B4; done | xargs)" \
    "$(column chip grid.csv)"
is "then the one before" "$(for _ in $(seq 6); do echo 1 1 2 2 4 4 8 8; done | xargs)" \
    "$(column t grid.csv)"
is "options and arguments keep their order" \
    "$(for _ in 1 2 3; do for b in 2 4; do for _ in $(seq 8); do echo $b; done; done; done | xargs)" \
    "$(column blocks grid.csv)"
is "problems are sets of shapes" "$(for p in 0 1 2; do for _ in $(seq 16); do echo $p; done; done | xargs)" \
    "$(column problem grid.csv)"
is "every problem has a best" 3 "$(column problem grid.csv | tr ' ' '\n' >p
    column ratio grid.csv | tr ' ' '\n' | paste - p | awk '$1 == 1 { print $2 }' | sort -u | wc -l)"
is "ratios are at least 1" "" "$(column ratio grid.csv | tr ' ' '\n' | awk '$1 < 1')"
for list in 1..3:0.5 3,1..2 0..9:4 1..100:x10 7; do
    "$dv" sweep small.s --set core.vector.chain=$list --csv list.csv --quiet
    echo "$list: $(column core.vector.chain list.csv)"
done >lists
is "lists and ranges" "1..3:0.5: 1 1.5 2 2.5 3
3,1..2: 3 1 2
0..9:4: 0 4 8
1..100:x10: 1 10 100
7: 7" "$(cat lists)"

want=$(for m in 128 300; do for rate in 128 256; do
    "$dv" run "$gemm" m=$m n=256 k=512 --data off --set core.l1_l0a.rate=$rate |
        sed -n 's/^cycles: *\([0-9]*\).*/\1/p'
done; done | xargs)
"$dv" sweep "$gemm" m=128,300 n=256 k=512 --set core.l1_l0a.rate=128,256 --csv run.csv >table
is "cycles are those of dv run" "$want" "$(column cycles run.csv)"
is "the table shows what varies" "m core.l1_l0a.rate cycles us limiter MAC/cycle x best" \
    "$(sed -n 3p table | xargs)"
is "and names what does not" "with n=256 k=512" "$(sed -n 2p table)"
is "its cycles" "$want" "$(awk 'NR > 3 && /^ *[0-9]/ { print $3 }' table | xargs)"

"$dv" sweep small.s n=8..11 --csv fail.csv --json fail.json >table 2>said
is "a point that fails is a row" "1 2" "$? $(grep -c '^[23],.*,,ASSERT,small.s:10,n is small' fail.csv)"
is "and is counted" "dv: error: 2 of 4 points failed, the first with ASSERT: small.s:10: n is small: \
x1 < 10 is false" "$(cat said)"
"$dv" sweep small.s n=19..22 --csv fail.csv --quiet 2>said
is "so is one that cannot begin" "1 ASSERT ASSERT CONFIG CONFIG" \
    "$? $(column error fail.csv | sed 's/RANGE/CONFIG/g')"
"$dv" sweep "$gemm" m=64,100 n=64 k=64 a=random:int,ones --data on --verify --quiet 2>said
is "data on, verified" "0 " "$? $(cat said)"

# ---- any jobs, any ranks
grid=(small.s t=1..25 --set core.scalar.issue=1..10 n=1..12:11 --quiet)
"$dv" sweep "${grid[@]}" --jobs 1 --csv one.csv --json one.json 2>/dev/null
is "500 points" "1 500 250" "$? $(sed 1d one.csv | wc -l) $(grep -c ASSERT one.csv)"
"$dv" sweep "${grid[@]}" --jobs 4 --csv four.csv --json four.json 2>/dev/null
is "four threads give the same bytes" "" "$(cmp one.csv four.csv 2>&1; cmp one.json four.json 2>&1)"
is "no journal is left" "" "$(ls -- *.journal 2>/dev/null)"

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl_vader_single_copy_mechanism=none
mpi=
# What MPI itself does not give back is not ours.
quiet=ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
if env "$quiet" OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 "$dv" sweep small.s 2>&1 </dev/null |
    grep -q 'without MPI'; then
    env "$quiet" OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 "$dv" sweep small.s >/dev/null 2>&1
    is "ranks without MPI" 2 $?
    ok "mpirun # SKIP dv is built without MPI"
elif need "mpirun" openmpi-bin mpirun; then
    mpi="env $quiet mpirun --oversubscribe -n 4"
    $mpi "$dv" sweep "${grid[@]}" --csv ranks.csv --json ranks.json 2>/dev/null
    is "mpirun -n 4 gives the same bytes" "" \
        "$(cmp one.csv ranks.csv 2>&1; cmp one.json ranks.json 2>&1)"
    is "and refuses once" "1 dv: error: kernel 'small' has no parameter 'q'; did you mean 'n'?" \
        "$($mpi "$dv" sweep small.s q=1 2>&1 | grep -a -c '^dv: error') $(
            $mpi "$dv" sweep small.s q=1 2>&1 | grep -a '^dv: error')"
fi

# ---- resume
# journal N: waits until out.csv.journal has N lines
journal() {
    for _ in $(seq 2000); do
        [ -f out.csv.journal ] && [ "$(wc -l <out.csv.journal)" -gt "$1" ] && return
        kill -0 $! 2>/dev/null || return
        sleep 0.01
    done
}
long=(small.s t=1001..1060 --set core.scalar.issue=1..10 n=1 --quiet --no-replay)
"$dv" sweep "${long[@]}" --csv whole.csv
"$dv" sweep "${long[@]}" --jobs 2 --csv out.csv &
journal 20
kill -KILL $! 2>/dev/null
wait $! 2>/dev/null
killed=$?
lines=$(wc -l <out.csv.journal)
is "killed in the middle" "137 true" "$killed $([ "$lines" -gt 20 ] && [ "$lines" -lt 601 ] && echo true)"
said=$("$dv" sweep "${long[@]}" --csv out.csv 2>&1)
is "a journal is not overlooked" "2 dv: error: 'out.csv.journal' is the journal of a sweep that did not end: \
go on with --resume, or remove it" "$? $said"
cp out.csv.journal kept
# refused WHAT ARGUMENT ..: a resume of another sweep
refused() {
    local what=$1
    shift
    local got
    got=$("$dv" sweep "$@" --csv out.csv --resume 2>&1 >/dev/null)
    is "another $what" "2 dv: error: 'out.csv.journal' is the journal of another sweep: its $what is \
not the same; remove it to start from the first point, or repeat the command that began it" "$? $got"
}
refused grid "${long[@]}" --blocks 2
refused chip "${long[@]}" --chip 910B2
refused options "${long[@]}" --cache cold
sed 's/n < 10/n < 11/' small.s >other.s
refused kernel other.s "${long[@]:1}"
is "a refusal leaves it alone" "" "$(cmp kept out.csv.journal 2>&1)"
head -c -5 kept >out.csv.journal
"$dv" sweep "${long[@]}" --jobs 3 --csv out.csv --resume 2>said
is "resumed: the same bytes" "0 " "$? $(cmp whole.csv out.csv 2>&1)"
is "and says what it found" "dv: note: $((lines - 2)) of 600 points are in 'out.csv.journal'" "$(cat said)"
is "the journal is gone" "" "$(ls -- *.journal 2>/dev/null)"
sed '7s/ok/oh/' kept >out.csv.journal
is "a damaged line" "dv: error: out.csv.journal:7: this line is damaged: remove it, or the file to start \
from the first point" "$("$dv" sweep "${long[@]}" --csv out.csv --resume 2>&1)"
head -c 10 kept >out.csv.journal
"$dv" sweep "${long[@]}" --csv out.csv --resume 2>/dev/null
is "killed while it began" "0 " "$? $(cmp whole.csv out.csv 2>&1)"
if [ -n "$mpi" ]; then
    $mpi "$dv" sweep "${long[@]}" --csv out.csv >/dev/null 2>&1 &
    launcher=$!
    journal 20
    # One rank, by its parent and its number.
    for pid in $(pgrep -P $launcher); do
        grep -qz '^OMPI_COMM_WORLD_RANK=2$' /proc/"$pid"/environ 2>/dev/null && kill -KILL "$pid"
    done
    wait $launcher 2>/dev/null
    is "a killed rank ends the others" true "$([ -s out.csv.journal ] && echo true)"
    $mpi "$dv" sweep "${long[@]}" --csv out.csv --resume 2>/dev/null
    is "and the sweep is resumed" "0 " "$? $(cmp whole.csv out.csv 2>&1)"
fi

# ---- what is refused
# refuse STDERR ARGUMENT ..: the whole of stderr, without the pointer to the help; status 2
refuse() {
    local words=$1 got
    shift
    got=$("$dv" sweep "$@" 2>&1 >/dev/null)
    is "dv sweep $*" "2 $words" "$? $(grep -v "^see 'dv help" <<<"$got")"
}
refuse "dv: error: expected a kernel: an object or assembly text"
refuse "dv: error: the list is empty
    n=
      ^" small.s n=
refuse "dv: error: a value is missing
    n=1,,2
        ^" small.s n=1,,2
refuse "dv: error: a step must be above 0
    n=1..9:0
           ^" small.s n=1..9:0
refuse "dv: error: the range ends before it begins
    n=9..1
         ^" small.s n=9..1
refuse "dv: error: a factor must be a whole number of at least 2
    n=1..9:x1.5
            ^" small.s n=1..9:x1.5
refuse "dv: error: a range with a factor begins above 0
    n=0..9:x2
      ^" small.s n=0..9:x2
refuse "dv: error: expected the end of the range, a number
    n=1..
         ^" small.s n=1..
refuse "dv: error: expected NAME=VALUES
    n
     ^" small.s n
refuse "dv: error: 'n' is given twice: write its values as one list
    n=2
    ^" small.s n=1 n=2
refuse "dv: error: kernel 'small' has no parameter 'q'; did you mean 'n'?
    q=1
    ^" small.s q=1
refuse "dv: error: chips have no number 'core.l1_l0a.rat'; did you mean 'core.l1_l0a.rate'?
    --set core.l1_l0a.rat=1
          ^" small.s --set core.l1_l0a.rat=1
refuse "dv: error: blocks are a number in 1..65535
    --blocks 1,0
               ^" small.s --blocks 1,0
refuse "dv: error: this range has 9000001 values, more than 1000000
    n=0..9000000
      ^" small.s n=0..9000000
refuse "dv: error: 1002001 points so far: a grid has at most 1000000
    t=0..1000
    ^" small.s n=0..1000 t=0..1000
refuse "dv: error: --resume needs --csv FILE or --json FILE: the journal lies beside it" small.s --resume
refuse "dv: error: --verify needs data: add --data on" small.s --verify
refuse "dv: error: --jobs 0: expected a number in 1..1024" small.s --jobs 0
refuse "dv: error: no option '--cvs'; did you mean '--csv'?" small.s --cvs x
refuse "dv: error: --csv and --json name the same output" small.s --csv - --json -
is "a wrong number of the chip has a caret" "2     --set core.l1_l0a.rate=1,fast" \
    "$("$dv" sweep small.s --set core.l1_l0a.rate=1,fast 2>said; echo $?) $(sed -n 2p said)"
is "an unknown chip" 2 "$("$dv" sweep small.s --chip 910B1,910X9 2>/dev/null; echo $?)"
is "an output that cannot be written" 2 "$("$dv" sweep small.s --csv no/such.csv 2>/dev/null; echo $?)"

if need "schema" node-ajv node; then
    for f in one fail; do
        is "JSON fits docs/schema/sweep.json ($f)" valid "$(NODE_PATH=/usr/share/nodejs node -e '
            const fs = require("fs"), Ajv = require("ajv");
            const read = f => JSON.parse(fs.readFileSync(f));
            const ajv = new (Ajv.default || Ajv)();
            const ok = ajv.validate(read(process.argv[1]), read(process.argv[2]));
            console.log(ok ? "valid" : ajv.errorsText())' "$source/docs/schema/sweep.json" $f.json 2>&1)"
    done
fi
done_testing
