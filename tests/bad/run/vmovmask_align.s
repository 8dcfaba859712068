; expect: 5:5: ALIGN: src address 0x8 in ub is not a multiple of 32 bytes
.kernel k, core=aiv
k:
    .reg a:ub = 8
    vmovmask cmpmask, [a]
    end
