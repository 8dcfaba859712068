#!/bin/bash
# dv replay: a log issued again gives the same items in the same time; folders of another simulator;
# the files, what-if, comparison and explanation of a replay; what the checker finds in a log; every
# kind of log that is refused.
#   replay.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 99
source=$PWD
kernels=$PWD/kernels
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
need "replay" python3 python3 || done_testing

# ---- there and back -----------------------------------------------------------------------------

# What two documents share: exactly with the pace of costs; in the log's pace to a cycle an item, as
# ticks are whole.
cat >same.py <<'END'
import json, sys
run, replay = (json.load(open(f)) for f in sys.argv[1:3])
exact = sys.argv[3] == "cost"
keys = ["blocks", "instructions", "bytes", "actions", "mac_executed"]
keys += ["cycles", "core_cycles", "pipes", "task_us"] if exact else []
bad = [k for k in keys if run[k] != replay[k]]
if abs(run["cycles"] - replay["cycles"]) > 2:
    bad.append(f"cycles {run['cycles']} {replay['cycles']}")
for name, p in run["pipes"].items():
    q = replay["pipes"][name]
    if name != "SCALAR" and abs(p["busy_cycles"] - q["busy_cycles"]) > p["instructions"]:
        bad.append(f"{name} busy {p['busy_cycles']} {q['busy_cycles']}")
apart = replay["replay"]["pipes"]
if not apart or any(p["median"] or abs(p["worst"]) > (0 if exact else 1) for p in apart.values()):
    bad.append(f"apart {apart}")
print("same" if not bad else bad)
END

# there_and_back NAME CHIP KERNEL ARGUMENTS: runs it, then replays its log in both paces.
there_and_back() {
    local name=$1 chip=$2
    shift 2
    "$dv" run "$@" --chip "$chip" --no-replay --log "$name.log" --json "$name.json" --quiet
    for pace in cost log; do
        "$dv" replay "$name.log" --chip "$chip" --pace "$pace" --json "$name.$pace.json" --quiet
        is "$name: replayed in the pace of $pace" "same" \
            "$(python3 same.py "$name.json" "$name.$pace.json" "$pace" 2>&1)"
    done
}

there_and_back vadd 910B1 "$kernels/elementwise/vadd_f16.s" n=40960
there_and_back vadd48 910B1 "$kernels/elementwise/vadd_f16.s" n=409600 --blocks 96
there_and_back softmax 910B1 "$kernels/softmax/softmax_f32.s"
there_and_back layernorm 910B1 "$kernels/norm/layernorm_f16.s"
there_and_back gemm 910B1 "$kernels/gemm/gemm_f16.s" m=256 n=256 k=256
there_and_back gemm4 910B1 "$kernels/gemm/gemm_f16.s" m=512 n=512 k=256 --blocks 4
there_and_back mix 910B1 "$kernels/mix/gemm_split_f16.s"
there_and_back merged 910A "$kernels/elementwise/vadd_c100_f16.s" n=40960

is "more blocks than cores: END ends a block" 96 "$(grep -c ' END ' <(grep ISSUE vadd48.log))"
if need "JSON" node-ajv node; then
    is "the document fits its schema" valid "$(NODE_PATH=/usr/share/nodejs node -e '
        const fs = require("fs"), Ajv = require("ajv");
        const read = f => JSON.parse(fs.readFileSync(f)), dir = process.argv[2];
        const ajv = new (Ajv.default || Ajv)();
        ajv.addSchema(read(dir + "/finding.json"));
        console.log(ajv.validate(read(dir + "/run.json"), read(process.argv[1])) ? "valid"
            : ajv.errorsText());' mix.log.json "$source/docs/schema" 2>&1)"
fi

# ---- folders ------------------------------------------------------------------------------------

