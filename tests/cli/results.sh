#!/bin/bash
# What dv prints and writes: results, JSON against its schemas, log, dump, tensors, faults.
#   results.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
schemas=$PWD/docs/schema
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

# fits FILE SCHEMA: "valid" or what is wrong.
fits() {
    NODE_PATH=/usr/share/nodejs node -e '
        const fs = require("fs"), Ajv = require("ajv");
        const [, file, name, dir] = process.argv;
        const read = f => JSON.parse(fs.readFileSync(f));
        const ajv = new (Ajv.default || Ajv)();
        if (name !== "finding.json") ajv.addSchema(read(dir + "/finding.json"));
        console.log(ajv.validate(read(dir + "/" + name), read(file)) ? "valid" : ajv.errorsText());
        ' "$1" "$2" "$schemas" 2>&1
}
json=$(need "schemas" node-ajv node >need.txt && echo yes)
[ -n "$json" ] || { need "schemas" node-ajv node || true; }
check_json() {
    [ -z "$json" ] || is "$1 fits $2" valid "$(fits "$1" "$2")"
}
value() {
    grep -oP "^$1: +\K.*" out.txt
}

# Kernels that dv new writes.
for core in aiv aic; do
    "$dv" new my_$core --core $core >out.txt
    is "new --core $core" "0 wrote: my_$core.s" "$? $(head -n 1 out.txt)"
    "$dv" run my_$core.s --verify --json $core.json >out.txt 2>err.txt
    is "the new $core kernel verifies" "0 true" "$? $(value verified)"
    is "nothing is said" "" "$(cat err.txt)"
    check_json $core.json run.json
done
for n in 0 1 4095 4096 4097; do
    "$dv" run my_aiv.s n=$n --verify --quiet >out.txt 2>&1
    is "my_aiv n=$n" "0" "$?$(cat out.txt)"
done

# Every form of a run gives a document of the same keys.
"$dv" run my_aiv.s --time off --json off.json >out.txt
is "--time off has no cycles" "" "$(value cycles)"
"$dv" run my_aic.s --data off --json data.json --quiet
"$dv" run my_aiv.s c=@u.npy --verify --uncertainty --json range.json >out.txt
is "--uncertainty is said behind the cycles" "0 true" \
    "$? $(grep -qE '^cycles: [0-9]+ \(-[0-9.]+ % \.\. \+[0-9.]+ % by the ranges? of [0-9]+ numbers?; largest: [a-z]' \
        out.txt && echo true)"
is "cycles are those without --uncertainty" "$(value cycles | cut -d' ' -f1)" \
    "$("$dv" run my_aiv.s | grep -oP '^cycles: +\K.*')"
is "a run with --uncertainty still writes its outputs" true "$([ -s u.npy ] && echo true)"
"$dv" run "$schemas/../../kernels/softmax/softmax_f32.s" rows=1 --uncertainty --json needs.json \
    >out.txt 2>err.txt
is "--uncertainty of a kernel that needs data" "1 NODATA" \
    "$?$(cat out.txt) $(head -n 1 err.txt | grep -o NODATA)"
sed '/wait    full/d' my_aiv.s >fault.s
"$dv" run fault.s --verify --json fault.json --log fault.log c=@fault.npy >out.txt 2>err.txt
is "a fault is status 1" 1 $?
is "a fault prints no results" "" "$(cat out.txt)"
is "a fault names the place" "fault.s:35:5: error: COLLISION" "$(grep -m 1 error: err.txt | cut -d: -f1-5)"
for line in insn operand when against fix:; do
    is "a fault says '$line'" true "$(grep -q "^  $line " err.txt && echo true)"
done
is "a fault writes no tensor and no log" "" "$(ls fault.npy fault.log* 2>/dev/null)"
sed 's/vadd\.f16/vsub.f16/' my_aiv.s >wrong.s
"$dv" run wrong.s --verify --json wrong.json >out.txt 2>err.txt
is "a wrong kernel is status 1" "1 false" "$? $(value verified)"
is "a wrong result names its writer" "wrong.s:39:5: error: tensor c" \
    "$(head -n 1 err.txt | sed "s/'//g; s/c:.*/c/; s/  */ /g")"
