; expect: 6:5: RANGE: repeat = 2 and lists of 8 and 9 records: the hardware hangs, several repeats need four equal lengths
.kernel k, core=aiv
k:
    .reg a:ub = 4096, b:ub = 0 | 8 << 16 | 16 << 32 | 24 << 48
    .reg v:vms4 = {repeat=2 len0=8 len1=8 len2=9 len3=8}
    vms4.f16 [a], b, v
    end