# fold LOG FOLDER [CODE [GM]]: the log as another simulator leaves it: two files a core, issues
# without the word, code and GM at other places.
cat >fold.py <<'END'
import os, re, sys
log, folder = sys.argv[1:3]
code, gm = (int(x, 0) for x in (sys.argv[3:] + ["0", "0"])[:2])
os.mkdir(folder)
files, aic = {}, 24
for line in open(log):
    m = re.search(r"@CORE(\d+) ", line)
    core = int(m[1]) if m else aic
    name = f"core{core}.cubecore0" if core < aic else \
        f"core{(core - aic) // 2}.veccore{(core - aic) % 2}"
    issue = " ISSUE :" in line
    kind = "instr_popped_log" if issue else "instr_log"
    line = line.replace(m[0], "") if m else line
    line = line.replace(" ISSUE :", " :").replace("[info] ", "")
    line = re.sub(r"PC: 0x(\w+)", lambda m: f"PC: 0x{int(m[1], 16) + code:x}", line)
    far = lambda m: m[1] + f"{int(m[2], 16) + (gm if int(m[2], 16) >> 44 == 1 else 0):x}"
    line = re.sub(r"(X\d+=)0x(\w+)", far, line)
    path = f"{folder}/{name}.{kind}.dump"
    if path not in files:
        files[path] = open(path, "w")
    files[path].write(line)
END
for name in vadd mix; do
    python3 fold.py $name.log $name.dump 0x12c041000000 0x2a0000000000
    "$dv" replay $name.dump --pace cost --json $name.folded.json --quiet 2>$name.err
    is "$name: a folder, code and GM elsewhere" same \
        "$(python3 same.py $name.json $name.folded.json cost 2>&1)"
done
"$dv" replay mix.dump >mix.txt 2>&1
is "the words on code and GM elsewhere" 2 "$(grep -c '^dv: note: .* the log' mix.txt)"
"$dv" replay vadd.log >vadd.txt 2>&1
is "the rows are the lines for a pipe" same "$(awk '/^log: / { said = $4 }
    /^  [A-Z]/ && NF == 5 && $4 ~ /^[+-]/ { n += $2 }
    END { print(n > 0 && n == said ? "same" : n " of " said) }' vadd.txt)"
is "the table has a row a pipe" 6 \
    "$(sed '1,/issue to completion/d' mix.txt | grep -cE '^  (CUBE|VECTOR|MTE[123]|FIXP) ')"

# A slower MTE2 here than there shows in its row, with the line where that begins.
"$dv" replay vadd.log --set core.gm_ub.rate=10 --json slow.json --quiet
is "another rate: MTE2 is slower, from a line on" "True True True" "$(python3 -c '
import json
p = json.load(open("slow.json"))["replay"]["pipes"]["MTE2"]
at = p["first_at"].split(":")
line = open(at[0]).readlines()[int(at[1]) - 1]
print(p["median"] > 100, p["worst"] >= p["median"], " MTE2 " in line and "ISSUE" in line)' 2>&1)"

# ---- the whole profile --------------------------------------------------------------------------

# The listing holds every pc of the log with its count, and the other files name its lines.
cat >listing.py <<'END'
import csv, glob, json, re, sys
folder, log, name = sys.argv[1:4]
lines = open(f"{folder}/{name}").read().split("\n")
page = open(f"{folder}/report.html").read()
document = json.load(open(f"{folder}/run.json"))
issued = {}
for line in open(log):
    if " ISSUE :" in line:
        pc = int(re.search(r"PC: 0x(\w+)", line)[1], 16)
        issued[pc] = issued.get(pc, 0) + 1
told = {int(m[2], 16): (n, m[1].strip(), int(m[3]))
        for n, m in enumerate((re.match(r"    (.*?) +// 0x(\w+) x(\d+) \S+:\d+$", t)
                               for t in lines), 1) if m}
bad = [] if {pc: t[2] for pc, t in told.items()} == issued else ["counts"]
for i in document["profile"]["critical_path"]["instructions"]:
    if (i["line"], i["insn"]) != told[i["pc"]][:2] or not i["file"].endswith("/" + name):
        bad.append(i)
rows = {r[0] for f in glob.glob(f"{folder}/simulator/core*/*_code_exe.csv") for r in csv.reader(open(f))}
if {f"{folder}/{name}:{t[0]}" for t in told.values() if t[1] != "end"} != rows - {"code"}:
    bad.append(f"code_exe: {sorted(rows)[:9]}")
