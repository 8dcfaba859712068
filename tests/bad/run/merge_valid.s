; expect: 6:5: RANGE: valid = 5 in the config word: lists 0 to 1, 0 to 2 or 0 to 3 are merged, 3, 7 or 15
.kernel k, core=aiv
k:
    .reg d:ub = 0, n = 0x0400030002000, v:vmrgsort4
    mov v, {len0=8 len1=8 len2=8 len3=8 valid=5}
    vms4v2.f32 [d], n, v
    end
