; expect: 6:5: vms4v2: all lists are empty (lengths and valid mask)
.kernel k, core=aiv
k:
    .reg d:ub = 0, n = 0, v:vmrgsort4
    mov v, {repeat=1}
    vms4v2.f32 [d], n, v
    end
