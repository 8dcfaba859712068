; expect: 6:5: OVERLAP: dst 0x1000..0x1100 overlaps list 0 at 0x1000, which vms4v2 does not allow: move dst
.kernel k, core=aiv
k:
    .reg d:ub = 0x1000, n = 0x0400030002000200, v:vmrgsort4
    mov v, {len0=8 len1=8 len2=8 len3=8}
    vms4v2.f32 [d], n, v
    end
