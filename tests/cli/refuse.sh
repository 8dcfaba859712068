#!/bin/bash
# What dv refuses, with the exact words on stderr and the exit status.
#   refuse.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

# refuse STATUS STDERR ARGUMENT ..: the whole of stderr, without the pointer to the help.
refuse() {
    local status=$1 words=$2
    shift 2
    local got
    got=$("$dv" "$@" 2>&1 >/dev/null)
    is "dv $*" "$status $words" "$? $(grep -v "^see 'dv help" <<<"$got")"
}

"$dv" new add >/dev/null
"$dv" as add.s -o add.o
cat >nodef.s <<'END'
.kernel nodef, core=aiv
.param  c, out, f16[n]
.param  n, u32
nodef:
    .reg    p:gm
    ldparam p, c
    end
END
sed 's/^\.ref.*//' add.s >noref.s
sed 's/^\.ref.*/.ref ad/' add.s >badref.s
sed 's/^\.ref.*/.ref gemm/' add.s >shape.s
sed 's/^\.ref.*/.ref adds, a/' add.s >number.s
sed 's/^\.ref.*/.ref adds, a, z/' add.s >noname.s
cat >matrix.s <<'END'
.kernel matrix, core=aiv
.param  a, in,  f16[m, n]
.param  c, out, f16[m, n]
.param  m, u32 = 300
.param  n, u32 = 200
matrix:
    .reg    p:gm
    ldparam p, a
    ldparam p, c
    end
END
printf '.kernel merged, core=c100\nmerged:\n    end\n' >merged.s
sed 's/f16\[m, n\]/f16[n, n]/; s/matrix/square/; s/200/8/; /param  m/d' matrix.s >square.s
head -c 500 add.o >cut.o
cp add.o vendor.o
printf '\x29\x10' | dd of=vendor.o bs=1 seek=18 conv=notrunc 2>/dev/null
printf 'plain text\n' >text.o
: >empty.o
printf 'PK\3\4' >broken.npz

# usage
refuse 2 "dv: error: expected a command"
refuse 2 "dv: error: no command 'rnu'; did you mean 'run'?" rnu
refuse 2 "dv: error: no command 'frobnicate'; 'dv help' lists them" frobnicate
refuse 2 "dv: error: no command 'frobnicate'; 'dv help' lists them" help frobnicate
refuse 2 "dv: error: command 'debug' is not supported yet" debug
refuse 2 "dv: error: --version takes only --json" --version --yaml
refuse 2 "dv: error: expected a kernel: an object or assembly text" run
refuse 2 "dv: error: no option '--jsn'; did you mean '--json'?" run add.s --jsn x
refuse 2 "dv: error: no option '-x'" run add.s -x
refuse 2 "dv: error: option '--verify' takes no value" run add.s --verify=3
refuse 2 "dv: error: option '--chip' needs a value" run add.s --chip
refuse 2 "dv: error: --roi chooses what files hold: 'dv prof K -o DIR --roi 2'" run add.s --roi 2
refuse 2 "dv: error: --jobs above 1 is not supported yet" run add.s --jobs 2
refuse 2 "dv: error: --acc foo: expected seq, instr, chunk16, tree16, exact16 or tc24" run add.s --acc foo
refuse 2 "dv: error: 'add.s' is a file; -o names a folder" prof add.s -o add.s
refuse 2 "dv: error: cannot read 'out': No such file or directory" prof add.s --against out
refuse 2 "dv: error: a profile needs time; remove --time off" prof add.s --time off
refuse 2 "dv: error: --blocks 0: expected a number in 1..65535" run add.s --blocks 0
refuse 2 "dv: error: --seed x: expected a number" run add.s --seed x
refuse 2 "dv: error: --time of: expected on or off" run add.s --time of
refuse 2 "dv: error: --cache hot: expected warm or cold" run add.s --cache hot
refuse 2 "dv: error: --dump ub:0:f99: expected SPACE:ADDRESS:TYPE[SHAPE], e.g. ub:0x0:f16[4,16]" \
    run add.s --dump ub:0:f99
refuse 2 "dv: error: --dump ub:9999999:f16: outside that memory" \
    run add.s --dump ub:9999999:f16

# programs
refuse 2 "dv: error: cannot open 'none.s': No such file or directory" run none.s
refuse 2 "dv: error: cut.o is truncated at byte 500: the section table needs bytes up to $(
    stat -c %s add.o)" run cut.o
