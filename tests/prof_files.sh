#!/bin/bash
# dv prof -o DIR: what viewers read, checked by a reader of its own; windows of traces; folders that
# are there, cannot be written or are full.   prof_files.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT

# profile NAME KERNEL ..: into $dir/NAME, its JSON beside it
profile() {
    local name=$1
    shift
    "$dv" prof "$@" -o "$dir/$name" --json "$dir/$name.json" --quiet 2>"$dir/$name.err"
}

# rules NAME MHZ split|merged LEAST KERNEL ..: every rule of the reader holds, at least LEAST of them
rules() {
    local name=$1 mhz=$2 kind=$3 least=$4 held
    shift 4
    need "$name" python3 python3 || return
    if ! profile "$name" "$@"; then
        not_ok "$name" "$(cat "$dir/$name.err")"
        return
    fi
    python3 tests/prof/vendor.py "$dir/$name" "$dir/$name.json" "$mhz" "$kind" \
        >"$dir/out" 2>"$dir/err"
    held=$(grep -c '^ok ' "$dir/out")
    if [ "$held" -ge "$least" ] && ! grep -qv '^ok ' "$dir/out" && [ ! -s "$dir/err" ]; then
        ok "$name: $held rules"
    else
        not_ok "$name" "$held rules; $(grep -v '^ok ' "$dir/out"; tail -n 3 "$dir/err")"
    fi
}

rules vadd 1850 split 60 kernels/elementwise/vadd_f16.s n=100000 --blocks 2
rules gemm 1850 split 60 kernels/gemm/gemm_f16.s m=256 n=256 k=512 --blocks 2
rules sparse 1850 split 50 kernels/gemm/gemm_sparse_s8.s
rules mix 1850 split 65 kernels/mix/gemm_split_f16.s
rules merged 1000 merged 40 kernels/elementwise/vadd_c100_f16.s --chip 910A
rules merged_gemm 1000 merged 40 kernels/gemm/gemm_nz_f16.s --chip 910A

rules cold 1850 split 70 kernels/softmax/softmax_f32.s rows=64 cols=256 --cache cold --blocks 4
is "waits for code stand in front of S" true \
    "$(grep -q '"name":"cache_time"' "$dir/cold/simulator/core0.veccore0/trace.json" && echo true)"

# Marks that the kernel writes itself: from the first NOP behind the start to the last behind the end.
cat >"$dir/user.s" <<'K'
.kernel user, core=aiv
user:
    mov     x1, 0x80000003
    mov     x2, 0xc0000003
    mov     lpcnt, x1
    nop
    mov     x4, 2
    mov     lpcnt, x1           ; open already: passed over
    nop
    mov     x5, 2
    mov     lpcnt, x2
    nop
    nop
    mov     x6, 2
    end
K
rules user 1850 split 40 "$dir/user.s"
is "a mark of the kernel" "Mark 0x3 user.s:6 user.s:13 8" "$(python3 -c '
import json, os, sys
doc = json.load(open(sys.argv[1]))
for x in doc["traceEvents"]:
    if x["name"].startswith("Mark"):
        place = [os.path.basename(x["args"][k]) for k in ("trace_start", "trace_stop")]
        print(x["name"], *place, round(x["dur"] * 1850))' \
    "$dir/user/simulator/core0.veccore0/trace.json")"

# The reader finds what is wrong.
if need "the reader" python3 python3; then
    sed -i '0,/"dur":0\.0005/s//"dur":0.0006/' "$dir/vadd/simulator/core0.veccore0/trace.json"
    sed -i 's/"profilingType":"op",//; s/^{/{"profilingType":"op",/' "$dir/vadd/simulator/trace.json"
    python3 tests/prof/vendor.py "$dir/vadd" "$dir/vadd.json" 1850 split >"$dir/out" 2>&1
    is "the reader sees a changed duration" 1 "$(grep -c '^not ok core0.veccore0 tables' "$dir/out")"
fi

# Schemas of what is JSON.
# schema NAME FILE
schema() {
    is "schema $1, $(basename "$(dirname "$2")")" valid "$(NODE_PATH=/usr/share/nodejs node -e '
        const fs = require("fs"), Ajv = require("ajv");
        const read = (f) => JSON.parse(fs.readFileSync(f));
        const ajv = new (Ajv.default || Ajv)();
        const ok = ajv.validate(read(process.argv[1]), read(process.argv[2]));
        console.log(ok ? "valid" : ajv.errorsText())' "docs/schema/$1.json" "$2" 2>&1)"
}
if need "schemas" node-ajv node; then
    schema trace-core "$dir/gemm/simulator/core0.cubecore0/trace.json"
    schema trace-core "$dir/cold/simulator/core0.veccore0/trace.json"
    schema trace-all "$dir/gemm/simulator/trace.json"
    schema trace-all "$dir/cold/simulator/trace.json"
    schema trace-all "$dir/merged/simulator/trace.json"
