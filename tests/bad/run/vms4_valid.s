; expect: 6:5: RANGE: valid = 5 in the config word: lists 0 to 1, 0 to 2 or 0 to 3 are merged, 3, 7 or 15
.kernel k, core=aiv
k:
    .reg a:ub = 4096, b:ub = 0
    .reg v:vms4 = {valid=5 len0=8 len2=8}
    vms4.f16 [a], b, v
    end