if lines[0] not in page:
    bad.append("report.html")
print("same" if not bad else bad[:3])
END
# files NAME [OPTION ..]
files() {
    local name=$1
    shift
    "$dv" replay "$name.log" -o "$name.prof" --json "$name.prof.json" --quiet "$@" 2>err.txt
    is "$name: -o" "0 " "$? $(cat err.txt)"
    is "$name: every file says the same" "" \
        "$(python3 "$source/tests/prof/agree.py" "$name.prof" "$name.prof.json" 2>&1 | head -n 5)"
    is "$name: its source is the listing" same \
        "$(python3 listing.py "$name.prof" "$name.log" "$name.replay.s" 2>&1)"
}
files gemm --pace cost
files vadd
files merged --chip 910A
"$dv" prof "$kernels/gemm/gemm_f16.s" m=256 n=256 k=256 --what-if -o kernel.prof --quiet
is "the files of dv prof, and the listing" "> ./gemm.replay.s" "$(diff \
    <(cd kernel.prof && find . -type f | sort) <(cd gemm.prof && find . -type f | sort) | grep '^[<>]')"
"$dv" replay mix.dump -o "$dir/mix.prof/" --quiet 2>err.txt
is "a folder with code and GM elsewhere: the pcs are the log's" "0 yes" \
    "$? $(grep -q '// 0x12c041.* core0.cubecore0.instr' mix.prof/mix.replay.s && echo yes)"
"$dv" replay gemm.log -o mix.prof --force --trace-window 0:800 --quiet 2>err.txt
is "--force leaves nothing of the earlier replay" "0 gemm.replay.s" "$? $(cd mix.prof && echo ./*.s | cut -c3-)"
is "--trace-window" yes "$([ "$(wc -c <mix.prof/simulator/trace.json)" -lt \
    "$(wc -c <gemm.prof/simulator/trace.json)" ] && echo yes)"

# What if: the rows of the kernel; in the log's pace nothing of S, and that is said.
for pace in log cost; do
    "$dv" replay gemm.log --pace $pace --what-if --json if.$pace.json >if.$pace.txt 2>&1
done
is "what if: as for the kernel, in the log's pace without S" "same, some, none" "$(python3 -c '
import json
kernel, cost, log = (json.load(open(f))["what_if"] for f in
    ("kernel.prof/run.json", "if.cost.json", "if.log.json"))
given = {"unit SCALAR", "loads of SCALAR", "code", "barriers", "launch", "starts of cores"}
print("same" if kernel == cost else [r for r in kernel + cost if r not in kernel or r not in cost],
      "some" if any(r["name"] == "unit CUBE" for r in log) else log,
      [r["name"] for r in log if r["name"] in given] or "none", sep=", ")' 2>&1)"
is "what if: that is said" "1 0" \
    "$(grep -c '^S is as in the log' if.log.txt) $(grep -c '^S is as in the log' if.cost.txt)"

# Against: nothing changed, on either side; slower MMADs are found on their lines.
# against NAME WANTED COMMAND ..: what differs, the line most changed, how lines were found
against() {
    local name=$1 want=$2
    shift 2
    "$dv" "$@" --json against.json --quiet 2>err.txt
    is "against: $name" "0 $want" "$? $(python3 -c '
import json
a = json.load(open("against.json"))["against"]
lines = a["critical_path"]["lines"]
first = (lines[0]["now"] or lines[0]["before"])["text"].split(".")[0] if lines else "nothing"
print(",".join(sorted(d["name"] for d in a["differs"])), first, *sorted({l["matched"] for l in lines}))' 2>&1)"
}
slower="--set core.cube.mac_f16=2048"
gemm="$kernels/gemm/gemm_f16.s m=256 n=256 k=256"
# shellcheck disable=SC2086
{
    against "itself" " nothing" replay gemm.log --pace cost --against gemm.prof
    against "itself, slower" "set.core.cube.mac_f16 mmad text" \
        replay gemm.log --pace cost --against gemm.prof $slower
    against "the kernel" "kernel nothing" replay gemm.log --pace cost --against kernel.prof
    against "a kernel against its replay" "kernel nothing" prof $gemm --against gemm.prof
    against ".. slower" "kernel,set.core.cube.mac_f16 mmad moved" \
        prof $gemm --against gemm.prof $slower
}

