; expect: 6:5: RANGE: repeat = 2 with valid = 7, suspend = 0: the hardware hangs, several repeats need valid = 15 and suspend = 0
.kernel k, core=aiv
k:
    .reg d:ub = 0, n = 0x0400030002000, v:vmrgsort4
    mov v, {len0=8 len1=8 len2=8 valid=7 repeat=2}
    vms4v2.f32 [d], n, v
    end