fi

# ---- the same twice, and in parts ------------------------------------------------------------

profile again kernels/gemm/gemm_f16.s m=256 n=256 k=512 --blocks 2
is "the same files twice" "" "$(diff -rq "$dir/gemm/simulator" "$dir/again/simulator")"

slices() { grep -c '"ph":"X"' "$dir/$1/simulator/trace.json"; }
profile part kernels/gemm/gemm_f16.s m=256 n=256 k=512 --blocks 2 --trace-window 2000:3000
profile rest kernels/gemm/gemm_f16.s m=256 n=256 k=512 --blocks 2 --trace-window 3000:
all=$(slices gemm) part=$(slices part) rest=$(slices rest)
if [ "$part" -gt 0 ] && [ "$rest" -gt 0 ] && [ "$((part + rest))" -lt "$all" ]; then
    ok "--trace-window"
else
    not_ok "--trace-window" "$part and $rest of $all"
fi
is "a window leaves the tables alone" "" \
    "$(diff -q "$dir/gemm/simulator/core0.cubecore0/core0.cubecore0_instr_exe.csv" \
        "$dir/part/simulator/core0.cubecore0/core0.cubecore0_instr_exe.csv")"
profile tenth kernels/gemm/gemm_f16.s m=256 n=256 k=512 --blocks 2 --trace-every 10
tenth=$(slices tenth)
if [ "$tenth" -gt $((all / 20)) ] && [ "$tenth" -lt $((all / 5)) ]; then
    ok "--trace-every"
else
    not_ok "--trace-every" "$tenth of $all"
fi

cat >"$dir/marked.s" <<'K'
.kernel marked, core=aiv
.param  n, u32 = 1
marked:
    mov     x1, 1
.mark inner
    mov     x2, 2
    mov     x3, 3
.endmark
    mov     x4, 4
    end
K
rules marked 1850 split 40 "$dir/marked.s"
is "a region is a slice" 1 "$(grep -c '"name":"Mark inner"' "$dir/marked/simulator/trace.json")"
profile roi "$dir/marked.s" --roi inner
is "--roi" 2 "$(grep -c '"name":"MOV"' "$dir/roi/simulator/trace.json")"
profile roi2 "$dir/marked.s" --roi iner
is "a region that is not there" "2: the kernel has no region 'iner' (.mark): did you mean 'inner'?" \
    "$?: $(sed -n 's/^dv: error: //p; s/^ *fix: *//p' "$dir/roi2.err" | paste -sd: | sed 's/:/: /')"

# Where nothing ran, the files say little and stderr says so: the sums are right, status 0.
cat >"$dir/never.s" <<'K'
.kernel never, core=aiv
never:
    jump    out
.mark inner
    mov     x2, 2
.endmark
out:
    end
K
# empty NAME TEXT ARGUMENT ..
empty() {
    local name=$1 text=$2 status
    shift 2
    profile "$name" "$@"
    status=$?
    is "$name: nothing ran there" "0 1" "$status $(grep -cE "^dv: note: nothing ran $text" "$dir/$name.err")"
}
empty late "in cycles 9000000 to 9900000: .* the run ends in cycle [0-9]+$" \
    kernels/elementwise/vadd_f16.s --trace-window 9000000:9900000
empty later "from cycle 9000000 on: " kernels/elementwise/vadd_f16.s --trace-window 9000000:
empty nobody "in the region 'inner': " "$dir/never.s" --roi inner
is "where something ran, nothing is said" "0" \
    "$(cat "$dir/part.err" "$dir/roi.err" | grep -c 'nothing ran')"

# A part draws an arrow only when both its ends are in it.
loose() {
    python3 -c '
import collections, glob, json, sys
ends = collections.defaultdict(str)
for f in glob.glob(sys.argv[1] + "/simulator/**/trace.json", recursive=True):
    for e in json.load(open(f))["traceEvents"]:
        if e["ph"] in "st":
            ends[f, e["id"]] += e["ph"]
print(len(ends) > 0, [e for e in ends.values() if e != "st"])' "$dir/$1"
}
is "arrows of a window" "True []" "$(loose rest)"