refuse 2 "dv: error: this object was made by the vendor's compiler; it can be listed with 'dv dis'\
 but not run" run vendor.o
refuse 2 "dv: error: text.o is a text file, not a dv object: assemble it first with dv as" run text.o
refuse 2 "dv: error: empty.o is empty" run empty.o
refuse 2 "dv: error: the object holds no kernel 'ad'
  fix:     did you mean 'add'?" run add.o --kernel ad

# arguments
refuse 2 "dv: error: kernel 'add' has no parameter 'q'
  fix:     its parameters are a, b, c, n" run add.s q=1
refuse 2 "dv: error: missing argument: scalar 'n' has no default; give n=NUMBER" run nodef.s
refuse 2 "dv: error: argument 'n' = -1 does not fit type u32" run add.s n=-1
refuse 2 "dv: error: value of 'n': expected an integer, found '1.5'" run add.s n=1.5
refuse 2 "dv: error: 'x' is not a number or a parameter of kernel 'add'" run add.s n=x
refuse 2 "dv: error: 'a' is a tensor, not a number" run add.s n=a
refuse 2 "dv: error: argument 'c': cannot write 'c.txt' as npy
  fix:     end the name in .npy" run add.s c=@c.txt
refuse 2 "dv: error: argument 'n' is given twice" run add.s n=1 n=2
refuse 2 "dv: error: cannot open 'randm': No such file or directory
  fix:     contents are FILE.npy, random[:KIND], zeros, ones, iota or sparse:P" run add.s a=randm
refuse 2 "dv: error: no random fill 'gauss'
  fix:     use normal, uniform, int or special" run add.s a=random:gauss
refuse 2 "dv: error: sparse:2: expected a share of zeros between 0 and 1" run add.s a=sparse:2
refuse 2 "dv: error: add.s is not a usable npy file: it does not start with the npy magic" \
    run add.s a=add.s
refuse 2 "dv: error: broken.npz is not a usable npz file: no zip directory" run add.s a=broken.npz
"$dv" run add.s n=16 c=@c.npy --quiet
refuse 2 "dv: error: c.npy has shape [16] but tensor 'a' is [17]
  fix:     try n=16" run add.s n=17 a=c.npy
refuse 2 "dv: error: c.npy has shape [16] but tensor 'a' is [300, 200]
  fix:     save it with 2 dimensions (numpy: .reshape)" run matrix.s a=c.npy
"$dv" run matrix.s m=30 n=7 c=@m.npy --quiet
refuse 2 "dv: error: m.npy has shape [30, 7] but tensor 'a' is [300, 200]
  fix:     try m=30 n=7" run matrix.s a=m.npy
refuse 2 "dv: error: m.npy has shape [30, 7] but tensor 'a' is [30, 200]
  fix:     try n=7" run matrix.s m=30 a=m.npy
refuse 2 "dv: error: m.npy has shape [30, 7] but tensor 'a' is [8, 8]" run square.s a=m.npy
if need_numpy "what numpy writes and dv does not read"; then
    "$python" -c 'import numpy as np; np.savez("two.npz", x=np.zeros(4, "f2"), y=np.zeros(4, "f2"))
np.save("object.npy", np.array([None]), allow_pickle=True)'
    refuse 2 "dv: error: two.npz has no member 'a.npy'
  fix:     its members are x.npy, y.npy; a member has the name of the tensor" run add.s a=two.npz
    refuse 2 "dv: error: object.npy is not a usable npy file: it holds Python objects; save numbers\
 of one type" run add.s a=object.npy
fi
sed 's/f16\[n\]/u16[n]/' add.s | sed 's/^\.ref.*//' >other.s
refuse 2 "dv: error: c.npy holds <f2 but tensor 'a' is u16 (<u2)
  fix:     convert it with .astype('<u2')" run other.s n=16 a=c.npy

# verification
refuse 2 "dv: error: kernel 'add' names no reference (.ref); verify it with --expect NAME=FILE.npy" \
    run noref.s --verify
refuse 2 "badref.s:$(grep -n '^\.param' badref.s | tail -n 1 | cut -d: -f1): error: kernel 'add'\
 names an unknown reference 'ad'
  fix:     did you mean 'add'? the references are $("$dv" help ref | sed -n 's/^  \([a-z0-9_]*\),.*/\1/p' |
    xargs)" run badref.s --verify
refuse 2 "dv: error: reference 'gemm': the shapes are no matrix product\
 (gemm, a[m, k], b[k, n] -> c[m, n])" run shape.s --verify
