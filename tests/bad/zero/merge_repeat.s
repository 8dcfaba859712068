; expect: 6:5: vms4v2: repeat = 0 in the config word
.kernel k, core=aiv
k:
    .reg d:ub = 0, n = 0, v:vmrgsort4
    mov v, {len0=8 len1=8 len2=8 len3=8 repeat=0}
    vms4v2.f32 [d], n, v
    end