# Explain: the text of dv explain but for lines and names, of a pc, a line of the listing, a line of the log.
# life COMMAND ..
life() { "$dv" "$@" 2>&1 | sed -E '/^line:/d; s/ \(line [0-9]+\)//g; s/ at line [0-9]+//; s/ full\[[0-9]\]//g'; }
second=$(grep -n 'PC: 0x000000ec.*VEC  *ISSUE' vadd.log | sed -n 2p | cut -d: -f1)
listed=$(grep -n '// 0x0000ec ' vadd.prof/vadd.replay.s | cut -d: -f1)
for nth in 1 2; do
    life explain "$kernels/elementwise/vadd_f16.s" n=40960 --at 0xec --nth $nth >kernel$nth.txt
    is "explain: a pc, the ${nth}th time" "$(cat kernel$nth.txt)" \
        "$(life replay vadd.log --pace cost --explain 0xec --nth $nth)"
done
is "explain: a line of the listing" "$(cat kernel1.txt)" \
    "$(life replay vadd.log --pace cost --explain "vadd.replay.s:$listed")"
is "explain: a line of the log" "$(cat kernel2.txt)" \
    "$(life replay vadd.log --pace cost --explain "$second")"
"$dv" replay vadd.log --explain "vadd.log:$second" --json life.json --quiet
is "explain: the document" "236 2" "$(python3 -c '
import json
l = json.load(open("life.json"))
print(l["pc"], l["nth"])' 2>&1)"
where=$(grep -n 'VADD' "$(echo vadd.dump/core0.veccore0.*popped*)" | head -n 1 | cut -d: -f1)
is "explain: a line of a folder's file" "execution 1" "$("$dv" replay vadd.dump --explain \
    "core0.veccore0.instr_popped_log.dump:$where" 2>&1 | grep -o 'execution [0-9]*')"
late=$(grep -n '@CORE24 .*VEC .*ISSUE.*VADD' vadd48.log | sed -n 3p)
is "explain: a line of the second block of a core" "$(sed 's/.*\[0*\([0-9]*\)\] .*/\1/' <<<"$late")" \
    "$("$dv" replay vadd48.log --explain "${late%%:*}" | sed -n 's/^dispatched: at \([0-9]*\).*/\1/p')"

# ---- what the checker finds in a log ------------------------------------------------------------

# finds NAME STATUS CODE LOG [OPTION]: replays and looks for a code among what is said.
finds() {
    local name=$1 want=$2 code=$3
    shift 3
    "$dv" replay "$@" >found.txt 2>&1
    local status=$?
    if [ $status = "$want" ] && grep -q ": error: $code: " found.txt; then
        ok "$name"
    else
        not_ok "$name" "status $status: $(head -n 5 found.txt)"
    fi
}
for name in vadd softmax layernorm gemm mix; do
    is "$name: the checker has nothing to say" "0 no findings" \
        "$("$dv" replay $name.log --check --hints off --quiet >found.txt 2>&1; echo $? "$(tail -n 1 found.txt)")"
done
grep -vE ' BAR( |_|$)' softmax.log >nobar.log
finds "no barriers: a race" 1 RACE nobar.log --check
grep -v 'SET_FLAG  PIPE:VEC, TRIGGER PIPE:MTE2\|WAIT_FLAG  PIPE:VEC, TRIGGER PIPE:MTE2' vadd.log >noflag.log
finds "no flag from MTE2 to V: a collision" 1 COLLISION noflag.log
finds ".. and a race" 1 RACE noflag.log --check
grep -v 'SET_FLAG  PIPE:VEC, TRIGGER PIPE:MTE2' vadd.log >noset.log
finds "waits without sets: a deadlock" 1 DEADLOCK noset.log
grep -v 'WAIT_FLAG  PIPE:MTE3, TRIGGER PIPE:VEC' vadd.log >nowait.log
finds "sets without waits" 1 FLAG nowait.log --check
sed 's/\(VEC .*VADD.*XD:X[0-9]*=\)0x[0-9a-f]*/\10x2ffe0/' vadd.log >far.log
finds "an operand that leaves UB" 1 BOUNDS far.log
finds "a spent budget" 1 LIMIT vadd.log --max-cycles 500