for f in off data fault wrong range needs; do
    check_json $f.json run.json
done
if [ -n "$json" ]; then
    keys() { node -e 'console.log(Object.keys(JSON.parse(
        require("fs").readFileSync(process.argv[1]))).join())' "$1"; }
    is "the same keys after a fault" "$(keys aiv.json)" "$(keys fault.json)"
    is "the same keys with --time off" "$(keys aiv.json)" "$(keys off.json)"
    is "--json - prints JSON alone" "$(keys aiv.json)" \
        "$("$dv" run my_aiv.s --json - >dash.json; keys dash.json)"
fi

# The state before the launch: warm is the default, and a cold run misses once for every byte.
"$dv" run my_aiv.s n=8192 --verify --json default.json >default.txt
"$dv" run my_aiv.s n=8192 --verify --cache warm --json warm.json >out.txt
is "--cache warm is the default" "$(grep -v host_ default.txt)" "$(grep -v host_ out.txt)"
"$dv" run my_aiv.s n=8192 --verify --cache cold --json cold.json >out.txt 2>err.txt
is "--cache cold" "0 true cold" "$?$(cat err.txt) $(value verified) $(value cache)"
is "cold is slower" true "$([ "$(value cycles)" -gt "$(grep -oP '^cycles: +\K.*' default.txt)" ] &&
    echo true)"
check_json cold.json run.json
for f in "default warm 49152 0" "warm warm 49152 0" "cold cold 0 49152"; do
    read -r file state hit miss <<<"$f"
    is "$file.json: cache, L2_HIT, L2_MISS" "$state $hit $miss" \
        "$(grep -oP '"(cache|L2_HIT|L2_MISS)": "?\K\w+' $file.json | xargs)"
done
is "the instruction cache is cold too" true \
    "$("$dv" run my_aiv.s --cache cold --json - | grep -q '"icache": [1-9]' && echo true)"
"$dv" run my_aiv.s --cache cold --uncertainty >out.txt
is "--uncertainty of a cold run" "0 true" \
    "$? $([ "$(value cycles | cut -d' ' -f1)" = "$("$dv" run my_aiv.s --cache cold |
        grep -oP '^cycles: +\K.*')" ] && echo true)"
is "prof says cold" "my_aiv on 910B1: 1 block on 0 AIC, 1 AIV, cold" \
    "$("$dv" prof my_aiv.s --cache cold | head -n 1)"
is "explain takes a cold run" "8192 bytes, none in L2" "$("$dv" explain my_aiv.s --cache cold \
    --at "$(grep -n 'mov_out.*\[rb\]' my_aiv.s | cut -d: -f1)" | grep -o '8192 bytes, .*')"

# The model has a version of its own, apart from the program's.
model=$(sed -n 's/^#define DV_MODEL_VERSION "\(.*\)"$/\1/p' "$schemas/../../emu/chips/version.h")
"$dv" --version --json >version.json
is "versions of the program and of the model" "$(grep -oP '"version": \K".*"' version.json) \"$model\"" \
    "$(grep -oP '"version": \K".*"' default.json | xargs -d '\n')"
"$dv" explain my_aiv.s --at "$(grep -n vadd my_aiv.s | cut -d: -f1)" --json explain.json >out.txt
is "version of the model in an explanation" "\"$model\"" \
    "$(grep -oP '"version": \K".*"' explain.json)"

# The other documents.
"$dv" isa --word 0x85c4c6bc --json word.json
"$dv" isa --word 0x85c4c6bc 0 0xffffffff --json words.json
printf '0x85c4c6bc\n0x0\n' | "$dv" isa --word - --json piped.json
"$dv" isa --coverage --json coverage.json
"$dv" --version --json >version.json
check_json word.json isa-word.json
check_json words.json isa-word.json
check_json piped.json isa-word.json
check_json coverage.json coverage.json
check_json version.json version.json
"$dv" isa --word 0x85c4c6bc >out.txt
is "a word explained" "VADD f32 VECTOR X2 X12 X13 X15" \
    "$(value mnemonic) $(value type) $(value pipe) $(value operands)"
