; expect: 6:5: RANGE: repeat = 2 and lists of 8 and 4 records: the hardware hangs, several repeats need four equal lengths
.kernel k, core=aiv
k:
    .reg d:ub = 0, n = 0x0400030002000, v:vmrgsort4
    mov v, {len0=8 len1=4 len2=8 len3=8 repeat=2}
    vms4v2.f32 [d], n, v
    end