# ---- refused ------------------------------------------------------------------------------------

# refused NAME TEXT ARGUMENTS: status 2 and the text, nothing on stdout.
refused() {
    local name=$1 text=$2
    shift 2
    "$dv" replay "$@" >out.txt 2>err.txt
    local status=$?
    if [ $status = 2 ] && grep -qF -- "$text" err.txt && [ ! -s out.txt ]; then
        ok "refused: $name"
    else
        not_ok "refused: $name" "status $status, wanted: $text
found: $(head -n 3 err.txt)"
    fi
}
issue='[00000001] (PC: 0x00000000) SCALAR ISSUE : (Binary: 0x41600000) END'
one() { printf '%s\n' "$@" >one.log; }

refused "no folder" "cannot read 'nowhere'" nowhere
mkdir empty
refused "an empty folder" "holds no core*.instr_popped_log.dump" empty
mkdir ends && cp vadd.dump/core0.veccore0.instr_log.dump ends
refused "completions only" "only logs of completions" ends
refused "a log of completions" "is a log of completions" ends/core0.veccore0.instr_log.dump
: >empty.log
refused "an empty file" "holds no line of an issue" empty.log
grep -v ISSUE vadd.log >done.log
refused "no line of an issue" "holds no line of an issue" done.log
refused "no argument" "expected a folder of logs"
refused "two arguments" "one log at a time" vadd.log mix.log
refused "a pace" "expected log or cost" vadd.log --pace fast
refused "an option" "no option '--verify'" vadd.log --verify
refused "--roi" "a log has no regions" vadd.log --roi part -o new
refused "files without a folder" "are about files; name a folder with -o" vadd.log --trace-every 2
refused "a folder that is not empty" "is there and not empty" vadd.log -o vadd.prof
refused "a file for a folder" "is a file; -o names a folder" vadd.log -o vadd.log
refused "an earlier run that is none" "not JSON" vadd.log --against vadd.log
refused "--explain and files" "leave out -o" vadd.log --explain 0xec -o new
refused "--nth alone" "choose what --explain tells of" vadd.log --nth 2
refused "no place" "expected LINE, FILE:LINE or 0xPC" vadd.log --explain here
refused "a pc of no instruction" "nothing was issued at that pc" vadd.log --explain 0x10000
refused "a line of no issue" "name the one with ISSUE" vadd.log --explain "$(grep -vn ISSUE vadd.log | head -n 1 | cut -d: -f1)"
refused "a line of no file" "the log has no such file" vadd.log --explain other.log:1
refused "a line of several files" "expected FILE:LINE" vadd.dump --explain 1
refused "a line past the listing" "holds no instruction" vadd.log --explain vadd.replay.s:9999
refused "a line and --nth" "is one execution" vadd.log --explain "$second" --nth 2
refused "a chip" "no chip" vadd.log --chip nowhere

size=$(stat -c %s vadd.log)
head -c $((size / 2 + 17)) vadd.log >cut.log
refused "cut in mid-line, with -o" "error: the line has no end" cut.log -o new
refused "cut in mid-line" "cut.log:$(wc -l <cut.log | awk '{ print $1 + 1 }'):1: error: the line has no end" cut.log
# At a line boundary: flags that are left, waits that never end are no fault of the kernel.
for lines in 90 140 190 240; do
    head -n $lines vadd.log >cut$lines.log
    "$dv" replay cut$lines.log >out.txt 2>err.txt
    is "cut after line $lines" "0 or 2, 1" \
        "$([ $? != 1 ] && echo "0 or 2"), $(grep -c '^cut.*ends here without END: is it cut?\|^dv: note: cut.*without END: is it cut?' err.txt)"