refuse 2 "dv: error: reference 'adds' takes 1 number, the kernel gives 0 (adds, x, s -> y)" \
    run number.s --verify
refuse 2 "dv: error: 'z' is not a number or a parameter of kernel 'add'" run noname.s --verify
refuse 2 "dv: error: --tol compares nothing without --verify or --expect" run add.s --tol 1
refuse 2 "dv: error: --verify and --expect need data; remove --data off" \
    run add.s --verify --data off
refuse 2 "dv: error: c=@c.npy needs data; remove --data off" run add.s c=@c.npy --data off
refuse 2 "dv: error: --uncertainty is one of cycles; remove --time off" \
    run add.s --uncertainty --time off
refuse 2 "dv: error: tolerance 'x': expected R,A with two numbers >= 0" run add.s --verify --tol x
refuse 2 "dv: error: --expect 'c' is not of the form NAME=FILE.npy" run add.s --expect c
refuse 2 "dv: error: --expect 'a=c.npy': kernel 'add' has no out or inout tensor of that name" \
    run add.s --expect a=c.npy

# chips
refuse 2 "dv: error: no chip '910B9': did you mean '910B1'?" run add.s --chip 910B9
refuse 2 "dv: error: no chip 'A100': the chips are 910B1, 910B2, 910B3, 910B4, 910C, 910C-package, 910A, 310,\
 seed-910b; a file needs a '/' or ends in .yaml" run add.s --chip A100
refuse 2 "dv: error: chip 910A has merged cores, kernel 'add' is for core=aiv
  fix:     run it on a dav-c220 chip ('dv chip' lists them); merged cores take core=c100 kernels,\
 without matrix results in this version" run add.s --chip 910A
refuse 2 "dv: error: chip 910B1 has no merged cores, kernel 'merged' is for core=c100
  fix:     run it on a dav-c100 chip: 910A or 310" run merged.s
refuse 0 "dv: note: core.gm_ub.rate=200 B/cy is outside its plausible range 113..128 (timing.md 2.5)" \
    run add.s --set core.gm_ub.rate=200
refuse 0 "dv: note: clock=1 MHz is outside its plausible range 1849..1850 (timing.md 1.1, D1 1849.2)" \
    prof add.s --set clock=1
refuse 0 "" run add.s --set core.gm_ub.rate=120
refuse 2 "dv: error: --set clock: expected PATH=VALUE" run add.s --set clock
refuse 2 "dv: error: no chip parameter 'clack': did you mean 'clock'?" \
    run add.s --set clack=1
printf 'extends: 910B1\nclock: {v: 3 B/cy, from: ours, src: x}\n' >unit.yaml
printf 'extends: 910B1\ncore: {l1_l0a: {rate: {v: -24 B/cy, from: ours, src: x}}}\n' >rate.yaml
printf 'extends: 910B1\nclocks: {v: 1 GHz, from: ours, src: x}\n' >key.yaml
for file in unit rate key; do
    "$dv" run add.s --chip ./$file.yaml >/dev/null 2>$file.txt
    is "$file.yaml is refused" 2 $?
    is "$file.yaml: the place is named" 1 "$(grep -c "^./$file.yaml:2:[0-9]*: error: " $file.txt)"
done

# outputs that cannot be written
refuse 2 "dv: error: cannot write '/none/x.json': No such file or directory" \
    run add.s --quiet --json /none/x.json
refuse 2 "dv: error: cannot write '/none/c.npy': No such file or directory" \
    run add.s --quiet c=@/none/c.npy
refuse 2 "dv: error: cannot write '/none/x.log': No such file or directory" \
    run add.s --quiet --log /none/x.log
refuse 2 "dv: error: cannot write 'add.s': File exists" new add
refuse 2 "dv: error: '1a' is no name: use letters, digits and _" new 1a

# isa
refuse 1 "dv: error: no instruction 'vaddd'; did you mean 'vadd'?" isa vaddd
refuse 2 "dv: error: 'zz' is no 32-bit word: write 0x.. or decimal" isa --word zz
refuse 2 "dv: error: '0x100000000' is no 32-bit word: write 0x.. or decimal" isa --word 0x100000000
refuse 2 "dv: error: --word: expected a word or '-'" isa --word
refuse 2 "dv: error: --core gpu: expected aic, aiv or c100" isa --word 0 --core gpu
refuse 2 "dv: error: --syntax emacs: expected vim or textmate" isa --syntax emacs
done_testing
