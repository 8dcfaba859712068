; expect: 6:5: OVERLAP: dst 0xc0..0x1c0 overlaps list 1 at 0x80, which vms4 does not allow: move dst
.kernel k, core=aiv
k:
    .reg a:ub = 192, b:ub = 0 | 8 << 16
    .reg v:vms4 = {valid=3 len0=8 len1=8}
    vms4.f16 [a], b, v
    end