done
is "cut with a flag left, or waiting" yes "$(for lines in 90 140 190 240; do
    "$dv" replay cut$lines.log --quiet 2>&1
done | grep -q ':1: error: the log of core 24 ends here without END: is it cut? As far as it goes: ' && echo yes)"
is "a whole log is not called cut" 0 "$("$dv" replay vadd.log 2>&1 | grep -c 'is it cut')"
head -c 5000 /dev/urandom >noise.log
printf '\n' >>noise.log
refused "noise" "error: " noise.log
printf 'x\0y\n' >zero.log
refused "a zero byte" "zero.log:1:1: error: the line holds a zero byte" zero.log
head -c 9000 /dev/zero | tr '\0' '[' >long.log
refused "a line without end" "more than 4096 bytes" long.log
one "$issue" 'hello'
refused "words" "one.log:2:1: error: no line of an instruction log: no [TICK]" one.log
one '[99999999999999999999] (PC: 0x0) SCALAR ISSUE : (Binary: 0x41600000) END'
refused "a huge tick" "at most 15 digits" one.log
one '[1] (PC: 0x123456789abcdef01) SCALAR ISSUE : (Binary: 0x41600000) END'
refused "a huge pc" "at most 16 digits" one.log
one '[1] (PC: 0x2) SCALAR ISSUE : (Binary: 0x41600000) END'
refused "an odd pc" "no multiple of 4" one.log
one '[1] (PC: 0x0) @CORE9999 SCALAR ISSUE : (Binary: 0x41600000) END'
refused "a huge core" "core 9999: cores of this chip are 0 .. 71" one.log
one "${issue/SCALAR/@CORE3 SCALAR}" "${issue/0x00000000/0x00000004}"
refused "cores named and not" "some lines of the log name a core" one.log
one "${issue/0x41600000/0xffffffff}"
refused "no word" "one.log:1:1: error: 0xffffffff is no instruction of dav-c220" one.log
one "${issue/0x41600000/0x4160}) ("
refused "a short word" "error: " one.log
one "${issue/SCALAR/LUNAR}"
refused "no pipe" "no pipe is called LUNAR" one.log
one "$issue" "${issue/0x41600000/0x073a0000}"
refused "two words at a pc" "pc 0x0 holds 0x073a0000 here and 0x41600000 in line 1" one.log
one "${issue/00000001/00000009}" "$issue"
refused "out of order" "one.log:2:1: error: tick 1 comes after 9" one.log
one "$issue" "${issue/0x00000000/0x7000000000}"
refused "pcs far apart" "more than 16 MiB" one.log

vector=$(grep -m 1 'VEC .*ISSUE.*VADD' vadd.log)
one "${vector/VEC /MTE2}"
refused "another pipe" "the line says pipe MTE2" one.log
one "$(sed 's/XT:X[0-9]*=0x[0-9a-f]*/XT:0/' <<<"$vector")"
refused "no operand" "no value of XT" one.log
one "$(sed 's/XN:X[0-9]*=/XN:X30=/' <<<"$vector")"
refused "another register" "XN is X30 here" one.log
one "$(sed 's/XN:X\([0-9]*\)=0x[0-9a-f]*/XN:X\1=0x11112222333344445555/' <<<"$vector")"
refused "a huge value" "at most 16 digits" one.log
one "$(sed 's/XN:X\([0-9]*\)=0x[0-9a-f]*/XN:X\1=/' <<<"$vector")"
refused "no value" "behind the '='" one.log
one "${vector%%) VADD*}"
refused "no instruction" "no ')' behind the word" one.log