# ---- folders -----------------------------------------------------------------------------------

# refuses NAME STATUS TEXT ARGUMENT ..
refuses() {
    local name=$1 status=$2 text=$3 got
    shift 3
    "$dv" prof kernels/elementwise/vadd_f16.s "$@" >"$dir/out" 2>"$dir/err"
    got=$?
    if [ "$got" = "$status" ] && grep -qF -- "$text" "$dir/err"; then
        ok "$name"
    else
        not_ok "$name" "status $got: $(cat "$dir/err")"
    fi
}
refuses "a folder with files" 2 "is there and not empty" -o "$dir/gemm"
"$dv" prof kernels/elementwise/vadd_f16.s -o "$dir/again" --force --quiet
is "--force replaces" 0 "$?"

# Of an earlier run nothing is left that this one does not write, and nothing else goes.
files() { (cd "$dir/$1" && find . | sort); }
profile old kernels/elementwise/vadd_f16.s n=100000 --blocks 5
mkdir "$dir/old/simulator/core7.veccore0" "$dir/away"
touch "$dir/old/notes.txt" "$dir/old/simulator/core0.veccore1/mine" "$dir/old/timeline.tmp" \
    "$dir/away/trace.json"
ln -s "$dir/away" "$dir/old/simulator/core9.veccore0"
profile old kernels/gemm/gemm_f16.s m=256 n=256 k=512 --blocks 2 --force
is "--force leaves nothing of the earlier run" "./notes.txt
./simulator/core0.veccore1
./simulator/core0.veccore1/mine
./simulator/core9.veccore0" "$(comm -13 <(files gemm) <(files old))"
is ".. and takes nothing away beside it" yes "$([ -e "$dir/away/trace.json" ] && echo yes)"
profile old kernels/elementwise/vadd_c100_f16.s --chip 910A --force
is "--force over another generation" "" \
    "$(comm -13 <(files merged) <(files old) | grep -v 'notes.txt\|core0.veccore1\|core9')"
profile old kernels/elementwise/vadd_f16.s --force --roi nowhere
is "a refused run leaves the earlier one" yes "$([ -e "$dir/old/run.json" ] && echo yes)"
mkdir -p "$dir/foreign/simulator/core3.veccore0"
touch "$dir/foreign/simulator/core3.veccore0/trace.json"
profile foreign kernels/elementwise/vadd_f16.s --force
is "--force in a folder that is not ours" yes \
    "$([ -e "$dir/foreign/simulator/core3.veccore0/trace.json" ] && echo yes)"
mkdir "$dir/empty"
"$dv" prof kernels/elementwise/vadd_f16.s -o "$dir/empty" --quiet
is "an empty folder" 0 "$?"
refuses "a file" 2 "is a file; -o names a folder" -o "$dir/gemm.json"
refuses "no such parent" 2 "cannot make the folder" -o "$dir/none/below"
refuses "no name" 2 "-o names no folder" -o ""
if [ "$(id -u)" != 0 ]; then
    mkdir -m 555 "$dir/locked"
    refuses "not writable" 2 "cannot write into the folder" -o "$dir/locked"
fi
refuses "a window without a folder" 2 "name a folder with -o" --trace-every 2
refuses "a window that ends before it begins" 2 "FROM:TO in cycles" --trace-window 9:3
"$dv" run kernels/elementwise/vadd_f16.s -o "$dir/x" 2>"$dir/err"
is "dv run has no -o" 2 "$?"

# After a fault nothing is left.
profile fault tests/deadlock/unit_flag.s
is "a fault leaves no folder" "1 no" "$? $([ -e "$dir/fault" ] && echo yes || echo no)"

# Full in the middle: the file is named, what was written can be read.
if need "full disk" python3 python3; then
    (
        trap '' XFSZ
        ulimit -f 200
        profile full kernels/gemm/gemm_f16.s m=512 n=512 k=512
    )
    is "full: status" 2 "$?"
    is "full: the file is named" 1 "$(grep -c "cannot write '.*/full/.*'" "$dir/full.err")"
    is "full: what was written is JSON" "True True" "$(python3 -c '
import json, sys
for f in sys.argv[1:]:
    print(len(json.load(open(f))["traceEvents"]) > 100, end=" ")' \
        "$dir/full/simulator/trace.json" "$dir/full/simulator/core0.cubecore0/trace.json" |
        sed 's/ $//')"
fi
done_testing