for name in vadd VADD mmad; do
    "$dv" isa $name >out.txt
    is "isa $name" "0 true" "$? $(grep -qi "^$name" out.txt && echo true)"
done

# Every line of the log is of the simulator's grammar, and issue and completion pair up.
"$dv" run my_aic.s --quiet --log run.log
grammar='^\[info\] \[[0-9]{8,}\] \(PC: 0x[0-9a-f]{8,16}\)( @CORE[0-9]+)? (SCALAR|VEC|CUBE|MTE1|MTE2'
grammar+='|MTE3|FIXP|FLOWCTRL) +(ISSUE )?: \(Binary: 0x[0-9a-f]{8}\) [A-Za-z0-9_-]+  '
grammar+='[][|A-Za-z0-9_ ,:=/#-]*$'
is "lines outside the log's grammar" "" "$(grep -vE "$grammar" run.log | head -n 3)"
is "as many completions as issues" "$(grep -c ISSUE run.log)" "$(grep -vc ISSUE run.log)"
"$dv" run my_aiv.s --quiet --blocks 2 --log two.log
is "several cores are told apart" "@CORE24 @CORE25" \
    "$(grep -oE '@CORE[0-9]+' two.log | sort -u | xargs)"

# Tensors in and out.
"$dv" run my_aiv.s n=100 a=iota b=ones c=@c.npy --quiet
"$dv" run my_aiv.s n=100 a=iota b=ones --expect c=c.npy >out.txt
is "--expect its own output" "0 true" "$? $(value verified)"
"$dv" run my_aiv.s n=100 a=iota b=zeros --expect c=c.npy >out.txt 2>/dev/null
is "--expect another output" "1 false" "$? $(value verified)"
"$dv" run my_aiv.s n=100 a=iota b=zeros --expect c=c.npy --tol 0,1 >out.txt
is "--tol decides" "0 true" "$? $(value verified)"
is "the file holds iota + 1" " 001 002 003" \
    "$(tail -c 200 c.npy | od -An -v -tx2 -N6 | sed 's/3c00/001/; s/4000/002/; s/4200/003/')"
is "--dump" "       0: 1 2 3 4" "$("$dv" run my_aiv.s n=4 a=iota b=ones --quiet \
    --dump ub:0x4000:f16[4] | tail -n 1)"

# Profile.
"$dv" prof my_aiv.s >out.txt
is "prof says what bounds the kernel" "0 1" "$? $(grep -c '^[A-Z0-9]*-bound: ' out.txt)"
"$dv" prof "$schemas/../../kernels/softmax/softmax_f32.s" >out.txt
is "prof of a kernel whose units mostly begin" "VECTOR-bound:" \
    "$(grep -o '^[A-Z0-9]*-bound:' out.txt)"
is "busy, stalled and idle add up" "" "$(awk '$1 ~ /^(SCALAR|VECTOR|MTE[23])$/ &&
    ($2 + $3 + $4 < 99.8 || $2 + $3 + $4 > 100.2)' out.txt)"
"$dv" run my_aic.s --verify >out.txt
is "pct_peak says of what" "% of the 1 AIC used" "$(value pct_peak | cut -d' ' -f2-)"
is "no max_ulp beside a relative tolerance" 0 "$(grep -c max_ulp out.txt)"
"$dv" run my_aiv.s --verify >out.txt
is "max_ulp where it is the tolerance" 1 "$(grep -c 'max_ulp [0-9]* (' out.txt)"
"$dv" run my_aiv.s n=1e3 >out.txt
is "n=1e3 is 1000" "0 1000" "$? $("$dv" run my_aiv.s n=1e3 --json - | grep -oP '"n": "?\K[0-9]+')"
done_testing