# Generations by name.
refused "dav-c220 on a merged chip" "is a word of dav-c220 and none of dav-c100" vadd.log --chip 910A
refused "its folder" "named as a log of dav-c220 (A2, A3): this replays logs of dav-c100" vadd.dump --chip 910A
mkdir old && cp done.log old/core0_instr_popped_log.dump
refused "merged cores" "dav-c100 (910A) or dav-m200 (310P): this replays logs of dav-c220" old
mkdir a5 && cp done.log a5/core0.veccore0.rvec.EX.dump
refused "dav-3510" "is a log of dav-3510 (A5): this replays logs of dav-c220" a5
one '[1] (PC: 0x0) RVECEX ISSUE : (Binary: 0x41600000) VADD'
refused "dav-3510 by its pipes" "a log of dav-3510 (A5)" one.log
one '[1] (PC: 0x0) PUSHQ ISSUE : (Binary: 0x4160000041600000) VADD'
refused "dav-3510 by its words" "a log of dav-3510 (A5)" one.log
one '[1] (PC: 0x0) SCALAR ISSUE : (Binary: 0x41600000) scalar_mov_xd_imme16(x[0]= 3, imme16:3)'
refused "the old text form" "a log of dav-m200 (310P) or dav-c100 (910A)" one.log
one "${issue/SCALAR/@CORE0 SCALAR}" "${vector/VEC /@CORE0 VEC }"
refused "a vector word on an AIC" "is no instruction of this core" one.log

# ---- memory does not grow with the log ----------------------------------------------------------

cat >peak.py <<'END'
import resource, subprocess, sys
r = subprocess.run(sys.argv[1:], capture_output=True)
print(r.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
END
move='[info] [%08d] (PC: 0x00000000) SCALAR ISSUE : (Binary: 0x073a0000) MOV  XD:X29,IMM:0\n'
# shellcheck disable=SC2059
printf "$move" $(seq 1000) >small.log
# shellcheck disable=SC2059
printf "$move" $(seq 200000) >large.log
quarantine=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1 # what a sanitizer keeps is not ours
read -r status few < <(ASAN_OPTIONS=$quarantine python3 peak.py "$dv" replay small.log --quiet)
read -r again many < <(ASAN_OPTIONS=$quarantine python3 peak.py "$dv" replay large.log --quiet)
is "200 times the lines, no more memory" "0 0 yes" \
    "$status $again $([ $((many - few)) -lt 4096 ] && echo yes || echo "$few KiB, $many KiB")"

# With -o nothing is left of a log that is refused, ends with a fault or is cut before a flag is taken.
for log in far nowait one cut140; do
    "$dv" replay $log.log -o new --quiet >out.txt 2>&1
    echo "$log $? $(grep -c "^$log.log:[0-9]*:1: error: " out.txt) $(test -e new && echo there)"
done >fate.txt
is "-o: status, place in the log, no folder" "far 1 1
nowait 1 1
one 2 1
cut140 2 1" "$(sed 's/ *$//' fate.txt)"

# The spools fit (64 bytes a line), the listing does not.
awk 'BEGIN { for (i = 0; i < 900; i++)
    printf "[%08d] (PC: 0x%08x) SCALAR ISSUE : (Binary: 0x073a0000) MOV  XD:X29,IMM:0\n", i, 4 * i }' >wide.log
(trap '' XFSZ && ulimit -f 64 && exec "$dv" replay wide.log -o full --quiet) >out.txt 2>err.txt
is "a full disk under the listing" "2 yes" \
    "$? $(grep -q "cannot write 'full/wide.replay.s'" err.txt && echo yes || cat err.txt)"

(trap '' XFSZ && ulimit -f 64 && exec "$dv" replay large.log --quiet) >out.txt 2>err.txt
is "no room for spooled lines" "2 yes" \
    "$? $(grep -q 'cannot write a temporary file under' err.txt && echo yes || cat err.txt)"
TMPDIR=$dir/nowhere "$dv" replay vadd.log --quiet >out.txt 2>err.txt
is "no folder for spooled lines" "2 yes" \
    "$? $(grep -q "under $dir/nowhere for" err.txt && echo yes || cat err.txt)"
"$dv" replay vadd.log --quiet --json /dev/full 2>err.txt
is "a full disk under --json" "2 /dev/full" "$? $(grep -o /dev/full err.txt | head -n 1)"
done_testing
