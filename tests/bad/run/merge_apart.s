; expect: 6:5: RANGE: repeat = 2 and list 1 at 0x10800 does not follow list 0: the hardware hangs, several repeats need adjacent lists
.kernel k, core=aiv
k:
    .reg d:ub = 0, n = 0x218021002080, v:vmrgsort4
    mov v, {len0=8 len1=8 len2=8 len3=8 repeat=2}
    vms4v2.f32 [d], n, v
    end
