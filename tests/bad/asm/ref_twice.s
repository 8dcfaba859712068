; expect: 4:1: kernel 'k' already has a .ref
.kernel k, core=aiv
.ref add
.ref mul
k:
    nop
    end
